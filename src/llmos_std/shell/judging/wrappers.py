"""Programs that run another command: what they run is judged as if it stood alone."""

import re
from collections.abc import Callable, Sequence

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.hijack import judge_assignment
from llmos_std.shell.judging.tables import judge_code_place
from llmos_std.shell.judging.values import CONTENT, HOLE, MAX_LENGTH, NOTHING, Stream, Text, joined, unknown
from llmos_std.shell.knowledge.wording import words

_ASSIGNED = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_VALUED = {
    **dict.fromkeys(
        words(
            """
            nohup setsid chrt taskset catchsegv unbuffer chronic setarch linux64 faketime valgrind perf ts busybox rtx
            dbus-run-session eatmydata rlwrap proxychains torsocks firejail batch
            """
        ),
        "",
    ),
    "nice": "n",
    "numactl": "NCmipl",
    "ionice": "cnpP",
    "timeout": "ks",
    "stdbuf": "ioe",
    "time": "fo",
    "xvfb-run": "se",
    "caffeinate": "tw",
    "strace": "oepsuEP",
    "ltrace": "oepsun",
    "flock": "wE",
    "doas": "uC",
    "sudo": "ugpCrtTUhD",
    "at": "fqt",
}
"""Wrappers with those of their one-letter options that take a value."""

_ELEVATES = frozenset(
    ["sudo", "doas", "su", "pkexec", "run0", "runuser", "sg", "newgrp", "gosu", "su-exec", "machinectl"]
)
_FIRST_IS_OWN = frozenset(["timeout", "flock", "taskset", "chrt", "setarch", "faketime"])
_ALLOWED = words(
    """
    nice ionice timeout stdbuf time nohup setsid chrt taskset catchsegv unbuffer chronic caffeinate
    linux64 numactl eatmydata xvfb-run ts valgrind strace ltrace
    """
)
_SHELL_OPTIONS = re.compile(r"[-+][abefhkmnptuvxBCEHP]+|[-+]o|--(no(rc|profile|editing)|posix|verbose)")


def _wrapper(call: Call) -> Stream:
    """Judge `program [options] command …`."""
    words = after_options(call.arguments, _VALUED.get(call.name, ""))
    if call.name in ("time", "strace", "ltrace") and (target := _value_of(call, "o")):
        _written_to(call, target)
    if call.name in _FIRST_IS_OWN and words:
        if call.name == "flock":
            call.write(words[0])
        words = words[1:]
    if call.name == "flock" and words and words[0].text == "-c":
        return call.shell(joined(words[1:], " "))
    if call.name == "perf" and words and words[0].text in ("stat", "record", "bench", "report", "top", "list"):
        return call.run(after_options(words[1:], "eoprIC"))
    for word in call.arguments[: len(call.arguments) - len(words)]:
        if re.match(r"--[\w-]*(file|out)[\w-]*=", word.text):
            call.write(Text(word.text.partition("=")[2], word.holes))
    if call.name in ("strace", "ltrace") and call.has("p"):
        call.ask("wrapper", f"{call.name} -p looks into another program")
    if call.name not in _ALLOWED:
        call.ask("wrapper", f"{call.name} runs another command in ways that are not followed")
    return call.run(words)


def _written_to(call: Call, target: Text) -> None:
    call.write(target)
    if target.text.startswith(("|", "!")):
        call.ask("option-runs", f"{call.name} would run {target.shown}")


def _value_of(call: Call, letter: str) -> Text | None:
    texts = [word.text for word in call.arguments]
    return call.arguments[texts.index(f"-{letter}") + 1] if f"-{letter}" in texts[:-1] else None


def after_options(words: Sequence[Text], valued: str) -> list[Text]:
    """Return the words after the options of a wrapper; those of these letters take a value."""
    rest = list(words)
    while rest and rest[0].text.startswith("-") and rest[0].text != "-":
        option = rest.pop(0).text
        if option == "--":
            break
        if option[-1:] in valued and not option.startswith("--") and valued and rest:
            rest.pop(0)
    return rest


