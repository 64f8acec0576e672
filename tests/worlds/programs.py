"""Random programs for the shelf, and the script of a model that would make exactly their calls."""

from typing import Any

from hypothesis import strategies as st

from llmos_core.types.transcript import Surprise
from llmos_std.providers.scripted import ScriptedProvider

NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["x", "y", "", "zz"])

Call = tuple[str, dict[str, Any]]


def calls() -> st.SearchStrategy[Call]:
    named = st.fixed_dictionaries({"name": NAMES})
    written = st.fixed_dictionaries({"name": NAMES, "text": TEXTS})
    return st.one_of(
        st.tuples(st.just("Get"), named),
        st.tuples(st.just("Put"), written),
        st.tuples(st.just("Swap"), written),
        st.tuples(st.just("Post"), st.fixed_dictionaries({"text": TEXTS})),
    )


def shelves() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(NAMES, TEXTS)


@st.composite
def programs(draw: st.DrawFn, *, least: int = 1) -> tuple[dict[str, str], list[Call]]:
    """Draw a world and a program that runs in it: a Swap only ever meets a note that exists by then."""
    notes = draw(shelves())
    known = set(notes)
    program: list[Call] = []
    for tool, arguments in draw(st.lists(calls(), min_size=least, max_size=6)):
        kind = "Put" if tool == "Swap" and arguments["name"] not in known else tool
        if kind == "Get" and arguments["name"] not in known and (not program or program[-1][0] == "Get"):
            continue
        if kind in ("Put", "Swap"):
            known.add(arguments["name"])
        program.append((kind, arguments))
    if len(program) < least or not _ends_well(notes, program):
        program.append(("Put", {"name": "end", "text": "done"}))
    return notes, program


def _ends_well(notes: dict[str, str], program: list[Call]) -> bool:
    tool, arguments = program[-1]
    return tool != "Get" or arguments["name"] in notes


def model_of(program: list[Call], answer: str = "done") -> ScriptedProvider:
    """Return a model that makes the program's calls, one a turn, and then answers."""
    turns: list[dict[str, Any]] = [{"calls": [{"tool": t, "arguments": a}], "cost_usd": "0.01"} for t, a in program]
    return ScriptedProvider([*turns, {"text": answer, "cost_usd": "0.01"}])


def repeating_model(program: list[Call], answer: str = "done again") -> ScriptedProvider:
    """Return a model that, after any surprise, makes every call of the program once more, all in one turn."""
    every = [{"tool": tool, "arguments": arguments} for tool, arguments in program]
    return ScriptedProvider([{"on_surprise": True, "calls": every}, {"on_surprise": True, "text": answer}])


def noting(provider: ScriptedProvider, packets: list[Surprise | None]) -> ScriptedProvider:
    """Return the model as it is; `packets` gets what each request handed over to it."""
    complete = provider.complete
    provider.complete = lambda request, tell: (  # type: ignore[method-assign]
        packets.append(request.transcript.surprise),
        complete(request, tell),
    )[1]
    return provider
