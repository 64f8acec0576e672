"""Commands that are refused outright: what they destroy, open or give away cannot be mended by asking first.

No list of dangers is complete: what is not known to be harmless is asked about, and the sandbox is the boundary.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from llmos_core.types.record import Record, evolve
from llmos_std.shell.parsing import parse
from llmos_std.shell.script import Command, Script, Word


class Danger(Record):
    """A danger that was recognised: the rule's name, and a sentence for the user."""

    rule: str
    reason: str


_MAX_NESTING = 5
_MAX_WRAPPED = 50
_SHELLS = frozenset(["sh", "bash", "zsh", "dash", "ksh", "fish", "ash", "csh", "tcsh", "busybox"])
_INTERPRETERS = _SHELLS | {"python", "python3", "perl", "ruby", "node", "php", "lua", "source", ".", "eval"}
_DOWNLOADERS = frozenset(
    ["curl", "wget", "fetch", "lwp-download", "lwp-request", "ftp", "aria2c", "http", "https", "nc"]
)
_DECODERS = frozenset(["base64", "base32", "xxd", "uudecode", "openssl", "gunzip", "zcat", "rev"])

_WRAPPERS = """
env xargs nohup nice ionice timeout time setsid stdbuf flock busybox command builtin exec parallel watch find fd strace
ltrace coproc sudo su doas chroot unshare nsenter then do else
""".split()  # noqa: SIM905 – a list of words
"""Programs and words after which another command may stand."""

_FORBIDDEN = {
    "elevated rights": "sudo su doas pkexec run0 visudo capsh",
    "users and passwords": "useradd userdel usermod passwd chpasswd groupadd vipw",
    "disks": "fdisk sfdisk parted mkswap wipefs blkdiscard badblocks hdparm cryptsetup",
    "the machine": "shutdown reboot poweroff halt telinit",
    "the kernel": "insmod rmmod modprobe kexec",
    "raw connections": "nc ncat netcat socat telnet tftp croc scp sftp",
    "containment": "nsenter chroot systemd-run",
}
_HARMFUL_USES = {
    "init": r"[06]$",
    "kill": r".*(^| )(-1|1)$",
    "history": r".*(-c|-w|-d)",
    "crontab": r"(?!-l$).*",
    "iptables": r".*(-F|--flush|-P .* ACCEPT)",
    "nft": r".*flush",
    "ufw": r".*(disable|reset)",
    "setenforce": r"0",
    "swapoff": r"-a",
    "sysctl": r".*(-w|=)",
    "systemctl": r".*\b(disable|stop|mask|poweroff|reboot|halt)\b",
    "journalctl": r".*--vacuum",
    "mount": r".*remount",
}
"""Program → what of its arguments changes the machine or covers tracks."""

_SYSTEM = re.compile(r"/(etc|usr|bin|sbin|lib\w*|boot|sys|proc|dev)(/|$)|/var/(log|lib|spool)(/|$)")
_HARMLESS_DEVICE = re.compile(r"/dev/(null|stdout|stderr|stdin|tty|fd/\d+|zero|u?random|full)$")
_STARTUP = re.compile(
    r"(^|/)\.(bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zshenv|zprofile|zlogin|inputrc|gitconfig|pam_environment)$"
    r"|(^|/)authorized_keys|(^|/)\.ssh/|(^|/)\.git/(hooks|config)|(^|/)\.llmos(/|$)|(^|/)\.config/(autostart|systemd|fish)"
    r"|/cron|(^|/)\.crontab"
)
_SECRET = re.compile(
    r"(^|[/=@:'\"])(\.ssh/(id_|[^/]*key)[^/]*|\.netrc|\.git-credentials|\.aws/credentials|\.kube/config|\.gnupg/.*"
    r"|\.docker/config\.json)$|/etc/g?shadow|/proc/[^/]+/(environ|mem)\b"
)
_HOME = re.compile(r"\"?(~\w*|\$\{?(HOME|PWD|OLDPWD)\}?)\"?/?\"?\*?\"?")
_EVERYTHING = re.compile(r"(\.{0,2}/)*(\.{1,2}|\*|\.\*|\.git|\.llmos)?")
_FORK_BOMB = re.compile(r"(?<![\w:.])([\w:.]+)\s*\(\)\s*\{[^}]{0,200}(?<![\w:.])\1\s*\|\s*\1\s*&")
_UPLOADING = re.compile(r"-[a-zA-Z]*[dF]|--(data|form|json)")
_FILE_VALUE = re.compile(r"(^|=|^-[a-zA-Z]*[dF])@")
_SETS_ID = re.compile(r"[ugoa]*\+[rwx]*s|[246-7]\d{3}")


