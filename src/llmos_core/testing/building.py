"""Make a new pytest class from a class of laws: a method `test_…(self, drawn, …)` becomes one Hypothesis test.

Every suite is a new class with new tests, because Hypothesis refuses one test that runs under two classes. A law that
fails says what it is, what the failure means (its docstring), and the smallest example that was found, for people.
"""

import functools
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.strategies import SearchStrategy

from llmos_core.testing.showing import shown

USUAL = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
    verbosity=Verbosity.quiet,
)
"""How laws are tried unless the author of a plugin says otherwise; the number of examples is Hypothesis's own.

Quiet, because the law itself shows its counterexample; the machine may be busy, so slowness is no fault.
"""

FEW = settings(USUAL, max_examples=20)
"""For laws whose every example opens files or runs whole scenes."""


def make_suite(
    laws: type, *, draws: Mapping[str, SearchStrategy[Any]] | None = None, bounds: settings = USUAL, **attributes: Any
) -> type:
    """Return a new class with the laws of `laws`, inherited ones included; parameters are drawn by name from `draws`.

    `attributes` become class attributes that the laws read from `self`; `bounds` says how hard each law tries.
    """
    names = (name for name in dir(laws) if name.startswith("test_"))
    members = {name: _drawn(_explained(getattr(laws, name)), draws or {}, bounds) for name in names}
    return type(laws.__name__.replace("Laws", "Suite"), (laws,), {**attributes, **members})


def _drawn(law: Any, draws: Mapping[str, SearchStrategy[Any]], bounds: settings) -> Any:
    names = [name for name in inspect.signature(law).parameters if name != "self"]
    if not names:
        return law
    return bounds(given(**{name: draws[name] for name in names})(law))


def _explained(law: Any) -> Any:
    """Return the law, which from now on explains its failures."""

    @functools.wraps(law)
    def explained(self: Any, **drawn: Any) -> None:
        __tracebackhide__ = True
        try:
            law(self, **drawn)
        except Exception as error:
            for line in _explanation(law, drawn):
                error.add_note(line)
            raise

    return explained


def _explanation(law: Any, drawn: Mapping[str, Any]) -> Iterator[str]:
    yield f"the law: {law.__name__.removeprefix('test_').replace('_', ' ')}"
    if law.__doc__:
        yield inspect.cleandoc(law.__doc__)
    if drawn:
        yield "the smallest example that was found:"
    for name, value in drawn.items():
        yield shown(name, value)
