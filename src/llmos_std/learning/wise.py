"""The oracle of an evaluation: what a wise model would fill in, knowing the right effects but bound to what it may say.

It may fill a hole only with what the product believes, and say only the conditions that the goal's own words say. Where
these words leave several, all that can be computed have to come out rightly: it never chooses the one that suits it.
"""

from __future__ import annotations

import json
import re
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record
from llmos_std.learning.conditions import columns_of, look_name, looks_of
from llmos_std.learning.filling import is_grounded
from llmos_std.learning.leaves import leaves
from llmos_std.learning.proposing import ITEMS
from llmos_std.learning.wise_items import readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from llmos_core.types.json import JsonObject
    from llmos_std.learning.following import Decision
    from llmos_std.learning.proposing import Hole, Proposal
    from llmos_std.learning.runs import Run

    Effects = Sequence[tuple[str, JsonObject]]

_MOST_FILLINGS = 500
_MORE = "more|greater|higher|larger|longer|above|over|exceed(?:s|ed)?"
_LESS = "less|fewer|lower|smaller|shorter|below|under"
_COMPARES = re.compile(
    rf"\b(?P<word>at least|at most|{_MORE}|{_LESS})(?: than)? "
    rf"(?:(?P<number>-?\d+(?:\.\d+)?)(?P<percent> ?%| percent\b)?(?: (?P<way>{_MORE}|{_LESS})\b)?|(?P<other>\w+))",
    re.IGNORECASE,
)
_GROWTH = re.compile(r"\b(growth|grew|grown|grow|increased?|rose|risen)\b", re.IGNORECASE)
_DECLINE = re.compile(r"\b(fell|fallen|dropped|drop|decline[sd]?|decreased?|shrunk)\b", re.IGNORECASE)
_SOME = re.compile(r"\b(at any (?:time|point)|ever|on any|any day)\b", re.IGNORECASE)
_EVERY = re.compile(r"\b(always|every|each|all)\b", re.IGNORECASE)
_MADE = {
    "sum": re.compile(r"\b(in total|total(?:s|ed)|add(?:s|ed)? up|altogether|together|combined)\b", re.IGNORECASE),
    "mean": re.compile(r"\b(on average|averaged?|mean)\b", re.IGNORECASE),
}
_NONE = re.compile(r"\b(\w+n't|no|not|none|never|missing|without|unless)\b", re.IGNORECASE)
_IF_NOT = re.compile(r"\bif (?:not|they haven't|so not)\b", re.IGNORECASE)
_UNLESS = re.compile(r"\bunless\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\b(?:if|unless|when|whether|in case|check)\b[^,.?;]*|^[^,.?;]*\?", re.IGNORECASE)
_QUOTED = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"")
_GENERAL = frozenset({"get", "find", "search", "list", "count", "by", "id", "read", "fetch", "show"})
_TURNED = {">": "<", "<": ">", ">=": "<=", "<=": ">="}
_NEGATED = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}
_UNSAID = ("last", "sum", "mean", "first")


class Case(Record):
    """A held-out run as the oracle knows it: the right effects, what looks return, and all runs of its instance."""

    right: Effects
    look: Callable[[str, JsonObject], Any]
    alike: tuple[Run, ...] = ()
    today: str = ""


def filling(proposal: Proposal, case: Case) -> tuple[dict[str, Any], Decision] | bool:
    """Return values for the holes with which the proposal does what is right.

    Where a wise model would refuse: True if the log does not say what some look would have returned, else False.
    """
    is_unseen = False
    holes = [hole for hole in proposal.holes if hole.kind == "value"]
    choices = [_candidates(proposal, hole, case) for hole in holes]
    idle = []
    if proposal.is_conditional and not case.right:
        idle = [
            (hole.name, step) for hole, some in zip(holes, choices, strict=True) if not some for step, _ in hole.places
        ]
        choices = [
            some or [json.loads(text) for text in hole.seen[:1]] for hole, some in zip(holes, choices, strict=True)
        ]
    for chosen in islice(product(*choices), _MOST_FILLINGS):
        values = {hole.name: value for hole, value in zip(holes, chosen, strict=True)}
        found = _completed(proposal, values, idle, case)
        if not isinstance(found, bool):
            return found
        is_unseen = is_unseen or found
    return is_unseen


def _completed(
    proposal: Proposal, values: dict[str, Any], idle: Iterable[tuple[str, int]], case: Case
) -> tuple[dict[str, Any], Decision] | bool:
    """Return the values, with the condition that the goal says, if all that it may mean leads to what is right.

    `idle` are holes and steps of theirs for which there was no value to be had: no call may be made with one.
    """
    found: list[tuple[dict[str, Any], Decision]] = []
    conditions = said(proposal) if proposal.is_conditional else [None]
    items = [None] if proposal.each is None else readings(proposal, values, case.today)
    for condition, tests in product(conditions, items):
        given = values | ({} if condition is None else {"condition": condition})
        given |= {} if tests is None else {ITEMS: tests}
        completed = proposal.completed(given, case.look, today=case.today)
        if completed.why.startswith("undecided:"):
            continue
        used = {name for name, step in idle if step < len(completed.calls)}
        if completed.would != "follow" or used or not same_effects(completed, case.right):
            return completed.why.startswith("unseen:")
        found.append((given, completed))
    return found[0] if found else False


