"""The configuration sections that belong to no single family."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.config"


@hookimpl
def llmos_sections() -> tuple[Contribution, ...]:
    """Offer what the kernel, memory, models, the dispatcher and the plugin host can be told."""
    return (
        _section("dispatcher", "DispatcherConfig", "how a goal finds its mode, and when a trace is compiled"),
        _section("kernel", "KernelConfig", "what may be spent, and what the kernel runs besides goals"),
        _section("memory", "MemoryConfig", "where traces are kept and how sure a match must be"),
        _section("model", "ModelConfig", "which model is asked, and for how long"),
        _section("plugins", "PluginsConfig", "which plugins are switched off, and who owns a contested name"),
        _section("sentience", "SentienceConfig", "whether an internal state colours how goals are approached"),
    )


def _section(name: str, class_name: str, summary: str) -> Contribution:
    return Contribution(name=name, summary=summary, section=name, config=f"{_HERE}:{class_name}")