def _env(call: Call) -> Stream:
    rest = list(call.arguments)
    while rest:
        text = rest[0].text
        if found := _ASSIGNED.fullmatch(text):
            if objection := judge_assignment(found.group(1), (Text(found.group(2), rest[0].holes),), call.state):
                call.ask(objection[1], objection[2])
            rest.pop(0)
        elif text.startswith(("-S", "--split-string", "-vS")):
            value = text.partition("=")[2] if text.startswith("--") else text.partition("S")[2]
            rest.pop(0)
            code = joined([Text(value), *rest], " ") if value else joined(rest, " ")
            return call.shell(code)
        elif text in ("-u", "--unset", "-C", "--chdir"):
            call.state.cwd = call.state.cwd if "u" in text else None
            del rest[:2]
        elif text.startswith(("-C", "--chdir=")):
            call.state.cwd = None
            rest.pop(0)
        elif text.startswith("-") and text != "--":
            rest.pop(0)
        else:
            break
    rest = rest[1:] if rest and rest[0].text == "--" else rest
    if not rest:
        call.ask("all-variables", "it would show every variable, secrets as well")
        return CONTENT
    return call.run(rest)


def _elevated(call: Call) -> Stream:
    call.deny("elevated-rights", f"{call.name} gives the rights of somebody else")
    call.run(after_options(call.arguments, _VALUED.get(call.name, "")))
    return Stream()


def _shell(call: Call) -> Stream:
    """Judge bash, sh and their like: -c CODE, a script, or what comes in."""
    rest = list(call.arguments)
    while rest and rest[0].text.startswith(("-", "+")) and rest[0].text not in ("-", "--"):
        option = rest.pop(0).text
        if not option.startswith("--") and "c" in option[1:]:
            return _inline(call, option, rest)
        if option in ("--rcfile", "--init-file", "-i", "-l", "--login") or not (
            _SHELL_OPTIONS.fullmatch(option) or re.fullmatch(r"-[seux]+", option)
        ):
            call.ask("shell-option", f"{call.name} {option} does more than running code")
        if option in ("-o", "+o", "-O", "+O") and rest:
            rest.pop(0)
        if "s" in option[1:] and not option.startswith("--"):
            return _from_stdin(call)
    rest = rest[1:] if rest and rest[0].text in ("-", "--") else rest
    if rest and _only_checks(call, rest):
        call.read(rest[0])
        return NOTHING
    if not rest:
        return _from_stdin(call)
    if rest[0].text.startswith("/dev/fd/") or rest[0].text == "/dev/stdin":
        call.ask("unknown-code", f"{call.name} would run what another command writes")
        return Stream()
    if call.place(rest[0]).kind != "inside" or rest[0].holes:
        call.ask("foreign-code", f"{rest[0].shown} would run, and it is not known to be in the workspace")
    judge_code_place(call, rest[0])
    return CONTENT


def _only_checks(call: Call, rest: list[Text]) -> bool:
    """Say whether a shell is told, and by nothing else untold, only to look for faults in a script."""
    options = [word.text for word in call.arguments[: len(call.arguments) - len(rest)]]
    return options == ["-n"]


def _inline(call: Call, option: str, rest: list[Text]) -> Stream:
    if set(option[1:]) - set("ceuxvli") or "i" in option[1:]:
        call.ask("shell-option", f"{call.name} {option} does more than running code")
    if not rest:
        call.ask("unknown-code", f"{call.name} -c without code")
        return Stream()
    return call.shell(rest[0], rest[1:])


def _from_stdin(call: Call) -> Stream:
    if call.stdin.texts:
        return call.shell(joined(call.stdin.texts, "\n"), stdin=NOTHING)
    (call.deny if call.stdin.is_foreign else call.ask)("unknown-code", f"{call.name} would run whatever comes in")
    return Stream()


