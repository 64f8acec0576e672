"""A configuration in Python: flat keywords, presets, and a fluent builder, checked when they are made.

What is said here wins over the user's files; what is not said is left to them. Making one reads and writes nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from llmos_core.config.environment import PREFIX
from llmos_core.config.tables import plain
from llmos_core.errors import ConfigError
from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import Record, field
from llmos_std.config import DispatcherConfig, KernelConfig, MemoryConfig, ModelConfig
from llmos_std.wishes import SECTIONS, explicit_values, normalised_value, values_of, wrong_wishes


class LLMOSConfig(Record):
    """What a program wants, as given: `explicit` maps "section.key" to plain values.

    `workspace` None is the current directory. `environment` holds captured LLMOS_ variables; None means those of the
    process at the time the kernel opens. Files count too, below all this; `config show` on the command line tells all.
    """

    workspace: Path | None
    preset: str
    explicit: Mapping[str, Any]
    environment: Mapping[str, str] | None = field(default=None, repr=False)

    def __init__(
        self,
        *,
        workspace: Path | str | None = None,
        preset: str = "",
        settings: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        **keywords: Any,
    ) -> None:
        """Take flat keywords (`wishes.KEYWORDS`) and any further `settings` by dotted key ("provider.litellm.model").

        ConfigError lists every unknown keyword and wrong value.
        """
        if problems := wrong_wishes(workspace, preset, settings or {}, environment, keywords):
            raise ConfigError(problems)
        explicit = explicit_values(settings or {}, keywords)
        captured = None if environment is None else dict(environment)
        values = {key: plain(normalised_value(key, value)) for key, value in explicit.items()}
        folder = None if workspace is None else Path(workspace)
        super().__init__(workspace=folder, preset=preset, explicit=values, environment=captured)

    @classmethod
    def unchecked(cls, settings: Mapping[str, Any]) -> Self:
        """Return a configuration whose settings are checked together with the files, when the kernel opens."""
        made = cls.__new__(cls)
        Record.__init__(made, workspace=None, preset="", explicit=dict(settings), environment=None)
        return made

    @classmethod
    def development(cls, **keywords: Any) -> Self:
        """Return the preset for trying things out: little money, short runs."""
        return cls(preset="development", **keywords)

    @classmethod
    def production(cls, **keywords: Any) -> Self:
        """Return the preset with every feature, crystallization included."""
        return cls(preset="production", **keywords)

    @classmethod
    def testing(cls, **keywords: Any) -> Self:
        """Return the preset for tests: deterministic, without network, with the built-in planner."""
        return cls(preset="testing", **keywords)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **keywords: Any) -> Self:
        """Return what the LLMOS_ variables say now: LLMOS_WORKSPACE, LLMOS_PRESET and LLMOS_<SECTION>__<KEY>."""
        import os

        found = os.environ if environ is None else environ
        captured = {name: value for name, value in found.items() if name.startswith(PREFIX)}
        named = {"workspace": captured.get("LLMOS_WORKSPACE") or None, "preset": captured.get("LLMOS_PRESET", "")}
        return cls(environment=captured, **{**named, **keywords})

    @classmethod
    def from_dict(cls, tables: Mapping[str, Any]) -> Self:
        """Return the configuration that `to_dict` described; section tables may be nested or have dotted names.

        Raises ConfigError listing everything that is no such table.
        """
        known = {"workspace", "preset", "environment"}
        settings: dict[str, Any] = {}
        if not isinstance(tables, Mapping):
            raise ConfigError([f"LLMOSConfig: found {type(tables).__name__}, expected tables by section"])
        for section, table in tables.items():
            if section in known:
                continue
            if not isinstance(table, Mapping):
                raise ConfigError(
                    [f"LLMOSConfig: {section}: expected a table of settings{did_you_mean(str(section), known)}"]
                )
            settings |= {f"{section}.{key}": value for key, value in table.items()}
        return cls(settings=settings, **{name: tables[name] for name in known if name in tables})

    def to_dict(self) -> dict[str, Any]:
        """Return what was said, as JSON values: workspace, preset, and one table for each section concerned."""
        tables: dict[str, Any] = {"workspace": None if self.workspace is None else str(self.workspace)}
        tables["preset"] = self.preset
        if self.environment is not None:
            tables["environment"] = dict(self.environment)
        for key, value in self.explicit.items():
            section, _, name = key.rpartition(".")
            tables.setdefault(section, {})[name] = value
        return tables

    def having(self, settings: Mapping[str, Any]) -> Self:
        """Return this configuration with further settings by dotted key, which win."""
        wishes = {**self.explicit, **settings}
        return type(self)(workspace=self.workspace, preset=self.preset, settings=wishes, environment=self.environment)

    def environ(self, process: Mapping[str, str]) -> dict[str, str]:
        """Return the environment to configure from: the process's own, its LLMOS_ part replaced when captured."""
        if self.environment is None:
            return dict(process)
        return {name: value for name, value in process.items() if not name.startswith(PREFIX)} | dict(self.environment)

    def section(self, name: str) -> Any:
        """Return one of SECTIONS as preset, captured variables and keywords make it, without any file."""
        return SECTIONS[name](**values_of(self.preset, self.environment, self.explicit).get(name, {}))

    @property
    def kernel(self) -> KernelConfig:
        """Section `kernel`, without files."""
        found: KernelConfig = self.section("kernel")
        return found

    @property
    def memory(self) -> MemoryConfig:
        """Section `memory`, without files."""
        found: MemoryConfig = self.section("memory")
        return found

    @property
    def model(self) -> ModelConfig:
        """Section `model`, without files."""
        found: ModelConfig = self.section("model")
        return found

    @property
    def dispatcher(self) -> DispatcherConfig:
        """Section `dispatcher`, without files."""
        found: DispatcherConfig = self.section("dispatcher")
        return found


