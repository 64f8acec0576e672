"""What was judged so far: open steps, one inside the other, each with the strictest that was said about it."""

from llmos_core.types.decision import Decision
from llmos_std.shell.judging.call import ABOUT_SECRETS, Step

KEPT = ABOUT_SECRETS | {"not-understood", "unknown-code", "unknown-name", "too-much", "recursion"}
"""Rules that no rule of the user's lifts: one about a program cannot know what nobody looked at, and it says nothing
about the secrets that the program is given."""

_MAX_NESTING = 24
_MAX_STEPS = 800
_MAX_TICKS = 5_000


class Open:
    """A step that is judged now."""

    def __init__(self, command: str) -> None:
        self.command, self.steps = command, list[Step]()
        self.decision, self.rule, self.reason = Decision.ALLOW, "", ""
        self.program, self.arguments = "", tuple[str, ...]()
        self.asked: list[str] = []

    def closed(self) -> Step:
        """Return the step as it was judged."""
        return Step(
            self.command,
            self.decision,
            self.rule,
            self.reason,
            tuple(self.steps),
            self.program,
            self.arguments,
            tuple(self.asked),
        )


class TooMuchError(Exception):
    """There is more in a text than can be looked through in a moment."""


class Trail:
    """Collects steps; `open` are those that are judged now, the innermost last."""

    def __init__(self) -> None:
        self.open = [Open("")]
        self._count = 0
        self._ticks = 0

    def result(self, command: str) -> Step:
        """Return everything that was judged, as the steps of one whole."""
        self.open[0].command = command
        return self.open[0].closed()

    def say(self, decision: Decision, rule: str, reason: str) -> None:
        """Note a decision about the command that is judged now; the first of the strictest stays."""
        here = self.open[-1]
        if decision is Decision.ASK and rule not in here.asked:
            here.asked.append(rule)
        if decision.rank > here.decision.rank or not here.rule:
            here.decision, here.rule, here.reason = decision, rule, reason

    def break_off(self, rule: str, reason: str) -> None:
        """Ask about the whole, whatever was judged of it: judging ended before everything was looked at."""
        while len(self.open) > 1:
            self.end()
        self.say(Decision.ASK, rule, reason)

    def tick(self) -> None:
        """Count a piece of work; raises TooMuchError when there is no end to it."""
        self._ticks += 1
        if self._ticks > _MAX_TICKS:
            raise TooMuchError("there is more in it than can be looked through")

    def begin(self, command: str) -> bool:
        """Open a step; False when there are so many that judging has to end."""
        self._count += 1
        self.open.append(Open(command))
        if len(self.open) > _MAX_NESTING or self._count > _MAX_STEPS:
            self.say(Decision.ASK, "too-much", "there is more in it than can be looked through")
            return False
        return True

    def end(self) -> Step:
        """Close the innermost step."""
        step = self.open.pop().closed()
        self.open[-1].steps.append(step)
        return step
