"""Matches, how far they may be trusted, and what strategies decide about, near every line between the modes."""

from hypothesis import strategies as st

from llmos_core.testing.floor import Gap, gap_of
from llmos_core.testing.records.plain import amounts, digests, goals, lines
from llmos_core.testing.records.traces import small_trace
from llmos_core.types.decision import (
    PROPOSAL_CAP,
    Assessment,
    Decision,
    MatchKind,
    MatchReport,
    ModeContext,
    ModeDecision,
    Rejection,
    Thresholds,
    Verdict,
)
from llmos_core.types.record import evolve
from llmos_core.types.task import ModeName, TaskBlock
from llmos_core.types.tools import Effect
from llmos_core.types.trace import Statistics, Trace, TraceState

CONFIDENCES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.73, 0.75, 0.8, 0.9, 0.919, 0.92, 0.95, 1.0)
"""On, just below and between the lines of the documents."""

_CLEAN: tuple[Statistics, ...] = (
    Statistics(),
    Statistics(uses=2, successes=2, score=95),
    Statistics(uses=3),
    Statistics(uses=40, successes=40, score=100),
)
_MENDED: tuple[Statistics, ...] = (
    Statistics(uses=12, successes=11, failures=1, score=100),
    Statistics(uses=4, successes=3, failures=1, score=95),
)
_FAILED: tuple[Statistics, ...] = (
    Statistics(uses=1, failures=1, score=55),
    Statistics(uses=9, successes=7, failures=1, score=90),
    Statistics(uses=8, successes=3, failures=3, score=45),
)
_INSTALLATIONS = tuple(
    frozenset({"LEARNER", "FOLLOWER", *others})
    for others in (
        ("MIXED",),
        ("MIXED", "CRYSTALLIZED", "ORCHESTRATOR"),
        (),
        ("MIXED", "ORCHESTRATOR"),
        ("CRYSTALLIZED",),
        ("ORCHESTRATOR",),
    )
)
CHANGED = "a tool of it has changed"
"""What stands against replaying that only the kernel knows: to a strategy such a match looks faultless."""
_TRACES = {mode: small_trace(mode=mode) for mode in ("LEARNER", "MIXED")}


def rejections() -> st.SearchStrategy[Rejection]:
    """Draw a trace that was looked at and not taken."""
    tiers = st.sampled_from(("exact", "template", "similar"))
    return st.builds(Rejection, trace_id=digests(16), goal=goals(), tier=tiers, reason=lines())


def thresholds() -> st.SearchStrategy[Thresholds]:
    """Draw the lines between the modes, with mixed ≤ follower."""
    pairs = st.tuples(st.sampled_from((0.75, 0.5, 0.0)), st.sampled_from((0.92, 0.75, 0.99, 1.0)))
    return st.builds(
        lambda pair, cues: Thresholds(mixed=pair[0], follower=pair[1], complexity=cues), pairs, st.integers(1, 3)
    )


def assessments() -> st.SearchStrategy[Assessment]:
    """Draw how far a match may be trusted: never above the cap of proposals where it may not be replayed."""
    proposals = st.builds(Assessment, confidence=st.floats(0, PROPOSAL_CAP), reason=lines())
    replayable = st.builds(
        Assessment, confidence=st.floats(0, 1), is_replayable=st.just(True), is_verifying=st.booleans(), reason=lines()
    )
    return st.one_of(proposals, replayable)


def verdicts() -> st.SearchStrategy[Verdict]:
    """Draw a gate's word, with a reason."""
    words, names = lines(), lines(12)
    return st.builds(Verdict, decision=st.sampled_from(Decision), reason=words, rule=names, gate=names, remedy=words)


@st.composite
def match_reports(draw: st.DrawFn) -> MatchReport:
    """Draw an answer of a matcher: nothing, a proposal or a proof, of traces in every state and with every record."""
    kind = draw(st.sampled_from((MatchKind.NONE, MatchKind.EXACT, MatchKind.TEMPLATE, MatchKind.SIMILAR)))
    if kind is MatchKind.NONE:
        return MatchReport()
    is_same = kind is MatchKind.EXACT or (kind is MatchKind.TEMPLATE and draw(st.booleans()))
    return MatchReport(
        kind=kind,
        score=1.0 if kind is MatchKind.EXACT else draw(st.sampled_from((0.1, 0.49, 0.75, 0.8, PROPOSAL_CAP))),
        trace=draw(_traces_in_states()),
        statistics=draw(st.sampled_from((*_CLEAN, *_MENDED, *_FAILED))),
        is_same_values=is_same,
        why=draw(st.sampled_from(("this very goal was learned", "it reads like a learned goal"))),
    )


