"""Find out which program a word names, and who judges it: a judge of its own, a row of the table, or a person."""

import re
from collections.abc import Callable

from llmos_std.shell.judging import (
    builtins,
    code,
    files,
    filters,
    finding,
    git,
    kits,
    machine,
    media,
    network,
    packing,
    repeating,
    tar,
    wrappers,
)
from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.tables import judge_by_table, judge_code_place, row_of
from llmos_std.shell.judging.values import CONTENT, Stream, Text

_SYSTEM_FOLDER = re.compile(r"(/usr)?(/local)?/s?bin/([\w.+-]+)")
_SCRIPT = re.compile(r"[A-Za-z][\w-]*\.(py|rb|sh|pl|bash|js)")
_ASKS_FOR_HELP = frozenset(["--version", "--help", "-version", "-V", "version"])
_NEVER_HELPFUL = frozenset(["sudo", "su", "doas"])

JUDGES: dict[str, Callable[[Call], Stream]] = {
    **kits.JUDGES,
    **builtins.JUDGES,
    **wrappers.JUDGES,
    **repeating.JUDGES,
    **finding.JUDGES,
    **files.JUDGES,
    **code.JUDGES,
    **filters.JUDGES,
    **packing.JUDGES,
    **tar.JUDGES,
    **machine.JUDGES,
    **media.JUDGES,
    **git.JUDGES,
    **network.JUDGES,
}


def judge_call(call: Call) -> Stream:
    """Judge one program with its arguments; returns what it would write."""
    if found := _SYSTEM_FOLDER.fullmatch(call.name):
        call.name = found.group(3)
    if call.name in call.state.aliases:
        call.ask("alias", f"{call.name} was given another meaning by this command line")
    if _is_about_itself(call):
        call.allow("help", "it only says what it is")
        return CONTENT
    if call.name in builtins.EVALUATES_NAMES:
        builtins.judge_names(call)
    if judge := JUDGES.get(call.name):
        out = judge(call)
        call.allow(f"known-{call.name}", "what it would do is known")
        return out
    if row := row_of(call.name):
        return judge_by_table(call, row)
    if "/" in call.name or _SCRIPT.fullmatch(call.name):
        return _judge_path(call)
    call.ask("unknown-program", f"it is not known what {call.name} does")
    return Stream()


def _is_about_itself(call: Call) -> bool:
    is_alone = len(call.arguments) == 1 and call.arguments[0].text in _ASKS_FOR_HELP
    return is_alone and "/" not in call.name and call.name not in _NEVER_HELPFUL


def _judge_path(call: Call) -> Stream:
    """Judge a program that is named by its path: code of the workspace may run, unless this line brought it."""
    place = call.place(Text(call.name))
    if place.kind != "inside" or call.state.has_foreign_files:
        call.ask("program-path", f"{call.name} is no program of the workspace or the system")
        return Stream()
    judge_code_place(call, Text(call.name))
    call.allow("workspace-code", "it runs code of the workspace")
    if row := row_of(call.name.rpartition("/")[2]):
        return judge_by_table(call, row)
    return CONTENT
