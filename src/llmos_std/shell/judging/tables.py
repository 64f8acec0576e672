"""Judge a program by its row in the table: what is done with its operands, and which options do something else."""

import re
from collections.abc import Callable, Iterator

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.hijack import judge_assignment
from llmos_std.shell.judging.outputs import output_of
from llmos_std.shell.judging.values import HOLE, Stream, Text
from llmos_std.shell.knowledge.places import ADDRESS
from llmos_std.shell.knowledge.programs import Program, programs

_GATHERS = frozenset(
    ["tail", "tac", "sort", "wc", "rev", "md5sum", "sha1sum", "sha256sum", "cksum", "uniq", "shuf", "strings", "gzip"]
)
ENDLESS = frozenset(["/dev/zero", "/dev/urandom", "/dev/random", "/dev/full"])
_DIGESTS = frozenset(
    ["md5sum", "md5", "sum", "cksum", "crc32", "shasum", "sha1sum", "sha224sum", "sha256sum", "sha384sum", "sha512sum"]
)
_NARROW = re.compile(r"[A-Za-z0-9_]{3}")
_SECRET_WORD = re.compile(r"passw|passphrase|secret|token|api.?key|PRIVATE KEY|AKIA|credential", re.IGNORECASE)
_LOADS = re.compile(r"\benv\b|\$ENV|\bload(_\w+)?\(|strenv|envsubst|input_filename|\binclude\b|\bimport\b|getpath/")
_LABELS = frozenset(["bazel", "bazelisk", "buck2", "pants", "please"])
_OPTION = re.compile(r"(--?[^=]+)(?:=(.*))?", re.DOTALL)
_ASSIGNED = re.compile(r"([A-Za-z_.]\w*)[:+?]?=(.*)", re.DOTALL)
_DEFINES = re.compile(
    r"/((GNU)?[Mm]akefile|package\.json|setup\.(py|cfg)|conftest\.py|build\.(rs|xml|gradle(\.kts)?)|pom\.xml|[Rr]akefile"
    r"|[Jj]ustfile|noxfile\.py|tox\.ini|CMakeLists\.txt|meson\.build|[Gg](ulp|runt)file\.js|docker-compose\.ya?ml)$"
)
"""Files that say what builds and package managers run."""

_LIBRARIES = re.compile(r"/(usr|lib\w*|s?bin|opt|snap|nix|System|Library|Applications)(/|$)|/etc/(profile|bash)")
"""Where the system keeps code that everybody runs."""

_OUTPUT = re.compile(r"-+[\w-]*(out|dest|report|xml|log|prefix|cache|target|dir)[\w-]*$", re.IGNORECASE)
_SENDS_AWAY = re.compile(
    r"(\S*:)?(un)?(deploy|publish|destroy|upload)(:\S+)?|release:(perform|prepare)|db:(drop|reset|purge|clean)|\w+:reset"
    r"|schema:drop|exec:exec"
)
"""Tasks of builds that send something away, or drop what is not made again."""

_HARMLESS_VALUE = re.compile(r"[\w.,:+@%/ =-]*")


def judge_by_table(call: Call, program: Program) -> Stream:
    """Judge a call by the row of its program; returns what it would write."""
    rest = list(_options(call, program))
    call.allow(f"known-{program.kind}", _REASONS[program.kind])
    _KINDS[program.kind](call, rest)
    return output_of(call, rest)


def _options(call: Call, program: Program) -> Iterator[Text]:
    """Judge the options that matter; yields the operands, and the values of options that may name paths."""
    words, is_over = iter(call.arguments), False
    for word in words:
        text = word.text
        if is_over or not text.startswith(("-", "@", "+")) or text in ("-", "+", "@"):
            may_split = any(hole.is_split and hole.origin in ("computed", "processes") for hole in word.holes[:1])
            if (
                may_split
                and text.startswith(HOLE)
                and (program.runs or program.out or program.at or program.inputs)
                and program.kind != "pattern"
            ):
                call.ask("unknown-option", f"{word.raw} may become an option of {call.name}")
            yield word
        elif text == "--":
            is_over = True
        else:
            yield from _option(call, program, word, words)


