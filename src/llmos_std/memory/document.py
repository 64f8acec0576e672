"""One trace file as a value: the trace, its counters, and what people wrote around it.

Here is also the list of the file's keys, in their order: the reader, the writer and the specification share it.
"""

from llmos_core.types.record import Record, field
from llmos_core.types.trace import Statistics, Trace

SCHEMA = "llmos.trace/1"

FRONT_KEYS = (
    "schema",
    "id",
    "goal_signature",
    "goal_text",
    "state",
    "mode",
    "provider",
    "model",
    "created_at",
    "estimated_cost_usd",
    "estimated_time_secs",
    "success_rating",
    "usage_count",
    "success_count",
    "failure_count",
    "last_used",
    "saved_usd",
    "tools_used",
    "aliases",
    "negative_goals",
    "context",
    "episodes",
    "answer",
    "seal",
)
STEP_KEYS = ("tool", "effect", "turn", "fingerprint", "arguments", "before", "after", "observation")
NESTED_KEYS = ("arguments", "observation")
OBSERVATION_KEYS = ("status", "digest", "control", "shape", "is_empty", "preview")

STEPS_HEADING = "## Execution Steps"
NOTES_HEADING = "## Notes"
FENCE_OPEN = "```yaml"
FENCE_CLOSE = "```"
PREVIEW_CHARS = 400

DEFAULT_NOTES = "\nFree text for people: llmos keeps what stands here and never reads it.\n"


class Document(Record):
    """What one trace file says.

    `stored_id` and `seal` are as the file has them; empty for a document that was never stored. The trace's state is
    EDITED whenever they are not those of its content. `title` and `notes` are free text of people.
    """

    trace: Trace
    statistics: Statistics = field(factory=Statistics)
    title: str = ""
    notes: str = DEFAULT_NOTES
    stored_id: str = ""
    seal: str = ""
