"""What all interpreters share: code that comes in, and scripts that are named."""

from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.tables import judge_code_place
from llmos_std.shell.judging.values import CONTENT, Stream, Text


def code_from_stdin(call: Call, judge: Callable[[Call, Text], Stream]) -> Stream:
    """Judge code that an interpreter reads: only what this command line says itself is known."""
    if call.stdin.texts and len(call.stdin.texts) == 1:
        return judge(call, call.stdin.texts[0])
    if call.stdin.texts is not None and not call.stdin.texts:
        call.ask("interactive", f"{call.name} would wait for code to run")
        return CONTENT
    (call.deny if call.stdin.is_foreign else call.ask)("unknown-code", f"{call.name} would run whatever comes in")
    return Stream()


def run_script(call: Call, rest: list[Text]) -> Stream:
    """Judge a script and its arguments: code of the workspace may run, unless this line brought it."""
    script = rest[0]
    if script.text.startswith("/dev/fd/") or script.text == "/dev/stdin":
        call.ask("unknown-code", f"{call.name} would run what another command writes")
    elif call.place(script).kind != "inside" or (script.holes and script.worst() not in ("env", "plain", "names")):
        call.ask("foreign-code", f"{script.raw or script.shown} would run, and it is not known to be in the workspace")
    judge_code_place(call, script)
    if script.text.endswith("manage.py") and rest[1:] and rest[1].text in ("flush", "reset_db", "dbshell", "shell"):
        call.ask("sends-away", f"{rest[1].text} would drop data, or run whatever comes in")
    for word in rest[1:]:
        path = Text(word.text.partition("=")[2]) if word.text.startswith("-") and "=" in word.text else word
        if not word.holes and call.place(path).is_secret:
            call.ask("secret", f"{word.shown} may hold secrets")
        if (
            not word.holes
            and call.place(path).kind in ("home", "top", "startup", "guarded", "network")
            and path.text.startswith(("/", "~", "."))
        ):
            call.ask("script-outside", f"{word.shown} is not in the workspace")
    if script.text.endswith("setup.py") and any(
        word.text in ("install", "develop", "upload", "register") for word in rest[1:]
    ):
        call.ask("python-install", "it would install or publish, and run code of other projects")
    return CONTENT
