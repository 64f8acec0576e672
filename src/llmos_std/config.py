"""The sections that belong to no single family: kernel, memory, model, dispatcher, plugins, sentience.

Only frozen sections here. `sentience` moves to its own family when that exists; until then it is stored, not acted on.
"""

from decimal import Decimal

from llmos_core.config.fields import flag, fraction, money, name_of, seconds, text, text_table, texts, whole
from llmos_core.types.record import Record


class KernelConfig(Record):
    """Section `kernel`: what may be spent, and what the kernel runs besides goals."""

    budget_usd: Decimal = money("10.0", help="what all runs ever booked may cost together")
    day_budget_usd: Decimal | None = money(None, help="what all runs of one UTC day may cost together; unset: no limit")
    project_budget_usd: Decimal | None = money(None, help="what this workspace may cost in total; unset: no limit")
    low_battery_fraction: float = fraction(0.1, help="warn when less than this part of a budget is left")
    enable_scheduling: bool = flag(True, help="let scheduled goals run")
    enable_watchdog: bool = flag(True, help="cancel work that shows no sign of life")
    watchdog_timeout_s: float = seconds(300.0, help="how long work may show no sign of life")


class MemoryConfig(Record):
    """Section `memory`: where traces are kept and how sure a match must be."""

    backend: str = name_of("memory", "markdown", help="the memory backend that keeps the traces")
    enable_llm_matching: bool = flag(True, help="let a model compare goals when nothing cheaper matches")
    trace_confidence_threshold: float = fraction(0.9, help="how proven a trace must be to be offered for replay")
    mixed_mode_threshold: float = fraction(0.75, help="from this confidence on a trace guides the model")
    follower_mode_threshold: float = fraction(0.92, help="from this confidence on a trace is replayed")
    strict: bool = flag(True, help="replay only what was proven not to have changed")
    stale_after_days: int = whole(
        90, least=0, help="a trace unused for so long is tested anew before its record counts; 0: never", unit="days"
    )

    def __attrs_post_init__(self) -> None:
        """Refuse thresholds that would replay a trace before it may even guide the model."""
        if self.mixed_mode_threshold > self.follower_mode_threshold:
            raise ValueError(
                f"'mixed_mode_threshold' ({self.mixed_mode_threshold}) is above 'follower_mode_threshold' "
                f"({self.follower_mode_threshold}); expected it to be at most that"
            )


class ModelConfig(Record):
    """Section `model`: which model is asked for what, and for how long."""

    provider: str = name_of("provider", "auto", help="the provider to ask; auto takes the first that is ready")
    model: str = text(
        "", help="the model: an alias, or its name as its provider knows it; empty: the provider's choice"
    )
    aliases: dict[str, str] = text_table(
        help='short names of models: strong = "openai/gpt-4o", or with their provider: mine = "command:llama"'
    )
    roles: dict[str, str] = text_table(
        help="which model is asked for what: match, fill, plan, answer, and learn for the rest (which --model replaces)"
    )
    max_turns: int = whole(10, least=1, help="how many turns one goal may take", unit="turns")
    timeout_s: float = seconds(300.0, help="how long one goal may take")
    stream: bool = flag(True, help="show the answer while it is written")
    prose: bool = flag(
        True, help="let a model word a replay's answer anew when results drifted; else the results are the answer"
    )

    def __attrs_post_init__(self) -> None:
        """Refuse roles that do not exist, and models that are neither an alias nor a full name."""
        if self.aliases or self.roles:
            from llmos_core.runtime.routing import faults

            if found := list(faults(self.aliases, self.roles)):
                raise ValueError("; ".join(found))


class DispatcherConfig(Record):
    """Section `dispatcher`: how a goal finds its mode, and when a trace is compiled."""

    strategy: str = name_of("strategy", "auto", help="the strategy that chooses the mode")
    complexity_threshold: int = whole(
        2, least=0, help="from this many cues of complexity on, work is split", unit="cues"
    )
    auto_crystallization: bool = flag(False, help="compile traces that have proven themselves")
    crystallization_min_usage: int = whole(5, least=1, help="how often a trace was used before", unit="uses")
    crystallization_min_success: float = fraction(0.95, help="what share of its use was successful before")


class PluginsConfig(Record):
    """Section `plugins`, only for the user's own configuration; `[llmos.prefer]` is another way to write `prefer`."""

    disabled: tuple[str, ...] = texts(help="plugins or distributions that stay switched off", user_only=True)
    prefer: dict[str, str] = text_table(
        help='who owns a name that several plugins claim: "tool.Read" = "plugin or distribution"', user_only=True
    )


class SentienceConfig(Record):
    """Section `sentience`: accepted already, acted on once the sentience family exists."""

    enabled: bool = flag(False, help="let an internal state colour how goals are approached")