def _option(call: Call, program: Program, word: Text, words: Iterator[Text]) -> Iterator[Text]:
    found = _OPTION.fullmatch(word.text)
    name, value = (found.group(1), found.group(2)) if found else (word.text, None)
    given = (name, name + "=") if value is not None else (name,)
    if any(_matches(each, program.runs, program) for each in given) and not re.fullmatch(r"\+[FG\d]*", name):
        call.ask("option-runs", f"the option {word.shown} of {call.name} can run something else")
    for group, judge in (
        (program.out, lambda path: call.write(path, is_staging=program.kind != "works")),
        (program.inputs, call.read),
        (program.at, lambda path: _judge_loaded(call, path)),
    ):
        if option := _matches(name, group, program):
            target = _value(word, name, option, value, words)
            if target is not None:
                judge(target)
            return
    if value is not None and ("/" in value or "~" in value):
        if _OUTPUT.match(name) and program.kind == "works":
            call.write(Text(value, word.holes, word.is_glob, word.raw), is_staging=False)
        yield Text(value, word.holes, word.is_glob, word.raw)


def _value(word: Text, name: str, option: str, value: str | None, words: Iterator[Text]) -> Text | None:
    """Return the value of an option, whether it is glued to the option or the next word."""
    if value is not None:
        return Text(value, word.holes, word.is_glob, word.raw)
    glued = "" if name.startswith("--") else name.partition(option[1:])[2] if len(option) == 2 else name[len(option) :]  # noqa: PLR2004
    return Text(glued, word.holes, word.is_glob, word.raw) if glued else next(words, None)


def _matches(name: str, options: tuple[str, ...], program: Program) -> str:
    """Return which option a word gives, also among other letters or shortened; "" when none."""
    for option in options:
        if name == option or (not option.startswith("--") and len(option) > 2 and name.startswith(option)):  # noqa: PLR2004
            return option
        if option.startswith("--") and len(name) > 3 and name.startswith("--") and option.startswith(name):  # noqa: PLR2004
            return option
        if len(option) == 2 and option[0] == "-" and name[:1] == "-" and name[:2] != "--":  # noqa: PLR2004
            is_there = name.startswith(option) if program.kind in ("works", "converts") else option[1] in name[1:]
            if is_there:
                return option
        if len(option) == 1 and name.startswith(option):
            return option
    return ""


# --- what is done with operands ---------------------------------------------------------------------------------------


def _shows(call: Call, operands: list[Text]) -> None:
    if call.name in ("jq", "yq", "gron", "dasel") and any(_LOADS.search(word.text) for word in call.arguments):
        call.ask("program-loads", f"this program for {call.name} reads variables or other files")
    if call.name == "uniq" and len(operands) > 1:
        call.write(operands.pop())
    if call.name == "yq" and call.has("i", "--inplace", "--in-place"):
        for path in operands[1:]:
            call.change(path)
    if call.name == "xxd" and call.has("r") and len(operands) > 1:
        call.write(operands.pop())
    for path in operands:
        call.read(path, shows=call.name not in _DIGESTS)
        if call.name in _GATHERS and path.text in ENDLESS:
            call.ask("endless", f"{call.name} would read {path.text} for ever")


def _pattern(call: Call, operands: list[Text]) -> None:
    has_pattern = call.has("ef", "--regexp", "--file", "--files")
    pattern = "" if has_pattern or not operands else operands[0].text
    for path in operands[1:] if pattern and _SECRET_WORD.search(pattern) else []:
        if call.place(path).kind not in ("inside", "root", "temporary", "env", "harmless"):
            call.ask("secret-search", f"it would look for secrets in {path.shown}")
    is_deep = call.has("rR", "--recursive") or call.name in ("rg", "ag", "ack", "ugrep")
    is_search = bool(_NARROW.search(pattern)) and not call.has("v", "--invert-match")
    for path in operands if has_pattern else operands[1:]:
        call.read(path, is_deep=is_deep, is_search=is_search or call.has("lLcq"))


def _names(call: Call, operands: list[Text]) -> None:
    for path in operands:
        call.read(path, shows=False)


def _text(_call: Call, _operands: list[Text]) -> None:
    """Nothing: the operands name no files, or only show what is known about them."""


def _makes(call: Call, operands: list[Text]) -> None:
    for path in operands:
        call.write(path)