def _xargs(call: Call) -> Stream:
    rest, mark = list(call.arguments), ""
    while rest and rest[0].text.startswith("-"):
        option = rest.pop(0).text
        if option in ("-I", "-J", "--replace") and option != "--replace" and rest:
            mark = rest.pop(0).text
        elif option.startswith(("-I", "-J")):
            mark = option[2:]
        elif option.startswith(("--replace", "-i")):
            mark = (option.partition("=")[2] if option.startswith("--") else option[2:]) or "{}"
        elif found := re.fullmatch(r"-a(.*)|--arg-file(?:=(.*))?", option):
            glued = found.group(1) or found.group(2)
            call.read(Text(glued) if glued else rest.pop(0) if rest else Text())
            call.stdin = CONTENT
        elif re.fullmatch(r"-[0rtxpo]*[nLPsdE]", option) and rest:
            rest.pop(0)
        elif option == "--":
            break
    items = (
        list(call.stdin.texts)
        if call.stdin.texts is not None
        else [Text(HOLE, (call.stdin.hole,), False, "what comes in")]
    )
    items = [piece for item in items for piece in _pieces(item)]
    if not rest:
        return Stream(tuple(items)) if call.stdin.texts is not None else call.stdin
    return run_with(call, rest, mark, items)


def _pieces(item: Text) -> list[Text]:
    return [Text(piece, (), item.is_glob) for piece in item.text.split()] if not item.holes else [item]


def run_with(call: Call, words: Sequence[Text], mark: str, items: Sequence[Text]) -> Stream:
    """Judge a command that gets items, in place of a mark or after its words."""
    if not mark:
        return call.run([*words, *items], NOTHING)
    out = NOTHING
    for item in items or [Text("")]:
        out = call.run([filled(word, mark, item) for word in words], NOTHING)
    return out


def filled(word: Text, mark: str, item: Text) -> Text:
    """Return a word with an item in place of each mark."""
    count = word.text.count(mark)
    if not count or not mark:
        return word
    if len(word.text) + count * len(item.text) > MAX_LENGTH:
        return unknown("computed", raw=word.raw)
    pieces = word.text.split(mark)
    holes = list(word.holes)
    whole = list(holes[: pieces[0].count(HOLE)])
    used = pieces[0].count(HOLE)
    for piece in pieces[1:]:
        whole += item.holes
        whole += holes[used : used + piece.count(HOLE)]
        used += piece.count(HOLE)
    return Text(item.text.join(pieces), tuple(whole), word.is_glob or item.is_glob, word.raw)


def _parallel(call: Call) -> Stream:
    words = after_options(call.arguments, "jnNI")
    texts = [word.text for word in words]
    cut = next((index for index, text in enumerate(texts) if re.fullmatch(r"::::?\+?", text)), len(words))
    command, items = words[:cut], [word for word in words[cut + 1 :] if not word.text.startswith(":::")]
    if cut == len(words):
        items = [Text(HOLE, (call.stdin.hole,))] if call.stdin.texts is None else list(call.stdin.texts)
    elif texts[cut].startswith("::::"):
        items = [Text(HOLE, (CONTENT.hole,))]
    if len(command) == 1 and re.search(r"[\s;|&]", command[0].text):
        for item in items:
            call.shell(filled(command[0], "{}", item))
        return CONTENT
    if any(re.search(r"\{[^}]", word.text) for word in command):
        call.ask("wrapper", "parallel with a pattern that is not followed")
    return run_with(call, command, "{}" if any("{}" in word.text for word in command) else "", items)


def _script(call: Call) -> Stream:
    call.ask("wrapper", f"{call.name} runs another command in ways that are not followed")
    for word in call.arguments:
        if " " in word.text and not word.holes:
            call.shell(word)
    call.run([word for word in call.arguments if not word.text.startswith("-")])
    return Stream()


JUDGES: dict[str, Callable[[Call], Stream]] = {
    **dict.fromkeys(_VALUED, _wrapper),
    **dict.fromkeys(_ELEVATES, _elevated),
    "env": _env,
    **dict.fromkeys(("bash", "sh", "dash", "zsh", "ksh", "ash", "rbash"), _shell),
    "xargs": _xargs, "gxargs": _xargs, "parallel": _parallel,
    **dict.fromkeys(words(
        """
        script expect ssh-agent nix-shell unshare chroot nsenter systemd-run coproc fish csh tcsh pwsh capsh
        dtach zellij concurrently entr bear ccache runcon proot fakeroot setpriv prlimit cgexec
        """
    ), _script),
}  # fmt: skip
