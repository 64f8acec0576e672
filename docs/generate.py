"""Write the reference pages that follow from the program itself: verbs, settings, plugins and promises.

    python docs/generate.py

A test makes the same pages and compares, so a page can never say something else than the program does.
"""
# ruff: noqa: INP001 – a script beside the pages it writes, not a package

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import attrs
import click
from generate_plugins import plugins_page
from generate_specs import specs_page

from llmos_core.config.environment import variable_of
from llmos_core.config.schema import schema_of
from llmos_core.config.tables import plain
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.host import PluginHost
from llmos_core.plugins.loading import load_object
from llmos_core.plugins.registry import Registry
from llmos_std.cli.group import cli
from llmos_std.presets import PRESETS

REFERENCE = Path(__file__).parent / "reference"
LATER = frozenset(
    {
        "kernel.enable_scheduling",
        "kernel.enable_watchdog",
        "kernel.watchdog_timeout_s",
        "memory.enable_llm_matching",
        "sentience.enabled",
    }
)
"""Settings that are accepted and checked, but that nothing acts on yet."""

_WARNING = "<!-- Made by docs/generate.py; do not edit. -->\n"
_WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "true or false", "Decimal": "amount"}
_WORDS["SecretRef"] = "place of a secret"


def pages() -> dict[Path, str]:
    """Return the text of every generated page by its path."""
    registry = Registry(PluginHost([point for point in discover() if point.distribution == "llmos"]))
    return {
        REFERENCE / "cli.md": command_page(registry),
        REFERENCE / "configuration.md": configuration_page(registry),
        REFERENCE / "config.schema.json": schema_page(registry),
        REFERENCE / "plugins.md": _WARNING + "\n" + plugins_page(),
        REFERENCE / "specs.md": _WARNING + "\n" + specs_page(),
    }


def command_page(registry: Registry) -> str:
    """Return the page of all verbs."""
    head = "# Command line\n\nEvery verb takes `-h`. What the exit codes mean: [exit-codes.md](exit-codes.md).\n"
    root = click.Context(cli, info_name="llmos")
    parts = [_WARNING, head, _described(cli, root, "llmos", level=2)]
    for one in sorted(registry.all("command"), key=lambda each: each.name):
        parts += _described_tree(load_object(one.factory), root, one.name, level=2)
    return "\n".join(parts)


def _described_tree(command: Any, parent: click.Context, name: str, *, level: int) -> Iterator[str]:
    context = click.Context(command, parent=parent, info_name=name)
    yield _described(command, context, context.command_path, level=level)
    for inner, sub in sorted(getattr(command, "commands", {}).items()):
        yield from _described_tree(sub, context, inner, level=level + 1)


def _described(command: click.Command, context: click.Context, path: str, *, level: int) -> str:
    """Return one command: what it does, how it is called, its options, examples."""
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    lines = [f"{'#' * level} `{path}`", "", " ".join((command.help or "").split()), "", f"    {usage}", ""]
    rows = [_option_row(one) for one in command.params if isinstance(one, click.Option)]
    if rows:
        lines += ["| option | meaning |", "|---|---|", *rows, ""]
    examples = [line.strip() for line in (command.epilog or "").replace("\b", "").splitlines() if line.strip()]
    if examples:
        lines += ["Examples:", "", *(f"    {line}" for line in examples[1:]), ""]
    return "\n".join(lines)


def _option_row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    if isinstance(option.type, click.Choice):
        names += " " + " \\| ".join(f"`{choice}`" for choice in option.type.choices)
    elif not option.is_flag:
        names += f" `{option.metavar or option.type.name.upper()}`"
    return f"| {names} | {option.help or ''} |"


def configuration_page(registry: Registry) -> str:
    """Return the page of all settings."""
    sections = registry.sections()
    head = """# Configuration

Settings stand in TOML files; `llmos config path` prints where yours is, `llmos config show` what is in force and from
where ([how to configure](../how-to/configure.md)). The later of these wins: defaults, a preset (`preset = "testing"` or
`LLMOS_PRESET`), your own file, the project's `.llmos/config.toml` (once [trusted](../how-to/give-llmos-a-tool.md)),
environment variables, options of the command line.

The variable of a setting is `LLMOS_` and its key in capitals, with `__` between the parts: `{variable}`
is `kernel.budget_usd`. Four more variables are switches: `LLMOS_HOME` (one folder for all of llmos's own files),
`LLMOS_WORKSPACE`, `LLMOS_CONFIG` (another configuration file) and `LLMOS_PRESET`.

A wrong value, an unknown key or a variable that plainly means one is an error that names the place and what was
probably meant (exit code 7); any other variable that sets nothing is a note. Editors use
[config.schema.json](config.schema.json). *Later* marks settings that are accepted and checked but that nothing acts on
yet; *yours only* marks those that a project's own file may not set.
""".format(variable=variable_of("kernel", "budget_usd"))
    return "\n".join([_WARNING, head, *(_section(name, sections[name]) for name in sorted(sections))])


def schema_page(registry: Registry) -> str:
    """Return the JSON Schema of a configuration with our own sections."""
    return json.dumps(schema_of(registry.sections(), presets=PRESETS), indent=2, ensure_ascii=False) + "\n"


def _section(name: str, section: type) -> str:
    rows = [_setting_row(name, one, getattr(section(), one.name)) for one in attrs.fields(section)]
    return "\n".join(
        [f"## `[{name}]`", "", "| key | type | default | unit | meaning |", "|---|---|---|---|---|", *rows, ""]
    )


def _setting_row(section: str, one: Any, default: Any) -> str:
    value = plain(default)
    shown = "unset" if value is None else f"`{json.dumps(value)}`"
    marks = " *Later.*" * (f"{section}.{one.name}" in LATER) + " *Yours only.*" * bool(one.metadata.get("user_only"))
    unit, meaning = one.metadata.get("unit", ""), one.metadata.get("help", "").replace("|", "\\|")
    return f"| `{one.name}` | {_kind(one.type)} | {shown} | {unit} | {meaning}.{marks} |"


def _kind(kind: Any) -> str:
    """Return a type in words."""
    options = [each for each in get_args(kind) if each is not type(None)]
    if len(options) < len(get_args(kind)):
        return _kind(options[0])
    if get_origin(kind) is tuple:
        return "list of texts" if str in get_args(kind) else "list of tables"
    if get_origin(kind) is dict:
        return "table"
    return _WORDS[getattr(kind, "__name__", str(kind))]


def main() -> None:
    """Write every page."""
    REFERENCE.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
