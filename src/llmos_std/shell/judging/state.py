"""What a command line has changed so far and later commands depend on: variables, folder, functions, links."""

import os
from pathlib import Path

from llmos_std.shell.judging.values import Hole, Text, unknown
from llmos_std.shell.knowledge.places import SECRET_VARIABLE
from llmos_std.shell.knowledge.wording import words
from llmos_std.shell.tree import Node

HOME = "/home/user"
PLAIN_VARIABLES = words(
    """
    USER LOGNAME HOSTNAME RANDOM UID EUID PPID BASHPID SECONDS LINENO SHLVL LANG LC_ALL TERM COLUMNS LINES OSTYPE
    MACHTYPE HOSTTYPE EPOCHSECONDS # ? $ ! -
    """
)
PATH_VARIABLES = words(
    """
    PATH SHELL BASH HISTFILE MAIL BASH_ENV ENV SSH_AUTH_SOCK XAUTHORITY DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR
    XDG_CONFIG_HOME IFS PS1 PS2 PS4
    """
)
_MAX_LINKS = 8


class State:
    """Mutable: one state goes through a command line from left to right; a subshell gets a copy."""

    def __init__(self, workspace: Path | None = None, home: str = HOME) -> None:
        self.home = home.rstrip("/") or "/nowhere"
        self.root = os.path.realpath(workspace) if workspace is not None else f"{self.home}/workspace"
        self.is_on_disk = workspace is not None
        self.cwd: str | None = self.root
        self.variables: dict[str, tuple[Text, ...]] = {}
        self.functions: dict[str, Node] = {}
        self.aliases: set[str] = set()
        self.links: dict[str, str] = {}
        self.written: set[str] = set()
        self.has_foreign_files = False
        self.has_hijack = False
        self.inner: list[Hole] = []
        self.running: tuple[str, ...] = ()

    def copy(self) -> "State":
        """Return a state of its own with the same content."""
        other = State.__new__(State)
        other.__dict__.update(self.__dict__)
        for name in ("variables", "functions", "aliases", "links", "written", "inner"):
            setattr(other, name, getattr(self, name).copy())
        return other

    def value(self, name: str) -> tuple[Text, ...]:  # noqa: PLR0911
        """Return what a variable stands for: one text, or several for a list."""
        if name in self.variables:
            return self.variables[name]
        if name == "HOME":
            return (Text(self.home),)
        if name == "PWD":
            return (Text(self.cwd) if self.cwd else unknown("content"),)
        if name in ("OLDPWD", "DIRSTACK") or name in PATH_VARIABLES:
            return (unknown("computed"),)
        if SECRET_VARIABLE.fullmatch(name) and name not in ("AUTHOR", "PWD"):
            return (unknown("secret"),)
        if name == "TMPDIR":
            return (Text("/tmp"),)  # noqa: S108
        return (unknown("plain" if name in PLAIN_VARIABLES else "env"),)

    def keep_traces(self, other: "State") -> None:
        """Take on what a subshell leaves behind: files and links; not its variables, search path and folder."""
        self.links.update(other.links)
        self.written |= other.written
        self.has_foreign_files |= other.has_foreign_files

    def merge(self, others: "list[State]") -> None:
        """Take on what any of several possible states says; where they differ, nothing is known any more."""
        for other in others:
            for name, value in other.variables.items():
                if self.variables.get(name) != value:
                    self.variables[name] = (_either(value, self.variables.get(name)),)
            self.functions.update(other.functions)
            self.aliases |= other.aliases
            self.keep_traces(other)
            self.has_hijack |= other.has_hijack
            if other.cwd != self.cwd:
                self.cwd = None

    def resolved(self, path: str) -> str:
        """Return a path with the links replaced that this command line made, or that the disk shows."""
        for _ in range(_MAX_LINKS):
            link = next((link for link in self.links if path == link or path.startswith(link + "/")), None)
            if link is None:
                break
            path = os.path.normpath(f"{self.links[link]}{path[len(link) :]}")
        if self.is_on_disk and path.startswith(self.root + "/") and "*" not in path and "\0" not in path:
            return os.path.realpath(path)
        return path


def _either(*values: "tuple[Text, ...] | None") -> Text:
    origins = [text.worst() for value in values if value for text in value]
    return unknown("env" if all(origin in ("env", "plain") for origin in origins) else "computed")
