"""Programs that run commands in ways of their own: again and again, with another version, with jobs in place."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.values import CONTENT, NOTHING, Stream, Text, joined
from llmos_std.shell.judging.wrappers import after_options

_HYPERFINE_RUNS = re.compile(r"--(prepare|cleanup|setup|conclude|reference)$")


def _hyperfine(call: Call) -> Stream:
    """Judge hyperfine, which runs its operands, and the values of some options, as code of a shell."""
    rest = list(call.arguments)
    while rest:
        word = rest.pop(0)
        name, sign, value = word.text.partition("=")
        if not word.text.startswith("-"):
            call.shell(word)
        elif name in ("-p", "-c", "-s", "-C") or (name.startswith("--") and _HYPERFINE_RUNS.match(name)):
            call.shell(Text(value, word.holes) if sign else rest.pop(0) if rest else Text())
        elif re.match(r"--export-|--output|--input|--shell|-S", name):
            call.ask("option-runs", f"hyperfine {word.shown} runs, reads or writes more than it names")
        elif not sign and re.fullmatch(r"-[wrmMnuPDL]|--(warmup|runs|min-runs|max-runs|style|command-name)", name):
            rest = rest[1:]
    return CONTENT


def _watch(call: Call) -> Stream:
    words = after_options(call.arguments, "n")
    return call.shell(joined(words, " ")) if words else NOTHING


def _manager(call: Call) -> Stream:
    """Judge a manager of versions, such as pyenv: `exec` and `run` run something, all else is about the versions."""
    operands = call.operands()
    verb = operands[0].text if operands else ""
    if verb not in ("exec", "run"):
        return CONTENT
    rest = call.arguments[call.arguments.index(operands[0]) + 1 :]
    if call.name == "nvm" and rest and re.fullmatch(r"v?\d[\w.]*|lts/\S+|node|default", rest[0].text):
        rest = rest[1:]
    return call.run(rest if verb == "exec" else [Text("node"), *rest])


def _jobs(call: Call) -> Stream:
    return call.run(call.arguments[1:]) if call.has("x") else CONTENT


JUDGES: dict[str, Callable[[Call], Stream]] = {
    "hyperfine": _hyperfine,
    "watch": _watch,
    **dict.fromkeys(("nvm", "pyenv", "rbenv", "jenv", "goenv", "nodenv"), _manager),
    "jobs": _jobs,
}