def mode_contexts() -> st.SearchStrategy[ModeContext]:
    """Draw what a strategy may be asked: every gap below the safety floor, every line, every set of modes."""
    return st.sampled_from((None, *Gap, CHANGED)).flatmap(mode_contexts_with)


@st.composite
def mode_contexts_with(draw: st.DrawFn, case: Gap | str | None) -> ModeContext:
    """Draw what a strategy may be asked about a match with the gap `case`, CHANGED, or about no match at all (None).

    `is_replayable` is what the floor says of the match, less a tool that may have changed, which no strategy can see.
    """
    match = draw(_matches(case))
    is_approved, is_current = draw(st.booleans()), case is not CHANGED
    is_replayable = match.trace is not None and is_current and gap_of(match, is_approved=is_approved) is Gap.NONE
    confidence = draw(st.sampled_from(CONFIDENCES)) if match.trace is not None else 0.0
    return ModeContext(
        task=TaskBlock(goal="create hello.txt and then list all files"),
        match=match,
        confidence=confidence if is_replayable else min(confidence, PROPOSAL_CAP),
        is_replayable=is_replayable,
        has_model=draw(st.booleans()),
        is_critical=draw(st.booleans()),
        complexity=draw(st.integers(0, 5)),
        thresholds=draw(thresholds()),
        available=draw(st.sampled_from(_INSTALLATIONS)),
        balance_usd=draw(st.none() | amounts()),
        internal_state=draw(st.dictionaries(st.sampled_from(("energy", "curiosity")), st.floats(0, 1), max_size=2)),
    )


def mode_decisions() -> st.SearchStrategy[ModeDecision]:
    """Draw what a strategy may choose: a trace exactly with the modes that use one."""
    with_trace = st.sampled_from((ModeName.FOLLOWER, ModeName.MIXED, ModeName.CRYSTALLIZED))
    without = st.sampled_from((ModeName.LEARNER, ModeName.ORCHESTRATOR))
    facts = {"confidence": st.sampled_from(CONFIDENCES), "reasoning": lines()}
    return st.one_of(
        st.builds(ModeDecision, mode=without, **facts),
        st.builds(ModeDecision, mode=with_trace, trace=st.sampled_from(tuple(_TRACES.values())), **facts),
    )


def proofs() -> st.SearchStrategy[MatchReport]:
    """Draw matches that are proven, with nothing or one thing against replaying them, each equally often."""
    return st.sampled_from((Gap.NONE, Gap.PERSON, Gap.FAILED, Gap.EFFECTS)).flatmap(_matches)


@st.composite
def _matches(draw: st.DrawFn, gap: Gap | str | None) -> MatchReport:
    """Draw a match with the wanted gap, None for no match at all."""
    if gap is None:
        return MatchReport()
    if gap is Gap.GUESS:
        return draw(_guesses())
    trace = _TRACES[draw(st.sampled_from(tuple(_TRACES)))]
    records = _CLEAN
    if gap is Gap.PERSON:
        trace = evolve(trace, state=draw(st.sampled_from((TraceState.EDITED, TraceState.IMPORTED, TraceState.RETIRED))))
    elif gap is Gap.FAILED:
        records = _FAILED
    elif gap is Gap.EFFECTS:
        trace = _with_effect(trace, draw(st.sampled_from((Effect.IRREVERSIBLE, Effect.UNKNOWN))))
        records = _CLEAN[:2]
    else:
        trace, records = _with_effect(trace, draw(st.sampled_from(Effect))), (*_CLEAN, *_MENDED)
    kind = draw(st.sampled_from((MatchKind.EXACT, MatchKind.TEMPLATE)))
    statistics = draw(st.sampled_from(records))
    why = "this very goal was learned"
    return MatchReport(kind=kind, score=1.0, trace=trace, statistics=statistics, is_same_values=True, why=why)


@st.composite
def _guesses(draw: st.DrawFn) -> MatchReport:
    """Draw a match that is no proof: of something alike, or of the template with other values."""
    kind = draw(st.sampled_from((MatchKind.SIMILAR, MatchKind.TEMPLATE)))
    trace, score = draw(_traces_in_states()), draw(st.sampled_from((0.1, 0.49, 0.75, 0.8, PROPOSAL_CAP)))
    statistics = draw(st.sampled_from((*_CLEAN, *_FAILED)))
    return MatchReport(kind=kind, score=score, trace=trace, statistics=statistics, why="it reads like a learned goal")


@st.composite
def _traces_in_states(draw: st.DrawFn) -> Trace:
    trace = _TRACES[draw(st.sampled_from(tuple(_TRACES)))]
    state = draw(st.sampled_from(TraceState))
    return _with_effect(evolve(trace, state=state), draw(st.sampled_from(Effect)))


def _with_effect(trace: Trace, effect: Effect) -> Trace:
    return evolve(trace, steps=tuple(evolve(step, effect=effect) for step in trace.steps))
