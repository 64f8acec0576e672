"""`llmos config`: the configuration in force, where each value came from, and how to change it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from llmos_core import aio

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from llmos_core.config.explaining import Setting
    from llmos_std.cli.config_changing import Change

_once = click.option("-c", "--config", "settings", multiple=True, metavar="KEY=VALUE", help="As if this were set too.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_project = click.option(
    "--project/--user", help="Change the project's file; --user changes your own, as usual.", default=False
)


@click.group(epilog="\b\nExamples:\n  llmos config show\n  llmos config set kernel.budget_usd 5")
def config() -> None:
    """See the configuration and where each value came from; change it."""


@config.command(epilog="\b\nExamples:\n  llmos config show\n  llmos config show kernel --json")
@click.argument("prefix", default="")
@_as_json
@_once
@click.pass_context
def show(ctx: click.Context, prefix: str, *, as_json: bool, settings: tuple[str, ...]) -> int:
    """Print every setting (or those that begin with PREFIX): value and origin."""
    found, _ = aio.run(_settings(ctx, prefix, settings))
    if as_json:
        click.echo(json.dumps({s.key: {"value": s.value, "origin": s.origin} for s in found}, ensure_ascii=False))
        return 0
    from llmos_std.cli.output import table

    click.echo(table([(s.key, json.dumps(s.value, ensure_ascii=False), s.origin) for s in found], _HEADS))
    return 0


_HEADS = ("setting", "value", "from")


async def _settings(ctx: click.Context, prefix: str, given: Sequence[str]) -> tuple[tuple[Setting, ...], str]:
    """Return the settings that begin with a prefix, and who owns the section of the first."""
    from llmos_std.cli.session import open_llmos, workspace_of

    async with open_llmos(workspace_of(ctx), settings=given) as opened:
        settings = opened.kernel.config.explain(prefix)
        keys = [setting.key for setting in opened.kernel.config.explain()]
        if not settings:
            from llmos_core.suggestion import did_you_mean

            known = {*keys, *(key.rpartition(".")[0] for key in keys)} if "." in prefix else _sections(keys)
            raise click.UsageError(f"no setting begins with '{prefix}'{did_you_mean(prefix, known)}")
        return settings, _owner(opened.kernel.registry, settings[0].key.rpartition(".")[0])


def _sections(keys: list[str]) -> set[str]:
    return {key.rpartition(".")[0] for key in keys}


def _owner(registry: Any, section: str) -> str:
    """Return the name of the plugin that owns a section, "" when that cannot be said."""
    from llmos_core.contrib import HOOKS
    from llmos_core.errors import PluginError

    for kind in HOOKS:
        for contribution in registry.all(kind):
            if contribution.section == section:
                try:
                    return str(registry.owner(kind, contribution.name))
                except PluginError:
                    continue
    return ""


@config.command(
    epilog="\b\nExamples:\n  llmos config explain kernel.budget_usd\n  llmos config explain model.model --json"
)
@click.argument("key")
@_as_json
@_once
@click.pass_context
def explain(ctx: click.Context, key: str, *, as_json: bool, settings: tuple[str, ...]) -> int:
    """Tell all about one setting: value, every layer that said something, which won, help, unit, default, owner."""
    found, owner = aio.run(_settings(ctx, key, settings))
    setting = next((one for one in found if f"{key}.".startswith(f"{one.key}.")), None)
    if setting is None:
        keys = ", ".join(one.key for one in found[:8])
        what = f"'{key}' is a section; name one of its settings" if key else "no setting was named; name one"
        raise click.UsageError(f"{what} ({keys} …), or use `llmos config show`")
    if as_json:
        said = [{"layer": s.layer, "place": s.place, "value": s.value, "wins": s.wins} for s in setting.said]
        facts = {name: getattr(setting, name) for name in ("key", "value", "default", "origin", "help", "unit")}
        more = {"user_only": setting.user_only, "owner": owner, "layers": said}
        click.echo(json.dumps({**facts, **more}, ensure_ascii=False))
    else:
        click.echo("\n".join(_explained(setting, owner)))
    return 0


def _explained(setting: Setting, owner: str) -> Iterator[str]:
    from llmos_core.config.environment import variable_of
    from llmos_std.cli.output import table

    section, _, name = setting.key.rpartition(".")
    unit = f" ({setting.unit})" if setting.unit else ""
    yield f"{setting.key} = {_shown(setting.value)}{unit}"
    yield f"  {setting.help}"
    yield ""
    rows: list[tuple[str, str, str]] = [("default", _shown(setting.default), "" if setting.said else "wins")]
    rows += [(one.place, _shown(one.value), "wins" if one.wins else "") for one in setting.said]
    yield table(rows, ("said by, the strongest last", "value", ""))
    yield ""
    yield _reason(setting)
    yield f"section [{section}] belongs to plugin {owner or 'unknown'}; variable {variable_of(section, name)}"
    if setting.user_only:
        yield "only your own configuration may set it, a project's may not"


def _reason(setting: Setting) -> str:
    if not setting.said:
        return "nobody set it, so the default holds"
    winners = [one.place for one in setting.said if one.wins]
    if len(winners) > 1:
        return f"tables are joined key by key; where they differ, {winners[-1]} wins"
    return f"{winners[-1]} wins: {setting.said[-1].layer} is the strongest layer that says something"


def _shown(value: Any) -> str:
    return "unset" if value is None else json.dumps(value, ensure_ascii=False)


@config.command(
    "set",
    epilog="\b\nExamples:\n  llmos config set kernel.budget_usd 5\n  llmos config set model.max_turns 20 --project",
)
@click.argument("key")
@click.argument("value")
@_project
@click.pass_context
def set_(ctx: click.Context, key: str, value: str, *, project: bool) -> int:
    """Set KEY to VALUE in a configuration file, where it stands; comments stay. Wrong values and secrets are refused.

    VALUE is text where text is expected, else as in TOML: 5, 0.5, true, ["a", "b"], { env = "NAME" }. A list may also
    be a,b. A value that begins with - stands behind --.
    """
    from llmos_std.cli.config_changing import Desk
    from llmos_std.cli.session import workspace_of

    done = Desk(workspace_of(ctx), os.environ).set(key, value, project=project)
    click.echo(f"{done.key} is set in {done.file}:{done.line}")
    return _told(done)


@config.command(epilog="\b\nExamples:\n  llmos config unset kernel.budget_usd\n  llmos config unset model --project")
@click.argument("key")
@_project
@click.pass_context
def unset(ctx: click.Context, key: str, *, project: bool) -> int:
    """Take KEY (or a whole section) out of a configuration file, so that a weaker layer or the default holds again."""
    from llmos_std.cli.config_changing import Desk
    from llmos_std.cli.session import workspace_of

    done = Desk(workspace_of(ctx), os.environ).unset(key, project=project)
    click.echo(f"{done.key} is no longer set in {done.file}")
    return _told(done)


def _told(done: Change) -> int:
    for comment in done.lost:
        click.echo(f"llmos: note: this comment could not be kept: {comment}", err=True)
    for note in done.notes:
        click.echo(f"llmos: note: {note}", err=True)
    return 0


@config.command(epilog="\b\nExamples:\n  llmos config schema\n  llmos config schema --output config.schema.json")
@click.option("--project", is_flag=True, help="The schema of a project's file: without what only you may set.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write it into this file.")
@click.pass_context
def schema(ctx: click.Context, *, project: bool, output: str | None) -> int:
    """Print the JSON Schema of the configuration, for editors: `#:schema FILE` at the top of a config.toml."""
    from llmos_std.cli.config_schema import schema_text
    from llmos_std.cli.session import workspace_of

    text = schema_text(workspace_of(ctx), project=project)
    if output is None:
        click.echo(text, nl=False)
        return 0
    from llmos_core.errors import StorageError

    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{output}: cannot be written ({error.strerror})") from error
    click.echo(f"written; let editors know it with this first line of a config.toml: #:schema {output}")
    return 0


@config.command(epilog="\b\nExamples:\n  llmos config path\n  llmos config path --project")
@click.option("--project", is_flag=True, help="The project's file instead of your own.")
@click.pass_context
def path(ctx: click.Context, *, project: bool) -> None:
    """Print where your own configuration file is (it need not exist)."""
    from llmos_core.config.paths import find_paths
    from llmos_std.cli.session import workspace_of

    chosen = workspace_of(ctx)
    paths = find_paths(None if chosen is None else Path(chosen))
    click.echo(str(paths.house / "config.toml" if project else paths.user_config))
