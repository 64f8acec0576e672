"""The one function that decides about a shell command: what the gate asks at run time, and what `llmos policy` shows.

Strictest first: what is known to destroy or to give away is denied, what is not understood is asked about, the rest may
run. Whatever goes wrong while judging asks. This is a courtesy to the user; the sandbox is the boundary.
"""

from pathlib import Path

from llmos_core.types.decision import Decision
from llmos_std.shell.agreeing import read_twice
from llmos_std.shell.classify import danger_of
from llmos_std.shell.judging.call import Step
from llmos_std.shell.judging.engine import Rules, TreeJudge
from llmos_std.shell.judging.running import judge_call
from llmos_std.shell.judging.state import HOME, State
from llmos_std.shell.judging.trail import TooMuchError
from llmos_std.shell.judging.values import NOTHING
from llmos_std.shell.parsing import MAX_CHARS, parse

_REASON = "the policy could not be applied"


def judge(command: str, *, workspace: Path | None = None, home: str = HOME, rules: Rules | None = None) -> Step:
    """Return the verdict on a command line for `bash -c`, as a tree of its commands; `deciding` is the one that counts.

    With `workspace` the links on the disk are looked at; without it, a folder below `home` is taken for it. Nothing is
    executed, and nothing raises: an error inside of the policy asks.
    """
    engine = TreeJudge(judge_call, rules)
    try:
        reading = read_twice(command)
        if danger := danger_of(command[:MAX_CHARS], parse(command[:MAX_CHARS])):
            engine.say(Decision.DENY, danger.rule, danger.reason)
        if reading.doubt:
            engine.say(Decision.ASK, "not-understood", reading.doubt)
        engine.block(reading.tree, State(workspace, home), NOTHING)
    except TooMuchError as error:
        engine.break_off("too-much", str(error))
    except (Exception, RecursionError) as error:  # noqa: BLE001
        engine.break_off("policy-failed", f"{_REASON} ({type(error).__name__}: {error})")
    return engine.result(command)
