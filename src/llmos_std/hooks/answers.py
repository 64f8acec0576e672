"""What one hook of a user says about one moment, in one form for Python functions and shell commands alike.

An answer can only tighten: "allow" is the same as no opinion, and what a moment cannot take is refused, not ignored.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from llmos_core.types.decision import Decision
from llmos_core.types.json import canonical_json
from llmos_core.types.record import Record, evolve

if TYPE_CHECKING:
    from llmos_core.types.json import JsonObject, JsonValue

TAKES = {
    "session_start": frozenset({"context"}),
    "user_prompt_submit": frozenset({"decision", "context"}),
    "pre_tool_use": frozenset({"decision", "arguments", "context"}),
    "post_tool_use": frozenset({"decision", "output", "context"}),
    "pre_model_call": frozenset({"decision"}),
    "post_model_call": frozenset({"decision"}),
    "stop": frozenset({"decision"}),
    "session_end": frozenset[str](),
}
"""Moment → the parts of an answer that mean something then."""

ASKING = frozenset({"pre_tool_use", "pre_model_call"})
"""Moments at which the user can be asked; at the others "ask" counts as "deny"."""


class Answer(Record):
    """A hook's word: ALLOW without a reason is no opinion.

    `arguments` are the arguments to use instead (None: as they are), `context` is text for the model, `output` is the
    JSON value shown instead of the tool's own when `replaces_output` is true.
    """

    decision: Decision = Decision.ALLOW
    reason: str = ""
    arguments: JsonObject | None = None
    context: str = ""
    output: JsonValue = None
    replaces_output: bool = False


def checked(moment: str, answer: object) -> Answer:
    """Return the answer if the moment can take all of it; None is no opinion.

    Raises TypeError for what is no answer, ValueError for a part that the moment has no use for or JSON cannot hold.
    """
    if answer is None:
        return Answer()
    if not isinstance(answer, Answer):
        expected = "None, or what allow(), ask(), deny(), change(), add_context() or replace_output() make"
        raise TypeError(f"it answered {type(answer).__name__}; expected {expected}")
    if extra := sorted(_parts(answer) - TAKES[moment]):
        raise ValueError(f"it answered with {' and '.join(extra)}, which {moment} cannot take")
    if type(answer.decision) is not Decision or type(answer.context) is not str or type(answer.reason) is not str:
        raise TypeError("its decision is none of allow, ask and deny, or its reason or context no text")
    if type(answer.arguments) not in {dict, type(None)}:
        raise TypeError(f"the changed arguments are {type(answer.arguments).__name__}; expected an object")
    arguments, output = json.loads(canonical_json([answer.arguments, answer.output]))
    return evolve(answer, arguments=arguments, output=output)  # nobody else holds a part of what is judged next


def _parts(answer: Answer) -> set[str]:
    said = {
        "decision": answer.decision is not Decision.ALLOW,
        "arguments": answer.arguments is not None,
        "context": bool(answer.context),
        "output": answer.replaces_output,
    }
    return {part for part, is_said in said.items() if is_said}