def find_danger(script: Script, depth: int = 0) -> Danger | None:
    """Return the first known danger in a script, at any depth, or None."""
    for target in (redirect.target for redirect in script.redirects):
        path = target.text if target.text is not None else target.raw
        if danger := _written(path) or _seen(path):
            return danger
    for command in script.commands:
        for each in _peeled(command):
            if danger := _danger_of(each, depth):
                return danger
    if any(_name(command) in _SHELLS for command in script.commands):
        return _first(find_danger(parse(text), depth + 1) for text in script.here_texts if depth < _MAX_NESTING)
    return None


def is_fork_bomb(text: str) -> bool:
    """Say whether a text defines a function that does nothing but call itself twice."""
    return _FORK_BOMB.search(text) is not None


def _first(found: Iterator[Danger | None]) -> Danger | None:
    return next((danger for danger in found if danger is not None), None)


def _text(word: Word) -> str:
    return word.raw if word.text is None else word.text


def _name(command: Command) -> str:
    return _text(command.words[0]).rpartition("/")[2] if command.words else ""


def _peeled(command: Command) -> Iterator[Command]:
    """Yield a command, and whatever may be the command that a wrapper such as sudo, env or xargs would run."""
    yield command
    if _name(command) in _WRAPPERS:
        for start in range(1, min(len(command.words), _MAX_WRAPPED)):
            yield evolve(command, words=command.words[start:])


def _danger_of(command: Command, depth: int) -> Danger | None:
    name, words = _name(command), [_text(word) for word in command.words[1:]]
    operands = [word for word in words if not word.startswith("-")]
    for what, programs in _FORBIDDEN.items():
        if name in programs.split() or (what == "disks" and name.startswith("mkfs")):
            return Danger(rule=f"program:{name}", reason=f"{name} is about {what}")
    return (
        _first(_seen(word) for word in words)
        or _foreign_code(command, name)
        or _nested(name, words, depth)
        or _removal(name, words, operands)
        or _overwriting(name, words, operands)
        or _rights(name, words, operands)
        or _sending(name, words)
        or _git(name, words)
        or _system(name, words)
    )


def _seen(path: str) -> Danger | None:
    if path.startswith(("/dev/tcp/", "/dev/udp/")):
        return Danger(rule="raw-connection", reason=f"{path} opens a connection past every check")
    if _SECRET.search(path) and not path.endswith(".pub"):
        return Danger(rule="secret", reason=f"{path} holds secrets")
    return None


def _written(path: str) -> Danger | None:
    if (_SYSTEM.match(path) and not _HARMLESS_DEVICE.match(path)) or _STARTUP.search(path):
        return Danger(rule="protected-file", reason=f"{path} belongs to the system, or is run by it")
    return None


def _foreign_code(command: Command, name: str) -> Danger | None:
    if name not in _INTERPRETERS:
        return None
    for source in command.sources:
        if any(_name(each) in _DOWNLOADERS | _DECODERS for each in _peeled(source)):
            return Danger(rule="foreign-code", reason=f"{name} would run what {_name(source)} brings")
    return None


def _nested(name: str, words: Sequence[str], depth: int) -> Danger | None:
    """Look into the text that a shell, eval or trap would run."""
    if depth >= _MAX_NESTING:
        return Danger(rule="nesting", reason="shells within shells without end")
    texts = [" ".join(words)] if name == "eval" else []
    if name in _SHELLS or name in ("trap", "watch", "ssh"):
        texts = [word for word in words if not word.startswith("-")]
    return _first(find_danger(parse(text), depth + 1) for text in texts if re.search(r"[\s;|&<>]", text))


