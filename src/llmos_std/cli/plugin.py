"""What the command-line family offers: the verbs. Each is imported only when it is invoked."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

_VERBS = {
    "run": ("execute a goal: learn it once, then replay it for nothing", "verbs:run"),
    "teach": ("show once how a goal is reached; from then on it is replayed", "teach:teach"),
    "chat": ("talk goal by goal in one session", "chat:chat"),
    "demo": ("see the whole idea in half a minute, without a key", "demo:demo"),
    "init": ("make this folder a workspace", "init:init"),
    "hooks": ("see which hooks are in force here, and ask them", "hooks:hooks"),
    "trust": ("let this folder's own configuration and plugins count", "trust:trust"),
    "bounds": ("see the bounds of numbers that tools are given", "bounds:bounds"),
    "undo": ("put the files back to what they were before a run", "undo:undo"),
    "audit": ("check and show the record of what was decided and done", "audit:audit"),
    "policy": ("what would be decided about a shell command, and why", "policy:policy"),
    "traces": ("list, show, explain, verify or forget what was learned", "traces:traces"),
    "episodes": ("what of recorded runs could have been had for nothing", "episodes:episodes"),
    "feedback": ("say whether a run was what you wanted", "feedback:feedback"),
    "keys": ("make your signing key, and say whose signatures you know", "keys:keys"),
    "match": ("say whether two goals are one task, and why", "matching:match"),
    "plugins": ("explain, begin, install and remove plugins", "plugins:plugins"),
    "config": ("see the configuration and where each value came from", "config:config"),
    "secrets": ("keep secrets by name, to be used in goals and settings", "secrets:secrets"),
    "stats": ("what was spent, what was saved, and how runs ended", "stats:stats"),
    "doctor": ("check this installation and say how to mend it", "doctor:doctor"),
    "completion": ("print the completion script for your shell", "completion:completion"),
}


@hookimpl
def llmos_commands() -> tuple[Contribution, ...]:
    """Offer the verbs of the `llmos` command."""
    return tuple(
        Contribution(name=name, summary=summary, factory=f"llmos_std.cli.{path}")
        for name, (summary, path) in sorted(_VERBS.items())
    )
