"""Programs that run the same commands again and again: each is judged as code of a shell."""

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


JUDGES: dict[str, Callable[[Call], Stream]] = {"hyperfine": _hyperfine, "watch": _watch}
