"""Interpreters and editors: code of the workspace may run, code inside a command line only when understood."""

import re
from collections.abc import Callable
from itertools import pairwise

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.free_words import strange_word
from llmos_std.shell.judging.interpreting import code_from_stdin, run_script
from llmos_std.shell.judging.python_code import objections
from llmos_std.shell.judging.tables import judge_code_place, judge_here, judge_staged
from llmos_std.shell.judging.values import CONTENT, NOTHING, Hole, Stream, Text
from llmos_std.shell.knowledge.code import EDITORS, INLINE, NETWORK_MODULES, PYTHONS


def _python(call: Call) -> Stream:
    rest = list(call.arguments)
    while rest:
        text = rest[0].text
        if not text.startswith("-") or text == "-":
            break
        rest.pop(0)
        if text.startswith("-c") or re.fullmatch(r"-[BbdEhIOqsSuv]+c", text):
            code = rest[0] if text[-1] == "c" and rest else Text(text[2:])
            return _python_code(call, code)
        if text.startswith("-m") or re.fullmatch(r"-[BbdEhIOqsSuv]+m", text):
            return _python_module(call, rest if text[-1] == "m" else [Text(text[2:]), *rest])
        if text in ("-W", "-X") and rest:
            rest.pop(0)
        elif text == "-i" or "i" in text[1:]:
            call.ask("interactive", "it would wait for code to run")
    if not rest or rest[0].text == "-":
        return code_from_stdin(call, _python_code)
    return run_script(call, rest)


def _python_code(call: Call, code: Text) -> Stream:
    if code.holes:
        call.ask("unknown-code", "what code would run cannot be known")
    elif found := objections(code.text):
        call.ask("python-code", f"in this Python code {found} is not known to be harmless")
    return CONTENT


def _python_module(call: Call, rest: list[Text]) -> Stream:  # noqa: C901 – one branch a kind of module
    name = rest[0].text if rest else ""
    arguments = rest[1:]
    if name == "pip":
        return call.run([Text("pip"), *arguments])
    if name in NETWORK_MODULES or not re.fullmatch(r"[\w.]+", name):
        call.ask("python-module", f"python -m {name or '…'} is not known to be harmless")
    if name in ("tarfile", "zipfile") and any(word.text.startswith(("-e", "--extract")) for word in arguments):
        call.write(arguments[-1])
    if name == "timeit":
        for word in arguments:
            if not word.text.startswith("-") and not word.text.isdigit():
                _python_code(call, word)
        return CONTENT
    if name in ("cProfile", "profile") and (script := _profiled(call, arguments)):
        return run_script(call, script)
    if name in ("pdb", "trace", "cProfile", "profile"):
        call.ask("python-module", f"python -m {name} runs code that is not followed")
    judge_here(call)
    for word in arguments:
        value = word.text.partition("=")[2]
        if word.text.startswith("-") and re.match(r"[/~]|\.\./", value):
            judge_code_place(call, Text(value, word.holes))
    for word in (word for word in arguments if not word.text.startswith("-")):
        judge_code_place(call, word)
        if name in ("venv", "virtualenv") or (name == "json.tool" and word is arguments[-1] and len(arguments) > 1):
            call.write(word, is_staging=False)
    judge_staged(call, None)
    return CONTENT


_LOADS_MORE = re.compile(
    r"-r|--require|--import|--loader|-I|--inspect|-l(?!$)|-S|-d|--experimental-loader|-M|-m|--init-file|-x"
)
_SHOWS_ITSELF = frozenset(["-v", "-V", "--version", "-h", "--help", "-c", "--check", "--test"])


def _interpreter(call: Call) -> Stream:
    option, danger = INLINE[call.name]
    judge = _inline_judge(danger)
    for index, word in enumerate(call.arguments):
        if re.fullmatch(option, word.text.partition("=")[0]):
            is_whole = "=" in word.text and word.text.startswith("--")
            code, rest = _value_at(word, call.arguments[index + 1 :], is_whole=is_whole)
            _judge_options(call, call.arguments[:index])
            judge(call, code)
            _given_to_code(call, word, rest)
            return CONTENT
    _judge_options(call, call.arguments)
    operands = [word for word in call.arguments if not word.text.startswith("-")]
    if operands:
        return run_script(call, operands)
    if not _SHOWS_ITSELF & {word.text for word in call.arguments}:
        return code_from_stdin(call, judge)
    return CONTENT


def _value_at(word: Text, after: list[Text], *, is_whole: bool) -> tuple[Text, list[Text]]:
    if is_whole:
        return Text(word.text.partition("=")[2], word.holes), after
    return (after[0], after[1:]) if after else (Text(), after)


def _judge_options(call: Call, options: list[Text]) -> None:
    if any(_LOADS_MORE.match(word.text) and not _HARMLESS_LIBRARY.fullmatch(word.text) for word in options):
        call.ask("option-runs", f"{call.name} would load more than the code that it names")