def _has_option(words: Sequence[str], letters: str, *names: str) -> bool:
    """Say whether one of the one-letter options, alone or among others, or of the long ones is given."""
    short = [word for word in words if word.startswith("-") and not word.startswith("--")]
    return any(word.startswith(names) for word in words) or any(set(word) & set(letters) for word in short)


def _removal(name: str, words: Sequence[str], operands: Sequence[str]) -> Danger | None:
    if name not in ("rm", "rmdir", "shred", "unlink", "srm"):
        return None
    is_deep = _has_option(words, "rR", "--recursive")
    for path in (operand.rstrip("/") or "/" for operand in operands if operand):
        is_everything = (_EVERYTHING.fullmatch(path) or _HOME.fullmatch(path)) is not None
        is_root_folder = re.fullmatch(r"/+[^/]+/*\*?|/+(home|Users|root|mnt|media)/+[^/]+/*\*?", path) is not None
        if is_everything or _SYSTEM.match(path) or (is_deep and is_root_folder):
            return Danger(rule="removal", reason=f"{name} {path} would destroy far more than one file")
    return None


def _overwriting(name: str, words: Sequence[str], operands: Sequence[str]) -> Danger | None:
    targets: Sequence[str] = ()
    if name == "dd":
        targets = [word[3:] for word in words if word.startswith("of=")]
    elif name in ("tee", "truncate", "sponge", "chattr") or (name == "sed" and any("i" in w for w in words[:1])):
        targets = operands
    elif name in ("cp", "install", "ln", "rsync"):
        targets = operands[-1:]
    elif name == "mv":
        targets = [*operands, *(["/etc/home"] if any(_HOME.fullmatch(path) for path in operands) else [])]
    return _first(_written(path) for path in targets)


def _rights(name: str, words: Sequence[str], operands: Sequence[str]) -> Danger | None:
    if name not in ("chmod", "chown", "chgrp", "setfacl", "setcap"):
        return None
    if name == "setcap" or (name == "chmod" and operands and _SETS_ID.match(operands[0])):
        return Danger(rule="rights", reason=f"{name} {' '.join(operands[:1])} gives a program somebody else's rights")
    is_deep = _has_option(words, "R", "--recursive")
    for path in operands[1:]:
        if _SYSTEM.match(path) or _STARTUP.search(path) or (is_deep and re.fullmatch(r"/+[^/]*/*|~\w*/?", path)):
            return Danger(rule="rights", reason=f"{name} on {path} changes rights of the system")
    return None


def _sending(name: str, words: Sequence[str]) -> Danger | None:
    if name == "curl":
        is_sending = any(_names_file(word, after) for word, after in pairwise([*words, ""]))
    else:
        is_sending = name == "wget" and any(word.startswith(("--post-file", "--body-file")) for word in words)
    return Danger(rule="upload", reason=f"{name} would send a file away") if is_sending else None


def _names_file(option: str, value: str) -> bool:
    """Say whether an option of curl, with the word after it, sends the content of a file."""
    if option.startswith(("-T", "--upload-file")):
        return True
    words = [option, value] if _UPLOADING.match(option) else []
    return any(_FILE_VALUE.search(word) for word in words)


def _git(name: str, words: Sequence[str]) -> Danger | None:
    if name != "git":
        return None
    is_forced = "push" in words and (
        _has_option(words, "fd", "--force", "--force-with-lease", "--mirror", "--delete")
        or any(word.startswith(("+", ":")) for word in words)
    )
    wiping = ("filter-branch", "filter-repo", "reflog expire", "update-ref -d", "--prune=now", "--prune=all")
    if is_forced or any(each in " ".join(words) for each in wiping):
        return Danger(rule="git-history", reason="git would destroy history that others may need")
    return None


def _system(name: str, words: Sequence[str]) -> Danger | None:
    text = " ".join(words)
    pattern = _HARMFUL_USES.get(name)
    if pattern is not None and re.match(pattern, text):
        return Danger(rule=f"system:{name}", reason=f"{name} {text} changes the machine or covers tracks")
    return None
