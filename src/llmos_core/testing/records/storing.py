"""What is stored and what plugins are given: episodes, money booked, contributions, paths."""

from pathlib import Path

from hypothesis import strategies as st

from llmos_core.contrib import MOMENTS, Contribution, Role
from llmos_core.protocols.context import Paths, PluginContext
from llmos_core.protocols.storing import BudgetLimits, Episode, Spent
from llmos_core.testing.fakes import plugin_context
from llmos_core.testing.records.plain import amounts, digests, goals, json_objects, lines, moments, texts, tokens
from llmos_core.testing.records.running import transcripts
from llmos_core.types.result import Status
from llmos_core.types.session import Session
from llmos_core.types.transcript import Transcript

_SOMEWHERE = Path("/somewhere")


@st.composite
def episodes(draw: st.DrawFn) -> Episode:
    """Draw one raw run, still running or ended, its steps in order."""
    told: Transcript = draw(transcripts())
    is_over = draw(st.booleans())
    return Episode(
        run_id=draw(digests(16)),
        goal=told.goal,
        signature=draw(digests(32).map("exact:".__add__)),
        status=draw(st.sampled_from([status.value for status in Status])) if is_over else "",
        mode="LEARNER" if is_over else "",
        started_at=draw(moments()),
        ended_at=draw(moments()) if is_over else "",
        answer=draw(texts()) if is_over else "",
        task=draw(json_objects()),
        turns=tuple(exchange.turn for exchange in told.exchanges),
        steps=tuple(told.steps()),
        turn_of=tuple(number for number, exchange in enumerate(told.exchanges) for _ in exchange.steps),
        model_calls=draw(st.integers(0, 9)),
        cost_usd=draw(st.none() | amounts()),
    )


def budget_limits() -> st.SearchStrategy[BudgetLimits]:
    """Draw upper bounds, some of them missing."""
    bound = st.none() | amounts()
    return st.builds(BudgetLimits, run_usd=bound, day_usd=bound, project_usd=bound, total_usd=bound)


def spents() -> st.SearchStrategy[Spent]:
    """Draw what may have been booked: never more unpriced calls than calls."""
    counts = st.tuples(st.integers(0, 50), st.integers(0, 50)).map(sorted)
    return st.builds(
        lambda settled, reserved, used, both: Spent(
            settled_usd=settled, reserved_usd=reserved, tokens=used, calls=both[1], unpriced_calls=both[0]
        ),
        amounts(),
        amounts(),
        tokens(),
        counts,
    )


def contributions() -> st.SearchStrategy[Contribution]:
    """Draw a hook that a plugin may offer."""
    names = st.from_regex(r"[a-z]{1,8}(-[a-z]{1,8})?", fullmatch=True)
    some = st.lists(st.sampled_from(MOMENTS), unique=True, max_size=2).map(tuple)
    factory = names.map(lambda name: f"package.module:open_{name.replace('-', '_')}")
    return st.builds(
        Contribution, name=names, summary=lines(), factory=factory, role=st.sampled_from(Role), moments=some
    )


def sessions() -> st.SearchStrategy[Session]:
    """Draw a kernel's session."""
    sources = st.sampled_from(("startup", "resume", "clear"))
    return st.builds(Session, id=digests(16), source=sources, context=st.lists(texts(), max_size=2).map(tuple))


def paths(folder: Path = _SOMEWHERE) -> st.SearchStrategy[Paths]:
    """Return the one set of paths below `folder`."""
    return st.just(plugin_context(folder).paths)


def plugin_contexts(folder: Path = _SOMEWHERE) -> st.SearchStrategy[PluginContext]:
    """Draw what a factory may be given, with all paths below `folder` and any environment."""
    environ = st.dictionaries(st.sampled_from(("HOME", "LANG", "PATH", "TERM")), goals(), max_size=2)
    return environ.map(lambda given: plugin_context(folder, environ=given))
