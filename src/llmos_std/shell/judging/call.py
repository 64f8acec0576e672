"""One program about to run: its words, what it reads, and the ways to say something about it.

A judge says nothing about what it allows; whatever it asks about or denies it says with a rule and a reason.
"""

from collections.abc import Sequence
from typing import Protocol

from llmos_core.types.decision import Decision
from llmos_core.types.record import Record
from llmos_std.shell.judging.places import Place, place_of, takes_secrets
from llmos_std.shell.judging.state import State
from llmos_std.shell.judging.values import CONTENT, HOLE, NOTHING, Stream, Text
from llmos_std.shell.knowledge.places import ADDRESS

ABOUT_SECRETS = frozenset(
    ["secret", "secret-argument", "secret-variable", "secret-search", "all-variables", "everything"]
)
"""Rules that ask since secrets would be seen."""


class Step(Record, kw_only=False):
    """One command of a line with its verdict; `steps` are the commands that it runs itself, `asked` all that asked."""

    command: str
    decision: Decision = Decision.ALLOW
    rule: str = ""
    reason: str = ""
    steps: "tuple[Step, ...]" = ()
    program: str = ""
    arguments: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()

    @property
    def is_about_secrets(self) -> bool:
        """Say whether something asked because of secrets, also where another reason came first."""
        return not ABOUT_SECRETS.isdisjoint(self.asked) or any(step.is_about_secrets for step in self.steps)

    def programs(self) -> "list[tuple[str, tuple[str, ...]]]":
        """Return the programs of this step and of all below it, with their arguments."""
        own = [(self.program, self.arguments)] if self.program else []
        return own + [each for step in self.steps for each in step.programs()]

    @property
    def deciding(self) -> "Step":
        """The step that the verdict on this one comes from: the first of the strictest, itself before its own."""
        best = self
        for step in self.steps:
            inner = step.deciding
            if inner.decision.rank > best.decision.rank or (not best.rule and inner.decision is best.decision):
                best = inner
        return best


class Engine(Protocol):
    """Judges commands that a command runs."""

    def run(self, words: Sequence[Text], state: State, stdin: Stream) -> Stream:
        """Judge a program with its arguments; returns what it would write."""
        ...

    def shell(self, code: Text, state: State, stdin: Stream, arguments: Sequence[Text] | None = None) -> Stream:
        """Judge a text as the code of a shell; returns what it would write."""
        ...

    def say(self, decision: Decision, rule: str, reason: str) -> None:
        """Note a decision about the command that is judged now."""
        ...