_HARMLESS_LIBRARY = re.compile(r"--version|-r(json|date|time|set|csv|bigdecimal|pp|prime|digest|matrix|yaml)")


def _given_to_code(call: Call, option: Text, rest: list[Text]) -> None:
    """Judge the files that come after inline code: ruby shows them with -n and -p, and changes them with -i."""
    is_in_place = any(re.match(r"-[a-z]*i", word.text) for word in call.arguments[: call.arguments.index(option) + 1])
    for word in rest:
        if not word.text.startswith("-"):
            (call.change if is_in_place and call.name == "ruby" else call.read)(word)


def _deno(call: Call) -> Stream:
    """Judge deno: code of the workspace may run, none from elsewhere."""
    verb = call.arguments[0].text if call.arguments else ""
    operands = call.operands()[1:]
    if verb not in _OF_DENO:
        call.ask("inline-code", f"it is not known what deno {verb} does")
    for word in call.arguments[1:]:
        if re.match(r"\w+:", word.text) or re.match(
            r"-(r|-reload|-import|-preload|-allow-all|-config|c)(=|$)", word.text
        ):
            call.ask("foreign-code", f"deno {word.shown} brings code from elsewhere")
    judge_here(call)
    for word in operands if verb == "run" else []:
        judge_code_place(call, word)
    for word in operands if verb != "run" else []:
        call.change(word)
    return CONTENT


_OF_DENO = frozenset(["run", "test", "fmt", "lint", "check", "bench", "task", "doc", "info", "types"])


def _profiled(call: Call, arguments: list[Text]) -> list[Text]:
    """Return the script that is profiled, with its arguments; none when it is something else."""
    start = next((index for index, word in enumerate(arguments) if word.text.endswith(".py")), len(arguments))
    options = arguments[:start]
    for before, after in pairwise(options):
        if before.text == "-o":
            call.write(after)
    return [] if any(word.text.startswith("-m") for word in options) else arguments[start:]


def _inline_judge(danger: str) -> Callable[[Call, Text], Stream]:
    def judge(call: Call, code: Text) -> Stream:
        if code.holes or not danger or re.search(danger, code.text):
            call.ask("inline-code", f"this code for {call.name} is not known to be harmless")
        elif word := strange_word(call.name, code.text):
            call.ask("inline-code", f"it is not known what {word} does in this code for {call.name}")
        return CONTENT

    return judge


def _java(call: Call) -> Stream:
    rest = list(call.arguments)
    if any(re.match(r"-(javaagent|agentlib|agentpath|XX:On|Xrunjdwp|Xbootclasspath)|@", word.text) for word in rest):
        call.ask("option-runs", "java would load more than the code that it names")
    for index, word in enumerate(rest):
        if word.text in ("-cp", "-classpath", "-jar", "--class-path") and index + 1 < len(rest):
            for part in rest[index + 1].text.split(":"):
                judge_code_place(call, Text(part or "."))
    judge_staged(call, None)
    return CONTENT


def _bc(call: Call) -> Stream:
    for path in call.operands():
        call.read(path)
    given = [*call.arguments, *(call.stdin.texts or [])]
    if call.name == "dc" and (call.stdin.texts is None or any("!" in text.text for text in given)):
        call.ask("dc-code", "dc may run commands")
    return Stream(None, Hole("plain"))


_GOES_THERE = re.compile(r"(\d*|/[\w .-]+|\$|(set|setlocal) \w+(=[\w,]+)?|syntax (on|off)|(no)?hlsearch|noh)")
_NOT_VI = frozenset(["ed", "ex", "red", "emacs"])


def _editor(call: Call) -> Stream:
    words = list[Text]()
    rest = list(call.arguments)
    while rest:
        word = rest.pop(0)
        if word.text.startswith("+") and _only_moves(word, word.text[1:]):
            continue
        if word.text == "-c" and call.name not in _NOT_VI and rest and _only_moves(rest[0], rest[0].text):
            del rest[0]
            continue
        words.append(word)
    if call.name in ("ed", "ex", "red") or any(
        re.match(
            r"\+|-[cSuUsWwt]|--cmd|--startuptime|-es?$|--(eval|execute|load|batch|script|funcall)|-[fl]$", word.text
        )
        for word in words
    ):
        call.ask("editor", f"{call.name} with such options runs commands")
    for path in words:
        if not path.text.startswith("-"):
            (call.read if path.worst() == "names" else call.change)(path)
    return NOTHING


def _only_moves(word: Text, command: str) -> bool:
    """Say whether a command for an editor only goes somewhere, or changes how the text looks."""
    return not word.holes and _GOES_THERE.fullmatch(command) is not None


JUDGES: dict[str, Callable[[Call], Stream]] = {
    **dict.fromkeys(PYTHONS, _python),
    **dict.fromkeys(INLINE, _interpreter),
    **dict.fromkeys(EDITORS, _editor),
    "deno": _deno,
    "java": _java,
    "bc": _bc,
    "dc": _bc,
}