def _alters(call: Call, operands: list[Text]) -> None:
    reads_only = call.has("tlc", "--test", "--list", "--stdout", "--check", "--diff", "--version", "--dry-run")
    for path in operands:
        if reads_only and call.name not in ("tee", "truncate", "rmdir", "touch"):
            call.read(path)
        elif call.name == "rmdir":
            call.remove(path)
        elif path.text.startswith("s/") or re.match(r"(s|y|tr)([/|,#])", path.text):
            continue
        elif call.name == "tee":
            call.write(path)
        else:
            call.change(path)


def _converts(call: Call, operands: list[Text]) -> None:
    for path in operands[:-1]:
        call.read(path, shows=False)
    if operands:
        call.write(operands[-1])


def judge_here(call: Call) -> None:
    """Ask about working on the code of a folder that this line went to, unless it is in the workspace."""
    here = call.state.cwd
    if here is not None and call.place(Text(here)).kind not in ("inside", "root", "obeyed"):
        call.ask("foreign-code", f"{here} is not in the workspace, and its code or data would run here")


def judge_tasks(call: Call, words: list[Text]) -> None:
    """Ask about tasks whose names say that they send something away, or drop it."""
    for word in words:
        if _SENDS_AWAY.fullmatch(word.text):
            call.ask("sends-away", f"{word.shown} would send something away, or drop it")


def _works(call: Call, operands: list[Text]) -> None:
    judge_here(call)
    judge_tasks(call, operands)
    for word in operands:
        found = _ASSIGNED.fullmatch(word.text)
        if call.name == "sbt" and re.match(r"(eval|console\S*|set)\b", word.text):
            call.ask("inline-code", f"{word.shown} is code that sbt would run")
        if found and (objection := judge_assignment(found.group(1), (Text(found.group(2), word.holes),), call.state)):
            call.ask(objection[1], objection[2])
        elif found and not _HARMLESS_VALUE.fullmatch(found.group(2)):
            call.ask("variable-code", f"{word.shown} may make {call.name} run something else")
        elif found and found.group(1) in ("SHELL", ".SHELLFLAGS", "MAKEFILES", "MAKE"):
            call.ask("variable-code", f"{word.shown} makes {call.name} run something else")
        else:
            if not found and ADDRESS.match(word.text):
                call.ask("network", f"{word.shown} is on another machine")
            judge_code_place(call, Text(found.group(2)) if found and "/" in found.group(2) else word)
    judge_staged(call, None)


def _judge_loaded(call: Call, path: Text) -> None:
    if path.text in ("-", "/dev/stdin") or path.text.startswith("/dev/fd/"):
        call.ask("unknown-code", f"{call.name} would run what comes in")
    judge_code_place(call, path)


def judge_code_place(call: Call, path: Text) -> None:
    """Ask about a file or folder whose code runs, unless it is in the workspace or belongs to the system."""
    if path.text.startswith("//") and call.name in _LABELS:
        return
    place = call.place(path)
    is_library = place.kind == "system" and _LIBRARIES.match(place.path)
    is_own = place.kind in ("inside", "root", "harmless", "env", "content")
    if not (is_library or is_own) or place.is_secret or place.climbs:
        call.ask("foreign-code", f"{path.shown} is not in the workspace, and its code or data would run here")
    judge_staged(call, path)


def judge_staged(call: Call, path: Text | None) -> None:
    """Ask about running what this very command line wrote or fetched."""
    if call.state.has_foreign_files:
        call.ask("fetched-code", f"{call.name} would run what this command line brought from elsewhere")
    elif path is None and any(map(_DEFINES.search, call.state.written)):
        call.ask("staged-code", f"{call.name} would run what this command line just wrote for it")
    elif path is not None and call.place(path).path in call.state.written:
        call.ask("staged-code", f"{path.shown} was written by this command line, and would run unread")


_KINDS: dict[str, Callable[[Call, list[Text]], None]] = {
    "shows": _shows,
    "pattern": _pattern,
    "names": _names,
    "text": _text,
    "safe": _text,
    "makes": _makes,
    "alters": _alters,
    "converts": _converts,
    "works": _works,
}
_REASONS = {
    "shows": "it shows files",
    "pattern": "it looks for a pattern in files",
    "names": "it looks at names and sizes",
    "text": "it reads no files",
    "safe": "it is harmless",
    "makes": "it creates what it names",
    "alters": "it changes what it names",
    "converts": "it writes only what it names last",
    "works": "it works on the code of the workspace",
}


def row_of(name: str) -> Program | None:
    """Return the row of a program, None when there is none."""
    return programs().get(name)
