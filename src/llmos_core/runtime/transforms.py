"""Let transforms change a value at one moment of a run, in an order that depends on nothing but `after=`.

Gates judge what will really happen: whoever transforms a call must have it judged afterwards, never before.
"""

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from llmos_core.errors import DeniedError, PluginError
from llmos_core.protocols.acting import Transform
from llmos_core.runtime.waiting import call_within
from llmos_core.types.record import Record

TRANSFORM_TIMEOUT_S = 5.0
REFUSING_MOMENTS = frozenset(
    {"user_prompt_submit", "pre_tool_use", "post_tool_use", "pre_model_call", "post_model_call"}
)
"""Moments at which a failing transform stops what it stands in the way of; at the others it is skipped and named."""


class Ordered(Protocol):
    """Anything with a name that may want to come after others: a contribution, for one."""

    @property
    def name(self) -> str:
        """Return the name, unique among those that are ordered together."""
        ...

    @property
    def after(self) -> tuple[str, ...]:
        """Return the names that come first."""
        ...


T = TypeVar("T")
ItemT = TypeVar("ItemT", bound=Ordered)


class NamedTransform(Record, kw_only=False):
    """A transform with the name of its contribution, which is the name it is blamed by."""

    name: str
    transform: Transform


class BrokenTransform(Record, kw_only=False):
    """Stands for a transform that could not be opened: it fails whenever it is asked."""

    problem: str

    def apply(self, _moment: str, _value: Any) -> Any:
        """Raise PluginError, saying what is broken."""
        raise PluginError(self.problem)


class Ordering(Record, Generic[ItemT]):
    """What was ordered, each once, and one sentence per wish that could not be met."""

    order: tuple[ItemT, ...]
    problems: tuple[str, ...] = ()


class Transformed(Record, Generic[T]):
    """The value to use from now on, one sentence per transform that failed, and whether the action must not happen."""

    value: T
    problems: tuple[str, ...] = ()
    is_refused: bool = False


def ordered(items: Sequence[ItemT]) -> Ordering[ItemT]:
    """Put items in an order in which each comes after those it names.

    What `after` leaves open is settled by name, so the order given never matters. Names that nobody has are ignored
    and reported; a circle is reported and broken at the first of its names.
    """
    waiting = sorted(items, key=_name_of)
    problems = _unknown_names(waiting)
    done: list[ItemT] = []
    while waiting:
        ready = [item for item in waiting if not _blockers(item, waiting)]
        if not ready:
            circle = _circle_in(waiting)
            problems.append(
                f"{' after '.join(repr(item.name) for item in [*circle, circle[0]])}: a circle, broken there"
            )
            ready = circle
        done.append(ready[0])
        waiting.remove(ready[0])
    return Ordering(order=tuple(done), problems=tuple(problems))


async def apply(
    transforms: Sequence[NamedTransform], moment: str, value: T, *, timeout_s: float = TRANSFORM_TIMEOUT_S
) -> Transformed[T]:
    """Pass `value` through the transforms of one moment, in the order given (see `ordered`).

    One that raises, returns another type or, being async, needs longer than `timeout_s` (or its own attribute of that
    name) is named in `problems` and skipped. At a moment of REFUSING_MOMENTS it also refuses: the caller must not act
    on the value. A transform that refuses on purpose raises DeniedError.
    """
    problems: list[str] = []
    for named in transforms:
        try:
            limit_s = getattr(named.transform, "timeout_s", timeout_s)
            changed = await call_within(limit_s, named.transform.apply, moment, value)
            if not isinstance(changed, type(value)):
                raise TypeError(f"it returned {type(changed).__name__}, expected {type(value).__name__}")  # noqa: TRY301
        except DeniedError as error:
            problems.append(str(error))
        except Exception as error:  # noqa: BLE001 – a transform is plugin code
            problems.append(f"transform {named.name!r} failed at {moment} ({type(error).__name__}: {error})")
        else:
            value = changed
    is_refused = bool(problems) and moment in REFUSING_MOMENTS
    return Transformed(value=value, problems=tuple(problems), is_refused=is_refused)


def _name_of(item: Ordered) -> str:
    return item.name


def _unknown_names(items: Sequence[Ordered]) -> list[str]:
    known = {item.name for item in items}
    return [
        f"{item.name!r} wants to come after {other!r}, which is not there"
        for item in items
        for other in item.after
        if other not in known
    ]


def _blockers(item: Ordered, waiting: Sequence[ItemT]) -> list[ItemT]:
    return [other for other in waiting if other.name in item.after]


def _circle_in(waiting: Sequence[ItemT]) -> list[ItemT]:
    """Return one circle, its first name first, where everybody is blocked: follow blockers until one is met twice."""
    met: list[ItemT] = []
    item = waiting[0]
    while item not in met:
        met.append(item)
        item = _blockers(item, waiting)[0]
    circle = met[met.index(item) :]
    start = circle.index(min(circle, key=_name_of))
    return circle[start:] + circle[:start]
