"""Traces for tests: a plain one, arbitrary ones whose every text may hold anything, and a memory in a folder."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from llmos_core.protocols.context import Paths, PluginContext
from llmos_core.types.json import text_digest
from llmos_core.types.tools import CallStatus, Effect
from llmos_core.types.trace import Observation, Statistics, Trace, TraceState, TraceStep

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

NASTY = (
    "",
    "---",
    "\n---\n",
    "```",
    "\n```\n\n## Notes\n",
    "### Step 9 · Bash",
    "# title\n## Execution Steps",
    'state: "learned"\nseal: "0"',
    "key: |\n    block",
    "\x85\u2028\u2029\r\n\r\t\x00\x1b[31m\x7f",
    "\ud800 lone \udfff",
    "\ufeff\u200b\u202e\u2066 hidden \u2069",
    "trailing \n white \t\n space",
    "  leading\n spaces\n",
    "\tleading\ntab\n",
    "\n\nfirst lines are empty\nx",
    "two\nlines",
    "two\nlines\n",
    "two\nlines\n\n",
    '{"$json": "1"}',
    "yes",
    "null",
    "1e5",
    "\\ud83d",
    "é漢字😀\nü",
    "x" * 1200,
)


class FixedClock:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0


def keys_of(goal: str) -> tuple[str, ...]:
    """An exact key, and for goals of two words or more one that stands for all goals with that first word."""
    exact = f"exact:{text_digest(' '.join(goal.lower().split()))[:16]}"
    first = goal.lower().split()
    return (exact, f"template:{first[0]}") if len(first) > 1 else (exact,)


def context_for(
    workspace: Path, keys: Callable[[str], tuple[str, ...]] = keys_of, keys_version: str = "1"
) -> PluginContext:
    """What a memory is opened with, everything inside `workspace`."""
    paths = Paths(
        workspace=workspace,
        user_config=workspace / "user",
        user_data=workspace / "user",
        user_state=workspace / "user",
        user_cache=workspace / "user",
    )
    return PluginContext(
        paths=paths,
        clock=FixedClock(),
        new_id=lambda: "id",
        environ={},
        section=lambda _name: None,
        goal_keys=keys,
        goal_keys_version=keys_version,
    )


def make_step(**changes: Any) -> TraceStep:
    """One step that writes a file."""
    step = {
        "turn": 0,
        "tool": "Write",
        "fingerprint": "0123456789abcdef",
        "arguments": {"path": "greeting.txt", "content": "Hello,\nworld!\n"},
        "effect": Effect.IDEMPOTENT_WRITE,
        "observation": Observation(
            status=CallStatus.OK, digest="d" * 64, control="c" * 64, shape='"text"', preview="Wrote greeting.txt"
        ),
        "before": {"state": "absent"},
        "after": {"state": "file", "sha256": "a" * 64},
    }
    return TraceStep(**{**step, **changes})


def make_trace(goal: str = "Write a greeting", **changes: Any) -> Trace:
    """One trace of one step."""
    trace = {
        "goal": goal,
        "goal_signature": keys_of(goal)[0] if goal.strip() else "",
        "steps": (make_step(),),
        "answer": "Done.",
        "created_at": "2026-11-20T08:00:00Z",
        "provider": "litellm",
        "model": "openai/gpt-test",
        "cost_usd": Decimal("0.0123"),
        "seconds": 2.5,
        "episodes": ("run-1",),
    }
    return Trace(**{**trace, **changes})


def texts() -> st.SearchStrategy[str]:
    """Any text at all, lone surrogates too, and often the kind that tries to break out."""
    anything = st.text(st.characters(exclude_categories=()), max_size=60)
    return anything | st.sampled_from(NASTY) | st.lists(st.sampled_from(NASTY) | anything, max_size=4).map("".join)


def json_values() -> st.SearchStrategy[Any]:
    """Any JSON value."""
    numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | texts(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(), inner, max_size=3),
        max_leaves=6,
    )


def objects() -> st.SearchStrategy[dict[str, Any]]:
    """Any JSON object."""
    return st.dictionaries(texts() | st.sampled_from(["path", "content", "$json", "yes"]), json_values(), max_size=4)


def steps() -> st.SearchStrategy[TraceStep]:
    """Any step."""
    observation = st.builds(
        Observation,
        status=st.sampled_from(CallStatus),
        digest=texts(),
        control=texts(),
        shape=texts(),
        preview=texts().map(lambda text: text[:400]),
        is_empty=st.booleans(),
    )
    return st.builds(
        TraceStep,
        turn=st.integers(0, 9),
        tool=texts(),
        fingerprint=texts(),
        arguments=objects(),
        effect=st.sampled_from(Effect),
        observation=observation,
        before=st.none() | objects(),
        after=st.none() | objects(),
    )


def money() -> st.SearchStrategy[Decimal]:
    """Any amount of money."""
    return st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=9)


def traces() -> st.SearchStrategy[Trace]:
    """Any trace."""
    lists = st.lists(texts(), max_size=3).map(tuple)
    return st.builds(
        Trace,
        goal=texts(),
        goal_signature=texts(),
        steps=st.lists(steps(), max_size=3).map(tuple),
        answer=texts(),
        created_at=texts(),
        mode=texts(),
        provider=texts(),
        model=texts(),
        cost_usd=st.none() | money(),
        seconds=st.floats(0, 10**9),
        episodes=lists,
        aliases=lists,
        negative_goals=lists,
        context=objects(),
        state=st.sampled_from(TraceState),
    )


def statistics() -> st.SearchStrategy[Statistics]:
    """Any counters."""
    count = st.integers(0, 10**9)
    return st.builds(
        Statistics,
        uses=count,
        successes=count,
        failures=count,
        score=st.integers(0, 100),
        last_used=texts(),
        saved_usd=money(),
    )
