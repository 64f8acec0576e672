"""`llmos completion`: print the script that completes verbs and options in a shell."""

from __future__ import annotations

import click


@click.command(epilog="\b\nExamples:\n  llmos completion bash >> ~/.bashrc\n  llmos completion fish | source")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the completion script for SHELL; add it to your shell's start-up file."""
    from click.shell_completion import get_completion_class

    from llmos_std.cli.group import cli

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(cli, {}, "llmos", "_LLMOS_COMPLETE").source())
