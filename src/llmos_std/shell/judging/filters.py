"""awk, sed, perl and rename: little programs inside of a command line, and the files that they change."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.interpreting import code_from_stdin, run_script
from llmos_std.shell.judging.outputs import renamed
from llmos_std.shell.judging.text_code import awk_commands, awk_objection, awk_targets, perl_objection, sed_effects
from llmos_std.shell.judging.values import CONTENT, NOTHING, Hole, Stream, Text


def _awk(call: Call) -> Stream:  # noqa: C901, PLR0912
    rest, programs, valued = list(call.arguments), list[Text](), "vF"
    while rest and rest[0].text.startswith("-") and rest[0].text != "-":
        option = rest.pop(0).text
        if option == "--":
            break
        if option.startswith(
            ("-f", "--file", "-i", "--include", "-E", "--exec", "-l", "--load", "-o", "-d", "-p", "-D")
        ):
            call.ask("awk-code", f"awk {option} loads code that is not followed, or writes files")
            if option in ("-f", "-i", "-E", "-l") and rest:
                programs.append(rest.pop(0))
        elif option.startswith(("-e", "--source")):
            programs.append(
                rest.pop(0) if option in ("-e", "--source") and rest else Text(option.partition("=")[2] or option[2:])
            )
        elif len(option) == 2 and option[1] in valued and rest:  # noqa: PLR2004
            rest.pop(0)
    if not programs and rest:
        programs.append(rest.pop(0))
    for program in programs:
        if program.worst() in ("computed", "content", "secret", "processes"):
            call.ask("unknown-code", "what code awk would run cannot be known")
        if objection := awk_objection(program.text):
            call.ask("awk-code", f"{objection} in an awk program is not known to be harmless")
        for command in awk_commands(program.text):
            call.shell(Text(command), stdin=Stream())
        for target in awk_targets(program.text):
            call.write(Text(target))
    for path in rest:
        if not re.match(r"[A-Za-z_]\w*=", path.text):
            call.read(path)
    return _filtered(call, rest)


def _filtered(call: Call, operands: list[Text]) -> Stream:
    """Return what a program writes that changes its text: names are no names any more."""
    if operands:
        return CONTENT
    if call.stdin.texts is not None:
        return Stream(None, Hole("computed" if call.stdin.texts else "content"))
    return Stream(None, Hole("content"), call.stdin.is_foreign) if call.stdin.hole.origin == "names" else call.stdin


def _sed(call: Call) -> Stream:  # noqa: C901, PLR0912 – one branch a kind of option
    rest, scripts, is_in_place, operands = list(call.arguments), list[Text](), False, list[Text]()
    while rest:
        word = rest.pop(0)
        text = word.text
        if not text.startswith("-") or text == "-":
            operands.append(word)
        elif text in ("-e", "--expression") and rest:
            scripts.append(rest.pop(0))
        elif text.startswith("--expression="):
            scripts.append(Text(text.partition("=")[2], word.holes))
        elif text in ("-f", "--file") or text.startswith(("--file=", "-f")):
            call.ask("sed-code", "sed -f runs a script that is not followed")
            scripts.append(Text())
        elif text.startswith(("--in-place", "-i")) or re.fullmatch(r"-[nErszu]+i\S*", text):
            is_in_place = True
            if re.search(r"[/*]", text):
                call.ask("sed-code", "the old file would be kept somewhere else")
            if text == "-i" and len(rest) > 1 and re.fullmatch(r"|\.\w+", rest[0].text):
                rest.pop(0)
        elif re.fullmatch(r"-[nErsuz]*e", text) and rest:
            scripts.append(rest.pop(0))
        elif text == "-l" and rest:
            rest.pop(0)
    if not scripts and operands:
        scripts.append(operands.pop(0))
    for script in scripts:
        _sed_script(call, script)
    for path in operands:
        (call.change if is_in_place else call.read)(path)
    kept = renamed(call, [script.text for script in scripts]) if not operands else None
    return kept or _filtered(call, operands)


def _sed_script(call: Call, script: Text) -> None:
    if script.worst() in ("computed", "secret", "processes"):
        call.ask("unknown-code", "what sed would do cannot be known")
    objection, reads, writes = sed_effects(script.text)
    if objection:
        call.ask("sed-code", f"{objection} in a sed script is not known to be harmless")
    for path in reads:
        call.read(Text(path))
    for path in writes:
        call.write(Text(path))


def _perl(call: Call) -> Stream:
    rest, codes, is_in_place, operands = list(call.arguments), list[Text](), False, list[Text]()
    while rest:
        word = rest.pop(0)
        text = word.text
        if not text.startswith("-") or text == "-" or operands:
            operands.append(word)
            continue
        if re.match(r"-[MmIdDxST]", text) and not re.fullmatch(
            r"-M?(strict|warnings|utf8|List::Util\S*|POSIX\S*|Data::Dumper|JSON::PP|Time::HiRes)|-MData::Dumper|-M(POSIX|List::Util|Time::Local)\S*",
            text,
        ):
            call.ask("option-runs", f"perl {text} loads code")
        is_in_place = is_in_place or (
            bool(re.fullmatch(r"-[a-zA-Z0-9]*i.*", text)) and not text.startswith(("-M", "-F"))
        )
        if re.fullmatch(r"-[a-zA-Z0-9.]*[eE]", text) and not text.startswith(("-M", "-F", "-I")):
            codes.append(rest.pop(0) if rest else Text())
        elif re.match(r"-[npalw0i]*[eE].", text):
            codes.append(Text(re.split(r"[eE]", text, maxsplit=1)[1], word.holes))
    if not codes:
        return run_script(call, operands) if operands else code_from_stdin(call, _perl_code)
    for code in codes:
        _perl_code(call, code)
    for path in operands:
        if re.search(r"[|<>]", path.text):
            call.ask("perl-code", f"perl would open {path.shown} as a command")
        (call.change if is_in_place else call.read)(path)
    return _filtered(call, operands)


def _rename(call: Call) -> Stream:
    """Judge rename, of which one kind takes perl code and another one two texts."""
    operands = call.operands()
    if operands:
        _perl_code(call, operands[0])
    is_code = bool(operands) and re.match(r"(s|y|tr)\W|.*[$;({]", operands[0].text)
    for path in operands[1 if is_code else 2 :]:
        call.change(path)
    return NOTHING


def _perl_code(call: Call, code: Text) -> Stream:
    if code.worst() in ("computed", "content", "secret", "processes"):
        call.ask("unknown-code", "what code perl would run cannot be known")
    if objection := perl_objection(code.text):
        call.ask("perl-code", f"{objection} in perl code is not known to be harmless")
    return CONTENT


JUDGES: dict[str, Callable[[Call], Stream]] = {
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _awk),
    **dict.fromkeys(("sed", "gsed", "ssed"), _sed),
    **dict.fromkeys(("rename", "prename", "file-rename", "perl-rename", "rename.ul", "mmv"), _rename),
    "perl": _perl,
}
