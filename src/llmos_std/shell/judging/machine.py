"""Programs about the machine: signals, clock, keys, network settings, what starts by itself."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.options import value_of
from llmos_std.shell.judging.values import CONTENT, NOTHING, PLAIN, Hole, Stream, Text
from llmos_std.shell.knowledge.wording import words

_GENTLE = re.compile(r"-(0|STOP|CONT|TSTP|SIG(STOP|CONT|TSTP)|1[789]|20|l|L|s)|--list")
_OWN_NUMBER = re.compile(r'"?\$(\w+|\{\w+\}|!)"?')
_BROAD_NAMES = words(
    """
    python python3 node java bash sh zsh sshd init systemd dockerd containerd cron init.d X Xorg gnome-
    shell .* .
    """
)


def _kill(call: Call) -> Stream:
    words = call.arguments
    first = words[0].text if words else ""
    if _GENTLE.fullmatch(first) and first != "-s":
        return NOTHING
    pids = words[1:] if re.fullmatch(r"-(\d+|[A-Z]+\d?|n|s)", first) and len(words) > 1 else words
    pids = pids[1:] if first in ("-s", "-n") else pids
    for pid in pids:
        if pid.text in ("1", "0", "-1", "--") or pid.text.startswith("-"):
            call.deny("kill-all", f"kill {pid.shown} ends far more than one program")
        elif not _is_own(pid):
            call.ask("kill-unknown", f"which program {pid.raw or pid.shown} is cannot be known")
    return NOTHING


def _is_own(pid: Text) -> bool:
    """Say whether a number stands for a program that somebody chose: named, in a variable, or in a file."""
    if not pid.holes:
        return re.fullmatch(r"%[\w+?-]*|\d{2,}|[2-9]", pid.text) is not None
    is_variable = _OWN_NUMBER.fullmatch(pid.raw) is not None and "PPID" not in pid.raw
    return pid.worst() == "content" or (pid.worst() in ("plain", "env") and is_variable)


def _pkill(call: Call) -> Stream:
    operands = call.operands()
    options = [each for each in call.options if not re.fullmatch(r"-(SIG)?[A-Z]{3,}\d?|-\d+", each)]
    is_by_user = any(each[:2] != "--" and set(each) & set("uUgGtPv") for each in options)
    if is_by_user or call.has("", "--euid", "--uid", "--inverse") or not operands:
        call.ask("kill-many", f"{call.name} would end every program of a user or group")
    for name in operands:
        if call.name == "killall" or name.literal is None or len(name.text) < 3 or name.text in _BROAD_NAMES:  # noqa: PLR2004
            call.ask("kill-many", f"{call.name} {name.shown} may end programs that are not of this workspace")
    return NOTHING


def _pgrep(call: Call) -> Stream:
    is_narrow = all(len(name.text) > 2 and name.text not in _BROAD_NAMES for name in call.operands())  # noqa: PLR2004
    is_many = not call.operands() or call.has("uUgGtPv", "--euid", "--uid", "--inverse")
    return CONTENT if is_narrow and not is_many else Stream(None, Hole("processes"))


def _hostname(call: Call) -> Stream:
    if call.operands() or call.has("F", "--file"):
        call.ask("machine-name", "it would give the machine another name")
    return PLAIN


def _fuser(call: Call) -> Stream:
    if call.has("k", "--kill"):
        call.ask("kill-many", "fuser -k ends every program that uses a file")
    return CONTENT


def _keygen(call: Call) -> Stream:
    if (path := value_of(call, "-f")) is None or call.has("yDRsIKP"):
        call.ask("keys", "it would show or change keys")
    else:
        call.write(path)
    return NOTHING


def _lsof(_call: Call) -> Stream:
    return CONTENT


def _date(call: Call) -> Stream:
    if call.has("s", "--set") and not call.has("d", "--date"):
        call.ask("clock", "it would set the clock")
    operands = call.operands()
    if any(re.fullmatch(r"\d{4,12}(\.\d\d)?", word.text) or word.holes for word in operands) and not call.has(
        "dfrujvI", "--date", "--reference", "--iso-8601"
    ):
        call.ask("clock", "it would set the clock")
    for name in ("-f", "-r"):
        if (path := value_of(call, name)) is not None and not path.text.isdigit():
            call.read(path)
    return Stream(None, Hole("plain"))


def _crontab(call: Call) -> Stream:
    if [word.text for word in call.arguments] != ["-l"]:
        call.deny("persistence", "crontab lets something start by itself")
    return CONTENT


def _mount(call: Call) -> Stream:
    if call.operands() or call.has("aoBM", "--all", "--bind", "--move"):
        call.deny("mount", "mount changes what folders hold")
    return CONTENT


def _ifconfig(call: Call) -> Stream:
    if len(call.operands()) > 1:
        call.ask("network-settings", f"{call.name} would change the network")
    return CONTENT


def _ip(call: Call) -> Stream:
    words = [word.text for word in call.operands()]
    if any(word in ("add", "del", "set", "change", "flush", "replace", "exec", "delete") for word in words) or call.has(
        "b", "-batch"
    ):
        call.ask("network-settings", "ip would change the network, or run something")
    return CONTENT


def _ps(call: Call) -> Stream:
    """Judge ps, whose bare letters e show the variables of programs; some letters take the next word."""
    rest = iter(call.arguments)
    for word in rest:
        text = word.text
        if re.fullmatch(r"-\w*[okpuUgGCtNq]|--(format|pid|ppid|user|User|group|Group|sort|tty|sid)", text):
            next(rest, None)
        elif text == "-E" or re.fullmatch(r"[a-zA-Z]*e[a-zA-Z]*", text):
            call.ask("all-variables", "it would show the variables of programs, secrets as well")
        elif re.fullmatch(r"[a-zA-Z]*[oOkpUtq]", text):
            next(rest, None)
    return Stream(None, Hole("processes"))


def _clipboard(call: Call) -> Stream:
    """Judge xclip and xsel: to show what was copied may show a password, to copy what comes in does not."""
    if any(re.match(r"-?-o(ut?|utput)?$", word.text) for word in call.arguments) or (
        call.name == "xsel" and call.stdin == NOTHING and not call.has("ick", "--input", "--clear")
    ):
        call.ask("clipboard", "it would show what was copied, a password perhaps")
    for path in call.operands() if call.name == "xclip" else []:
        call.read(path)
    return Stream()


def _getent(call: Call) -> Stream:
    if any(word.text in ("shadow", "gshadow") for word in call.arguments):
        call.ask("secret", "it would show who has which password")
    return CONTENT


JUDGES: dict[str, Callable[[Call], Stream]] = {
    "kill": _kill,
    "pkill": _pkill,
    "killall": _pkill,
    "fuser": _fuser,
    "pgrep": _pgrep,
    "hostname": _hostname,
    "ssh-keygen": _keygen,
    "lsof": _lsof,
    "date": _date,
    "gdate": _date,
    "crontab": _crontab,
    "mount": _mount,
    "ifconfig": _ifconfig,
    "ip": _ip,
    "getent": _getent,
    "ps": _ps,
    "xclip": _clipboard,
    "xsel": _clipboard,
}