class Call:
    """A program with its arguments, and the ways to say something about it."""

    def __init__(self, name: str, arguments: Sequence[Text], state: State, stdin: Stream, engine: Engine) -> None:
        self.name = name
        self.arguments = list(arguments)
        self.state = state
        self.stdin = stdin
        self._engine = engine

    def ask(self, rule: str, reason: str) -> None:
        """Say that a person has to decide."""
        self._engine.say(Decision.ASK, rule, reason)

    def deny(self, rule: str, reason: str) -> None:
        """Say that this must not run."""
        self._engine.say(Decision.DENY, rule, reason)

    def allow(self, rule: str, reason: str = "") -> None:
        """Say which rule lets this pass, unless another one objects."""
        self._engine.say(Decision.ALLOW, rule, reason)

    def run(self, words: Sequence[Text], stdin: Stream | None = None) -> Stream:
        """Judge a program that this one runs; no words run nothing."""
        return self._engine.run(words, self.state, self.stdin if stdin is None else stdin) if words else NOTHING

    def shell(self, code: Text, arguments: Sequence[Text] | None = None, stdin: Stream | None = None) -> Stream:
        """Judge code for a shell that this program runs."""
        return self._engine.shell(code, self.state.copy(), self.stdin if stdin is None else stdin, arguments)

    def shell_here(self, code: Text) -> Stream:
        """Judge code that this very shell runs, so that what it changes stays changed."""
        return self._engine.shell(code, self.state, self.stdin)

    @property
    def options(self) -> list[str]:
        """The texts of the arguments that begin with a dash, up to `--`."""
        found = list[str]()
        for argument in self.arguments:
            if argument.text == "--":
                break
            if argument.text.startswith("-") and argument.text != "-":
                found.append(argument.text)
        return found

    def has(self, letters: str = "", *names: str) -> bool:
        """Say whether one of the one-letter options, alone or among others, or of the long ones is given."""
        short = any(set(each[1:]) & set(letters) for each in self.options if not each.startswith("--"))
        return short or any(each.split("=")[0] in names for each in self.options)

    def operands(self) -> list[Text]:
        """Return the arguments that are no options."""
        found, is_over = list[Text](), False
        for argument in self.arguments:
            if argument.text == "--" and not is_over:
                is_over = True
            elif is_over or argument.text == "-" or not argument.text.startswith("-"):
                found.append(argument)
        return found

    def place(self, path: Text) -> Place:
        """Return where a path leads."""
        return place_of(path, self.state)

    def read(self, path: Text, *, shows: bool = True, is_deep: bool = False, is_search: bool = False) -> None:
        """Judge that the content of a path is read, or with shows=False only its name.

        `is_deep`: with all below it; `is_search`: of many files only what fits a text is shown.
        """
        if path.text == "/dev/fd/" + HOLE:  # what another command writes, which is judged by itself
            return None
        if ADDRESS.match(path.text):
            return self.ask("network", f"{path.shown} is on another machine")
        return self._read_place(path, self.place(path), shows=shows, is_deep=is_deep, is_search=is_search)

    def _read_place(self, path: Text, place: Place, *, shows: bool, is_deep: bool, is_search: bool) -> None:
        if place.kind == "network":
            return self.deny("network-device", f"{path.shown} opens a connection past every check")
        if place.is_secret and (shows or not place.path.startswith(("/proc/", "/sys/"))):
            return self.ask("secret", f"{path.shown} may hold secrets")
        if place.climbs and shows and place.kind not in ("inside", "temporary"):
            return self.ask("hidden-path", f"{path.shown} hides where it leads, by .. or by a link")
        if place.kind == "unknown" and shows:
            return self.ask("unknown-path", f"which file {path.raw or path.shown} is cannot be known")
        is_much = place.takes_secrets and not (is_search and "/." not in place.path)
        if shows and (is_much or (is_deep and takes_secrets(place, self.state))):
            return self.ask("everything", f"everything below {path.shown} would be read, secrets as well")
        return None

    def given(self, text: Text) -> Stream:
        """Judge a text that the line itself hands to a program; returns what the program reads."""
        if text.worst() == "secret":
            self.ask("secret-argument", "a secret would be given to a program")
        return Stream((text,))

    def write(self, path: Text, what: str = "written", *, is_staging: bool = True) -> None:  # noqa: PLR0911
        """Judge that a path is created or overwritten; with is_staging=False it may be run afterwards."""
        place = self.place(path)
        if ADDRESS.match(path.text):
            return self.ask("network", f"{path.shown} is on another machine")
        if path.text == "/dev/fd/" + HOLE or place.path in ("/tmp", "/var/tmp", "/dev/shm"):  # noqa: S108
            return None
        if place.kind == "top" and path.holes:
            return self.ask(
                "write-top", f"{path.raw or path.shown} would be {what}, which is not known to be in the workspace"
            )
        if place.kind in ("system", "startup", "network", "top"):
            return self.deny(
                f"write-{place.kind}", f"{path.shown} would be {what}; it belongs to the system, or is run by it"
            )
        if place.kind == "guarded":
            say = self.ask if path.holes and ".git/hooks" not in place.path else self.deny
            return say("write-guarded", f"{path.shown} would be {what}; it decides what runs here")
        if place.kind not in ("inside", "root", "temporary", "harmless", "env") or place.is_secret:
            return self.ask(
                f"write-{place.kind}",
                f"{path.raw or path.shown} would be {what}, which is not known to be in the workspace",
            )
        if place.path and is_staging:
            self.state.written.add(place.path)
        return None

    def change(self, path: Text, what: str = "changed") -> None:
        """Judge that what a path holds is changed in place: as writing, but everything of the workspace is too much."""
        place = self.place(path)
        if place.kind == "env":
            return self.ask(
                "change-unknown", f"{path.raw or path.shown} would be {what}, and where it is cannot be known"
            )
        return self.write(path, what, is_staging=what == "changed")

    def remove(self, path: Text, *, is_deep: bool = False) -> None:
        """Judge that a path is removed."""
        place = self.place(path)
        if place.kind in ("root", "guarded", "home", "top", "system", "startup"):
            return self._remove_much(path, place, is_deep=is_deep)
        if place.kind not in ("inside", "temporary", "harmless"):
            return self.ask(
                f"remove-{place.kind}",
                f"{path.raw or path.shown} would be removed, which is not known to be in the workspace",
            )
        return None

    def _remove_much(self, path: Text, place: Place, *, is_deep: bool) -> None:
        if path.holes and place.kind in ("root", "top") and path.holes[0].origin == "names":
            return self.ask("remove-all", "everything that is found would be removed")
        if place.kind in ("system", "top") and not is_deep:
            return self.ask(f"remove-{place.kind}", f"{path.shown} would be removed, which is outside of the workspace")
        return self.deny(
            f"remove-{place.kind}",
            f"{path.shown} would be removed, and far more with it than a named part of the workspace",
        )

    def output(self) -> Stream:
        """Return what a program writes that shows files, or passes on what it reads."""
        return CONTENT