def said(proposal: Proposal) -> list[dict[str, Any]]:
    """Return the conditions that the words of a goal may mean: comparison, number and kind are the goal's own."""
    text = _QUOTED.sub(" ", proposal.goal.text)
    compared = next((one for one in _COMPARES.finditer(text) if one["number"] or _GROWTH.search(text)), None)
    if compared is None:
        found = _CLAUSE.search(text)
        clause, end = (text, 0) if found is None else (found[0], found.end())
        operator = "==" if bool(_NONE.search(clause)) != bool(_IF_NOT.search(text, end)) else ">"
        return [
            {"look": look, "quantity": "count", "operator": operator, "than": 0}
            for look in _spoken_of(proposal, clause)
        ]
    is_more = re.fullmatch(_MORE, compared["word"], re.IGNORECASE)
    operator = {"at least": ">=", "at most": "<="}.get(compared["word"].lower(), ">" if is_more else "<")
    operator = _NEGATED[operator] if _UNLESS.search(text) else operator
    if compared["number"]:
        numbered = [
            {"look": look, "operator": sign, "than": than, **what}
            for look in _spoken_of(proposal, text)
            for quantity, sign, than in _with_number(text, compared, operator)
            for what in _columns_said(proposal, look, text, quantity)
        ]
        different = {canonical_json(one): one for one in numbered}
        return [one for one in different.values() if "field" in one] or [*different.values()]
    before = _spoken_of(proposal, text[: compared.start()])
    after = _spoken_of(proposal, text[compared.start("other") :])
    return [
        {"look": left, "quantity": "growth_percent", "operator": operator, "than": right}
        for left in before
        for right in after
        if left != right
    ]


def _with_number(text: str, compared: re.Match[str], operator: str) -> list[tuple[str, str, float]]:
    """Return quantity, operator and number of a comparison with a number."""
    number = float(compared["number"])
    if compared["percent"]:
        way = compared["way"] or ""
        is_down = re.fullmatch(_LESS, way, re.IGNORECASE) if way else _DECLINE.search(text)
        return [("growth_percent", _TURNED[operator], -number) if is_down else ("growth_percent", operator, number)]
    if _GROWTH.search(text):
        return [("growth_percent", operator, number)]
    if _SOME.search(text):
        return [("any", operator, number)]
    if _EVERY.search(text):
        return [("all", operator, number)]
    if made := next((name for name, words in _MADE.items() if words.search(text)), ""):
        return [(made, operator, number)]
    return [(quantity, operator, number) for quantity in _UNSAID]


def _spoken_of(proposal: Proposal, text: str) -> list[str]:
    """Return the looks whose tools share most words with a text; any where their names do not even say their own goal.

    None where they said their own goal and do not say this one: they look at something else.
    """
    words, own = set(_words(text)), set(_words(proposal.program.first.goal.text))
    steps = proposal.program.first.steps
    names = {step: set(_words(steps[step].tool.rpartition(".")[2])) for step in looks_of(proposal.program)}
    shared = {step: len(words & name) for step, name in names.items()}
    most = max(shared.values(), default=0)
    if not most and any(own & name for name in names.values()):
        return []
    best = [step for step, count in shared.items() if count == most]
    whole = [step for step in best if names[step] <= words]
    return [look_name(step) for step in whole or best]


def _columns_said(proposal: Proposal, look: str, text: str, quantity: str) -> list[dict[str, str]]:
    """Return of which fields the goal speaks, as a reply says it; where of none, of how many things there are."""
    step = next(step for step in looks_of(proposal.program) if look_name(step) == look)
    outputs = [one.outputs[step] for one in proposal.program.examples]
    names = dict.fromkeys(name for output in outputs for name in columns_of(output))
    said = [name for name in names if set(_words(name)) & set(_words(text))]
    is_of_things = any(isinstance(row, dict) for output in outputs if isinstance(output, list) for row in output)
    if said or (names and not is_of_things):
        return [{"quantity": quantity, "field": name} for name in said]
    return [{"quantity": "count" if is_of_things else quantity}]


def _words(text: str) -> list[str]:
    found = re.findall(r"[A-Z]?[a-z]+", text)
    return [word.lower().rstrip("s") for word in found if word.lower() not in _GENERAL]


def _candidates(proposal: Proposal, hole: Hole, case: Case) -> list[Any]:
    """Return grounded values for a hole: of the true effects, or of looks that the instance's runs made."""
    steps = proposal.program.first.steps
    found: dict[str, Any] = {}
    for index, path in hole.places:
        tool = steps[index].tool
        sources = [dict(arguments) for name, arguments in case.right if name == tool]
        if steps[index].effect.is_safe:
            sources += [dict(call.arguments) for one in case.alike for call in one.calls if call.tool == tool]
        for arguments in sources:
            of_call = leaves(arguments)
            if path in of_call:
                found.setdefault(canonical_json(of_call[path]), of_call[path])
    return [value for value in found.values() if is_grounded(value, hole, proposal.goal, today=case.today)]


def same_effects(decision: Decision, right: Effects) -> bool:
    """Say whether a decision changes exactly what is right, in whatever order."""
    done = [_key(call.tool, call.arguments) for call in decision.calls if not call.effect.is_safe]
    return sorted(done) == sorted(_key(tool, arguments) for tool, arguments in right)


def _key(tool: str, arguments: JsonObject) -> str:
    return canonical_json([tool, dict(arguments)])
