"""The click group behind the `llmos` command: its verbs are what the installed plugins contribute.

Nothing is imported before it is needed: help shows the verbs' one-line summaries without importing any verb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from llmos_core.errors import PluginError, UsageError

if TYPE_CHECKING:
    from llmos_core.plugins.registry import Registry


class VerbGroup(click.Group):
    """A group whose commands are what the installed plugins contribute."""

    _registry: Registry | None = None

    @property
    def registry(self) -> Registry:
        """The verbs of the installed plugins, found when first asked for."""
        if self._registry is None:
            from llmos_core.config.paths import find_paths
            from llmos_core.config.sources import Switches, read_sources
            from llmos_core.plugins.discovery import discover
            from llmos_core.plugins.registry import Registry
            from llmos_core.plugins.snapshot import open_host

            try:
                paths = find_paths()
                cache, switches = paths.user_cache, read_sources(paths).switches()
            except UsageError:  # the current directory is gone: help, and the doctor, work nevertheless
                cache, switches = None, Switches()
            host = open_host(discover(), disabled=switches.disabled, cache=cache)
            self._registry = Registry(host, prefer=switches.prefer)
        return self._registry

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 – click's signature
        """Return every verb, by name."""
        return list(self.registry.names("command"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one verb; None when no plugin offers it."""
        from llmos_core.plugins.loading import load_object

        if cmd_name not in self.registry.names("command"):
            if cmd_name != "doctor" and (conflict := self.registry.conflict("command", cmd_name)):
                raise PluginError(conflict, name=cmd_name)
            return _doctor() if cmd_name == "doctor" else None
        factory = self.registry.get("command", cmd_name).factory
        command = load_object(factory)
        if not isinstance(command, click.Command):
            message = f"the verb '{cmd_name}' cannot be used: {factory} is {type(command).__name__}, no click.Command"
            raise PluginError(message, name=cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs with their summaries, importing none of them."""
        rows = [(c.name, c.summary) for c in self.registry.all("command")]
        with formatter.section("Verbs"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one may have been meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from llmos_core.suggestion import did_you_mean

            hint = did_you_mean(args[0], self.list_commands(ctx)) if args else ""
            how = f'{" A" if hint else "; a"} goal is executed with: llmos run "{args[0]} …"'
            message = f"no verb named '{args[0]}'{hint}{how}"
            raise click.UsageError(message, ctx) from error


def _doctor() -> click.Command:
    """Return the verb that says what is wrong even when the plugin that offers it is what is broken."""
    from llmos_std.cli.doctor import doctor

    return doctor


EPILOG = """\b
Examples:
  llmos demo
  llmos run "create a file hello.txt that says hello"
  llmos traces list"""


@click.group(cls=VerbGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="llmos", prog_name="llmos")
@click.option("-C", "--workspace", metavar="DIR", help="Act in this folder instead of the current one.")
@click.pass_context
def cli(ctx: click.Context, workspace: str | None) -> None:
    """Treat a language model as a CPU: reason a goal once, then replay it for nothing."""
    ctx.obj = {"workspace": workspace}
