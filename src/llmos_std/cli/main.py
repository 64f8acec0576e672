"""The `llmos` command: find the verb among what plugins offer, run it, and turn every error into one clear message.

Nothing is imported before it is needed: `llmos --help` reads the verbs' one-line summaries without importing any verb.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any

import click

from llmos_core.errors import ConfigError, LlmosError, LowBatteryError, NoModelError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmos_core.plugins.registry import Registry

EXIT_FAILED, EXIT_USAGE, EXIT_NO_MODEL, EXIT_OVER_BUDGET, EXIT_CONFIG, EXIT_INTERRUPTED = 1, 2, 3, 5, 7, 130

_EXITS: tuple[tuple[type[LlmosError], int], ...] = (
    (ConfigError, EXIT_CONFIG),
    (UsageError, EXIT_USAGE),
    (NoModelError, EXIT_NO_MODEL),
    (LowBatteryError, EXIT_OVER_BUDGET),
)


class VerbGroup(click.Group):
    """A group whose commands are what the installed plugins contribute."""

    _registry: Registry | None = None

    @property
    def registry(self) -> Registry:
        """The verbs of the installed plugins, found when first asked for."""
        if self._registry is None:
            from llmos_core.plugins.discovery import discover
            from llmos_core.plugins.host import PluginHost
            from llmos_core.plugins.registry import Registry

            self._registry = Registry(PluginHost(discover()))
        return self._registry

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 – click's signature
        """Return every verb, by name."""
        return list(self.registry.names("command"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one verb; None when no plugin offers it."""
        from llmos_core.plugins.loading import load_object

        own = _OWN.get(cmd_name)
        if own is None and cmd_name not in self.registry.names("command"):
            return None
        command: click.Command = load_object(own or self.registry.get("command", cmd_name).factory)
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
            message = f"no verb named '{args[0]}'{hint}; a goal is executed with: llmos run \"{args[0]} …\""
            raise click.UsageError(message, ctx) from error


_OWN = {"run": "llmos_std.cli.run:run"}
"""The hot path: `llmos run` finds its own verb without asking every plugin for commands first."""

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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code; every expected error is one message on standard error."""
    gc.disable()  # a short process collects nothing worth the wait; a verb that lives on turns it on again
    sys.exit(code_of(arguments))


def code_of(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code (see specs/result/1, RS-004)."""
    try:
        code: Any = cli.main(args=arguments, prog_name="llmos", standalone_mode=False)
    except click.exceptions.Abort:
        return EXIT_INTERRUPTED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except LlmosError as error:
        complain(error)
        return next((code for kind, code in _EXITS if isinstance(error, kind)), EXIT_FAILED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has left; the interpreter must not complain about it
        return EXIT_FAILED
    return code if isinstance(code, int) else 0


def complain(error: LlmosError) -> None:
    """Write an error for a person: one line, or for a configuration one line a problem."""
    problems = error.problems if isinstance(error, ConfigError) else (str(error),)
    for problem in problems:
        click.echo(f"llmos: {problem}", err=True)
