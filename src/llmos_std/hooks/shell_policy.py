"""The gate for tools whose argument can mean anything: commands, code and addresses.

Known harmless passes, known destructive is refused, everything else asks.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from llmos_core.errors import LlmosError
from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.decision import Verdict
from llmos_core.types.json import digest
from llmos_std.hooks.commands import explain_command
from llmos_std.hooks.config import ShellConfig
from llmos_std.hooks.verdicts import allow, ask, deny, unless_yolo

if TYPE_CHECKING:
    from pathlib import Path

    from llmos_std.shell.judging.call import Step

_VERSION = 2
"""Rises when the built-in rules become looser, so that a yes that was given once is asked for again."""


class CommandPolicy:
    """What the user's configuration and the classifier say about Bash, Python and WebFetch."""

    def __init__(self, config: ShellConfig, hosts: Sequence[str] = ()) -> None:
        self._config = config
        self._hosts = tuple(host.lower().rstrip(".") for host in hosts)
        rules = [dict(rule) for rule in config.rules]
        self.version = digest([list(config.allow), list(config.deny), rules, list(self._hosts), _VERSION])[:16]

    def judge(self, action: ActionContext) -> Verdict | None:
        """Return the verdict on one of the three tools, None for any other tool."""
        arguments = action.call.arguments
        match action.call.tool:
            case "Bash":
                verdict, _ = self.explain(arguments.get("command"), action.workspace)
                return verdict
            case "Python":
                return ask("any-code", "Python code can do anything that you can do")
            case "WebFetch":
                return judge_address(arguments.get("url"), self._hosts)
        return None

    def explain(self, command: object, workspace: "Path") -> "tuple[Verdict, Step | None]":
        """Return the verdict on a shell command in a workspace, and the tree of commands behind it."""
        config = self._config
        return explain_command(
            command, allowed=config.allow, denied=config.deny, rules=config.rules, workspace=workspace
        )


class ShellPolicy:
    """The gate around a CommandPolicy."""

    def __init__(self, policy: CommandPolicy) -> None:
        self._rules = policy
        self.policy = policy.version

    def check(self, action: ActionContext) -> Verdict:
        """Judge commands, code and addresses; every other tool passes."""
        verdict = self._rules.judge(action)
        return allow("no-command") if verdict is None else unless_yolo(verdict, action)


def judge_address(url: object, hosts: Sequence[str]) -> Verdict:
    """Allow a host of the list ("example.org", or "*.example.org" for every name below it), ask about others.

    An address with anything unusual in it – a user name, a backslash, a host that is not plain ASCII – is never allowed
    unasked: programs disagree on where it leads.
    """
    from urllib.parse import urlsplit

    if not isinstance(url, str):
        return deny("no-address", f"{url!r} is no address")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError as error:
        return deny("no-address", f"{url!r} is no address: {error}")
    if parts.scheme not in ("http", "https") or not host:
        return deny("no-web-address", f"{url!r} is no web address; only http and https are fetched")
    is_plain = (
        url.isascii() and url.isprintable() and not any(c in parts.netloc + host for c in "@%") and "\\" not in url
    )
    if is_plain and any(_is_host(host, known) for known in hosts):
        return allow("web.allow_hosts", f"web.allow_hosts has {host}")
    return ask("unknown-host", f"{host!r} is not in web.allow_hosts, and an address can carry data away")


def _is_host(host: str, known: str) -> bool:
    return host.endswith(known[1:]) if known.startswith("*.") else host == known


def open_command_policy(context: PluginContext) -> CommandPolicy:
    """Return the policy of the sections `shell` and `web`; a `web` section that is not there allows no host."""
    try:
        hosts = tuple(getattr(context.section("web"), "allow_hosts", ()))
    except (LlmosError, KeyError):
        hosts = ()
    return CommandPolicy(context.section("shell"), hosts)


def open_shell_policy(context: PluginContext) -> ShellPolicy:
    """Return the gate."""
    return ShellPolicy(open_command_policy(context))
