"""Words that no run has put into an effect: a tool may know only some, and a new one may have another name there.

Where runs wrote "won" as Won and "lost" as Lost, nothing says that "new" is New. Text in quotation marks, and names
with capitals as they stand, are the user's own: they are always new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.types.json import canonical_json
from llmos_std.learning.vocabulary import is_name

if TYPE_CHECKING:
    from llmos_std.learning.explaining import Space
    from llmos_std.learning.leaves import Path
    from llmos_std.learning.programs import Program
    from llmos_std.learning.wording import Alignment, Goal

_AGAIN = 2


def is_unheard_of(
    program: Program, step: int, path: Path, space: Space, goal: Goal, alignment: Alignment, value: Any
) -> bool:
    """Say whether a value is a plain word of the goal that no run had there, and may be called otherwise by the tool.

    It is, where the goal's word has to be changed into it, or where runs had the same few words again and again.
    """
    seen = program.seen[step].get(path, frozenset())
    heard = program.heard[step].get(path, frozenset()) if program.heard else frozenset()
    if program.first.steps[step].effect.is_safe or not is_name(value) or canonical_json(value) in seen | heard:
        return False
    across = (alignment.across(span) for key, spans in space.items() if key[0] == "goal" for span in spans)
    plain = [span for span in across if span is not None and all(map(goal.is_plain_word, range(*span)))]
    texts = {goal.text_of(span) for span in plain}
    if not texts or (value in texts and value != value.lower()):
        return False
    return value not in texts or _AGAIN * len(seen) <= len(program.examples) + len(program.witnesses)