class ConfigBuilder:
    """Says the same as LLMOSConfig's keywords, one step at a time; `build` checks it all."""

    def __init__(self) -> None:
        self._wishes: dict[str, Any] = {}
        self._settings: dict[str, Any] = {}

    def _with(self, keyword: str, value: Any) -> Self:
        self._wishes[keyword] = value
        return self

    def with_preset(self, name: str) -> Self:
        """Start from a preset: development, production or testing."""
        return self._with("preset", name)

    def with_workspace(self, folder: Path | str) -> Self:
        """Act in this folder."""
        return self._with("workspace", folder)

    def with_budget(self, budget_usd: Any) -> Self:
        """Let all runs together cost at most this much, in US dollars."""
        return self._with("budget_usd", budget_usd)

    def with_day_budget(self, day_budget_usd: Any) -> Self:
        """Let the runs of one day cost at most this much, in US dollars."""
        return self._with("day_budget_usd", day_budget_usd)

    def with_llm_matching(self, is_enabled: bool) -> Self:
        """Let a model compare goals when nothing cheaper matches."""
        return self._with("enable_llm_matching", is_enabled)

    def with_model(self, model: str) -> Self:
        """Ask this model."""
        return self._with("model", model)

    def with_provider(self, provider: str) -> Self:
        """Reach models through this provider."""
        return self._with("provider", provider)

    def with_strategy(self, strategy: str) -> Self:
        """Choose modes by this strategy."""
        return self._with("strategy", strategy)

    def with_max_turns(self, max_turns: int) -> Self:
        """Let one goal take at most so many turns."""
        return self._with("max_turns", max_turns)

    def with_timeout(self, timeout_s: float) -> Self:
        """Let one goal take at most so many seconds."""
        return self._with("timeout_s", timeout_s)

    def with_permission_mode(self, mode: str) -> Self:
        """Act under this permission mode: ask, accept-edits, plan or yolo."""
        return self._with("permission_mode", mode)

    def with_auto_crystallization(self, is_enabled: bool) -> Self:
        """Compile traces that have proven themselves."""
        return self._with("auto_crystallization", is_enabled)

    def with_sentience(self, is_enabled: bool) -> Self:
        """Let an internal state colour how goals are approached (stored already, acted on by a later family)."""
        return self._with("sentience_enabled", is_enabled)

    def with_setting(self, key: str, value: Any) -> Self:
        """Set any key of any section: "provider.litellm.api_base"."""
        self._settings[key] = value
        return self

    def build(self) -> LLMOSConfig:
        """Return the configuration; ConfigError lists everything that is wrong."""
        return LLMOSConfig(settings=self._settings, **self._wishes)
