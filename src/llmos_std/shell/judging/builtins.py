"""What the shell does itself: folders, variables, text, and code that it runs later."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.hijack import has_code_in_index, judge_assignment
from llmos_std.shell.judging.streams import may_be_many, set_positional
from llmos_std.shell.judging.tables import judge_code_place
from llmos_std.shell.judging.values import CONTENT, HOLE, NOTHING, Hole, Stream, Text, joined, unknown
from llmos_std.shell.knowledge.places import SECRET_VARIABLE

_FORMAT = re.compile(r"%(?:[-+ 0#]*\d*(?:\.\d+)?[sdiuxXcbqf%])")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def _echo(call: Call) -> Stream:
    words = call.arguments
    flags = ""
    while words and re.fullmatch(r"-[neE]+", words[0].text):
        flags += words[0].text[1:]
        words = words[1:]
    _hide_secrets(call)
    if "e" in flags and any("\\" in word.text for word in words):
        return Stream(None, Hole("computed"))
    return Stream(tuple(words))


def _printf(call: Call) -> Stream:  # noqa: PLR0911
    words = call.arguments
    _hide_secrets(call)
    if words and words[0].text == "-v" and len(words) > 1:
        _assigned(call, words[1].text)
        return NOTHING
    if not words:
        return NOTHING
    if words[0].literal is None or ("%" in _FORMAT.sub("", words[0].text)) or re.search(r"\\[^nt0]", words[0].text):
        return Stream(None, Hole("computed"))
    pieces = words[0].text.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")
    if any(word.holes for word in words[1:]):
        worst = joined(words[1:]).worst()
        return Stream(None, Hole(worst or "computed")) if worst != "names" else CONTENT
    if len(words) == 1 or "%" not in pieces:
        return Stream(tuple(Text(piece) for piece in re.split(r"[\n\0]", pieces) if piece))
    if re.fullmatch(r"%[sq][\n\0 ]?", pieces):
        return Stream(tuple(words[1:]))
    return (
        Stream((joined([Text(pieces.strip().replace("%s", "")), *words[1:]]),))
        if pieces.strip("\n").startswith("%s")
        else Stream(None, Hole("computed"))
    )


def _assigned(call: Call, name: str) -> None:
    """Note a variable that a command sets by its name."""
    if objection := judge_assignment(name, (unknown("computed"),), call.state):
        call.ask(objection[1], objection[2])
    call.state.variables[name] = (unknown("computed"),)


def judge_names(call: Call) -> None:
    """Ask about code in the index of a name, as in a[$(…)], which these commands evaluate."""
    texts = [word.text for word in call.arguments]
    if any(map(has_code_in_index, texts)) or (call.name == "let" and re.search(r"\$\(|`", " ".join(texts))):
        call.ask("unknown-code", f"{call.name} would run the code in an index")


EVALUATES_NAMES = frozenset(
    ["let", "test", "[", "printf", "read", "unset", "declare", "typeset", "local", "export", "mapfile", "readarray"]
)


def _hide_secrets(call: Call) -> None:
    if any(word.worst() == "secret" for word in call.arguments):
        call.ask("secret-variable", "it would show a variable that probably holds a secret")


def _cd(call: Call) -> Stream:
    target = next(iter(call.operands()), Text(call.state.home))
    place = call.place(target)
    if call.name == "popd" or target.text == "-":
        call.state.cwd = None
        return NOTHING
    if target.literal is None or place.kind in ("unknown", "env", "content"):
        call.state.cwd = call.state.cwd if target.literal is not None else None
        if place.kind == "inside" and place.path:
            call.state.cwd = place.path
    else:
        call.state.cwd = None if place.climbs and not target.text.startswith("/") else place.path
    return NOTHING


def _export(call: Call) -> Stream:
    if call.name == "export" and call.has("f"):
        call.ask("exported-function", "other programs would see a function of this command line")
    operands = call.operands()
    if (
        not operands
        and call.name in ("export", "declare", "typeset", "readonly")
        and (not call.options or call.has("pxf"))
    ):
        call.ask("all-variables", "it would show every variable, secrets as well")
    for word in operands:
        name, sign, value = word.text.partition("=")
        is_appending = name.endswith("+")
        name = name.rstrip("+")
        if not _NAME.fullmatch(name):
            call.ask("unusual-name", f"{word.shown} is no plain variable")
            continue
        if not sign:
            continue
        text = Text(value, word.holes, word.is_glob, word.raw.partition("=")[2])
        if call.name != "export" and call.has("n"):  # another name for a variable
            _assigned(call, value)
        if objection := judge_assignment(name, (text,), call.state, is_appending=is_appending):
            (call.deny if objection[0].value == "deny" else call.ask)(objection[1], objection[2])
            call.state.has_hijack = call.state.has_hijack or name == "PATH"
        call.state.variables[name] = (unknown("computed"),) if call.has("ni") else (text,)
    return NOTHING


def _set(call: Call) -> Stream:
    words = [word.text for word in call.arguments]
    if not words:
        call.ask("all-variables", "it would show every variable, secrets as well")
    if "--" in words:
        set_positional(call.state, call.arguments[words.index("--") + 1 :])
    elif words and not words[0].startswith(("-", "+")):
        set_positional(call.state, call.arguments)
    return NOTHING


def _shift(call: Call) -> Stream:
    given = call.state.variables.get("@")
    count = (call.arguments[0].literal or "") if call.arguments else "1"
    if given is not None:
        is_known = count.isdecimal() and not any(map(may_be_many, given[: int(count)]))
        set_positional(call.state, given[int(count) :] if is_known else [unknown("computed")])
    return NOTHING


def _read(call: Call) -> Stream:
    hole = call.stdin.hole if call.stdin.texts is None else None
    names = [word.text for word in call.operands() if _NAME.fullmatch(word.text)] or ["REPLY"]
    value = unknown(hole.origin, hole.found) if hole else call.stdin.value()
    if hole and hole.origin == "names" and len(names) > 1:
        value = unknown("content")
    is_cut = len(names) > 1 or call.has("adnN")
    if call.stdin.texts is not None and (len(call.stdin.texts) != 1 or is_cut):
        value = unknown("env" if not call.stdin.texts else "computed")
    for name in names:
        if objection := judge_assignment(name, (value,), call.state):
            call.ask(objection[1], objection[2])
        call.state.variables[name] = (value,)
    return NOTHING


def _eval(call: Call) -> Stream:
    code = joined(call.arguments, " ")
    if call.arguments and call.arguments[0].text == "--":
        code = joined(call.arguments[1:], " ")
    if code.holes:
        call.ask("unknown-code", "what code would run cannot be known")
        return Stream()
    # in this very shell: what it changes stays
    return call.shell_here(Text(code.text))


def _exec(call: Call) -> Stream:
    words = list(call.arguments)
    while words and words[0].text.startswith("-"):
        option = words.pop(0).text
        if re.fullmatch(r"-[cl]*a", option):
            del words[:1]
    return call.run(words)


def _source(call: Call) -> Stream:
    operands = call.operands()
    if not operands:
        return NOTHING
    if operands[0].text.startswith("/dev/fd/") or operands[0].text in ("/dev/stdin", "-"):
        call.ask("unknown-code", "it would run what another command writes")
        return Stream()
    if call.place(operands[0]).kind != "inside" or operands[0].holes:
        call.ask("foreign-code", f"{operands[0].shown} would run, and it is not known to be in the workspace")
    judge_code_place(call, operands[0])
    return CONTENT


def _trap(call: Call) -> Stream:
    operands = call.operands()
    return call.shell(operands[0]) if operands and operands[0].text not in ("", "-") and len(operands) > 1 else NOTHING


def _alias(call: Call) -> Stream:
    for word in call.operands():
        name, sign, code = word.text.partition("=")
        if sign:
            call.state.aliases.add(name)
            call.shell(Text(code, word.holes, word.is_glob, word.raw))
    return NOTHING


def _command(call: Call) -> Stream:
    words = list(call.arguments)
    if words and re.fullmatch(r"-[vV]+", words[0].text):
        return CONTENT
    while words and words[0].text in ("-p", "--"):
        words.pop(0)
    return call.run(words)


def _mapfile(call: Call) -> Stream:
    if call.has("C"):
        call.ask("unknown-code", "mapfile -C runs code")
    name = next((word.text for word in reversed(call.operands()) if _NAME.fullmatch(word.text)), "MAPFILE")
    value = call.stdin.value() if call.stdin.texts is not None else Text(HOLE, (call.stdin.hole,))
    is_cut = value.literal is not None and ("\n" in value.text or len(call.stdin.texts or ()) > 1 or call.has("d"))
    call.state.variables[name] = (unknown("computed") if is_cut else value,)
    return NOTHING


def _unset(call: Call) -> Stream:
    for word in call.operands():
        call.state.variables.pop(word.text, None)
        if word.text in ("HISTFILE", "PATH"):
            call.ask("hijack", f"unset {word.text} covers tracks, or changes what programs run")
    return NOTHING


def _nothing(_call: Call) -> Stream:
    return NOTHING


def _history(call: Call) -> Stream:
    if call.has("cdwansr"):
        call.ask("history", "it would change the history of commands")
    return CONTENT


def _pwd(call: Call) -> Stream:
    return Stream((call.state.value("PWD")[0],))


def _printenv(call: Call) -> Stream:
    names = call.operands()
    if not names or any(SECRET_VARIABLE.fullmatch(name.text) or name.holes for name in names):
        call.ask("all-variables", "it would show variables that may hold secrets")
    return CONTENT


def _shopt(call: Call) -> Stream:
    if any(word.text in ("expand_aliases", "extdebug") for word in call.arguments):
        call.ask("shell-option", "this option changes what commands mean")
    return NOTHING


def _hash(call: Call) -> Stream:
    return _enable(call) if call.has("p") else NOTHING


def _enable(call: Call) -> Stream:
    call.ask("shell-option", f"{call.name} changes what commands mean")
    return NOTHING


JUDGES: dict[str, Callable[[Call], Stream]] = {
    "echo": _echo, "printf": _printf, "print": _echo, "cd": _cd, "chdir": _cd, "pushd": _cd, "popd": _cd, "pwd": _pwd,
    **dict.fromkeys(("export", "declare", "typeset", "local", "readonly"), _export),
    "set": _set, "shift": _shift, "read": _read, "eval": _eval, "exec": _exec, "source": _source, ".": _source,
    "trap": _trap, "alias": _alias,
    **dict.fromkeys(("command", "builtin"), _command),
    **dict.fromkeys(("mapfile", "readarray"), _mapfile),
    "unset": _unset, "history": _history, "printenv": _printenv, "shopt": _shopt, "enable": _enable, "hash": _hash,
    **dict.fromkeys(("test", "[", "let", "unalias", "umask", "fc-list"), _nothing),
}  # fmt: skip
