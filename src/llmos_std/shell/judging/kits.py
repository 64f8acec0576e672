"""Judge programs with commands of their own by the rows of knowledge/kits.py."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.tables import judge_here, judge_staged, judge_tasks
from llmos_std.shell.judging.values import CONTENT, Hole, Stream, Text
from llmos_std.shell.knowledge.kits import DANGER, kits
from llmos_std.shell.knowledge.wording import words

_RUNNERS = {
    "poetry": "run",
    "uv": "run",
    "pdm": "run",
    "pipenv": "run",
    "hatch": "run",
    "rye": "run",
    "bundle": "exec",
    "stack": "exec",
}
_IMAGE = re.compile(r"(?!.*[/])[a-z0-9][\w.-]*(:[\w.-]+)?")
_RUN_OPTIONS_WITH_VALUE = frozenset(
    [
        "-e",
        "--env",
        "--name",
        "-p",
        "--publish",
        "-w",
        "--workdir",
        "-u",
        "--user",
        "--entrypoint",
        "-m",
        "--memory",
        "--cpus",
        "-l",
        "--label",
        "--platform",
        "--network",
        "--hostname",
        "-h",
    ]
)
_NAMES_OTHER_PLACES = frozenset(
    [
        "dpkg",
        "rpm",
        "brew",
        "aws",
        "hdparm",
        "fdisk",
        "smartctl",
        "dpkg-query",
        "journalctl",
        "kubectl",
        "pacman",
    ]
)
"""Programs whose arguments look like paths, and are none or are only asked about."""

_WORKS_HERE = words(
    """
    npm yarn pnpm bun npx uv poetry pdm pipenv rye hatch flit cargo go mix bundle rails rake composer dotnet swift
    flutter dart stack cabal zig gradle terraform tofu docker-compose dvc dbt
    """
)
"""Programs that run, or obey, what is in the folder where they are called."""

_LOCAL_HOSTS = frozenset(["localhost", "127.0.0.1", "::1"])
_SQL_READS = re.compile(
    r"\s*(select|show|describe|desc|explain|\\d\S*|\\l\S*|\\conninfo|\\timing|\.schema|\.tables|\.databases"
    r"|\.indexes|\.headers|\.mode \w+|pragma [\w.()]+|version|status|use \w+)\b(?![\s\S]*\b(into|outfile|dumpfile"
    r"|load_file|pg_read\w*|pg_ls\w*|copy|program|lo_\w+|load_extension|readfile|writefile|edit|sleep|xp_\w+|dblink"
    r"|for update|delete|drop|update|insert|alter|truncate|create|grant|attach)\b)[^;]*;?\s*",
    re.IGNORECASE,
)


def _kit(call: Call) -> Stream:
    text = " ".join(word.text for word in call.arguments)
    plain = " ".join(
        word.text
        for word in call.arguments
        if not word.text.startswith("-") or (call.name == "pnpm" and word.text in ("-r", "--filter"))
    )
    if any(word.worst() in ("computed", "secret", "content", "processes") for word in call.arguments):
        call.ask("unknown-argument", f"what {call.name} would do cannot be known")
    if (danger := DANGER.get(call.name)) and (found := re.search(danger, text)):
        call.ask("kit-option", f"{call.name} with {found.group().strip() or text!r} does more than its everyday work")
    if _adds_from_elsewhere(call, plain):
        call.ask("kit-option", f"{call.name} would bring code that is not from its registry")
    if not any(pattern.fullmatch(each) for pattern in kits()[call.name] for each in (plain, text)):
        call.ask("kit-command", f"it is not known that {call.name} {plain} is harmless")
    if (runner := _RUNNERS.get(call.name)) and call.arguments and call.arguments[0].text == runner:
        rest = call.arguments[1:]
        while rest and rest[0].text.startswith("-"):
            rest.pop(0)
        return call.run(rest) if rest else CONTENT
    for word in call.arguments:
        _outside(call, word)
    if call.name in _WORKS_HERE or plain.startswith(("compose ", "build ")):
        judge_here(call)
        judge_tasks(call, call.operands())
        if re.search(r"migrate reset|db push .*--(force|accept)", text):
            call.ask("sends-away", f"{call.name} would drop data")
    judge_staged(call, None)
    return Stream(None, Hole("processes")) if call.name in ("docker", "podman") and "-q" in text else CONTENT


_ADDS = re.compile(r"(?:npm|pnpm|bun|yarn) (?:i|install|add|isntall|up|update)\b(.*)")
_SHORTHAND = re.compile(r"(?!@)[\w-][\w.-]*/[\w.-]+(#.*)?")


def _adds_from_elsewhere(call: Call, plain: str) -> bool:
    """Say whether packages are added that are no names of the registry: user/project stands for a site of code."""
    found = _ADDS.fullmatch(f"{call.name} {plain}")
    return found is not None and any(map(_SHORTHAND.fullmatch, found.group(1).split()))


def _outside(call: Call, word: Text) -> None:
    path = word.text.partition("=")[2] if word.text.startswith("-") else word.text
    if glued := re.match(r"-[a-zA-Z]([/~].*|\.\./.*)", word.text):
        path = glued.group(1)
    is_elsewhere = bool(re.match(r"[/~]", path)) or ".." in path.split("/")
    is_judged = is_elsewhere and call.name not in _NAMES_OTHER_PLACES
    if is_judged and call.place(Text(path)).kind not in ("inside", "root", "harmless"):
        call.ask("kit-outside", f"{word.shown} is not in the workspace")
    if (
        not word.holes
        and not word.text.startswith("-")
        and ("/" in path or path.startswith("."))
        and call.place(Text(path)).is_secret
    ):
        call.ask("secret", f"{word.shown} may hold secrets")


def _docker(call: Call) -> Stream:
    words = [word.text for word in call.arguments]
    if words[:1] == ["run"] or words[:2] == ["container", "run"]:
        return _docker_run(call, call.arguments[words.index("run") + 1 :])
    if words[:1] == ["exec"]:
        rest = [word for word in call.arguments[1:] if not word.text.startswith("-")]
        if call.has("", "--privileged", "--user", "--env-file") or "-u" in words:
            call.ask("docker-exec", "docker exec with other rights")
        elif rest[1:] and rest[1].text in ("sh", "bash", "ash", "zsh", "env", "printenv"):
            call.ask("docker-exec", "what runs in the container is not followed")
        return call.run(rest[1:])
    if words[:1] == ["compose"]:
        _compose(call)
    return _kit(call)


def _compose(call: Call) -> None:
    """Judge what `compose exec` and `compose run` run in a container as if it ran here."""
    rest = list(call.arguments[1:])
    while rest and rest[0].text not in ("exec", "run"):
        rest.pop(0)
    rest = rest[1:]
    while rest and rest[0].text.startswith("-"):
        rest = rest[2:] if rest[0].text in _RUN_OPTIONS_WITH_VALUE else rest[1:]
    call.run(rest[1:])


def _without_own_volumes(call: Call, rest: list[Text]) -> list[Text]:
    """Return the words without the folders of the workspace that the container gets to see."""
    kept, words = list[Text](), list(rest)
    while words:
        word = words.pop(0)
        if not word.text.startswith("-"):
            return [*kept, word, *words]
        if word.text in ("-v", "--volume") and words and _is_own_volume(call, words[0]):
            del words[0]
            continue
        kept.append(word)
        if word.text in _RUN_OPTIONS_WITH_VALUE and words:
            kept.append(words.pop(0))
    return kept


def _is_own_volume(call: Call, volume: Text) -> bool:
    source, sign, _ = volume.text.partition(":")
    place = call.place(Text(source, volume.holes))
    return bool(sign and source) and not volume.holes and place.kind in ("inside", "root") and not place.is_secret


def _docker_run(call: Call, rest: list[Text]) -> Stream:
    given, rest = len(rest), _without_own_volumes(call, rest)
    has_own = len(rest) < given
    text = " ".join(word.text for word in rest)
    if re.search(DANGER["docker"], " " + text) or re.search(r"(^| )(-\w*v|--volume|--mount)", text):
        call.ask("docker-run", "such an option opens the container to the machine")
    while rest and rest[0].text.startswith("-"):
        option = rest[0].text
        rest = rest[2:] if option in _RUN_OPTIONS_WITH_VALUE else rest[1:]
    if not rest or rest[0].holes or not _IMAGE.fullmatch(rest[0].text):
        call.ask("docker-run", "the image is somebody else's code")
    elif "t" in "".join(word.text for word in call.arguments if re.fullmatch(r"-[it]+", word.text)) and len(rest) == 1:
        call.allow("docker-run", "an image without a publisher's name is one's own, or an official one")
    if has_own:
        call.run(rest[1:])
    if rest[1:] and rest[1].text in ("chroot", "nsenter", "sh", "bash"):
        call.ask("docker-run", "what runs in the container is not followed")
    return CONTENT


def _sql(call: Call) -> Stream:  # noqa: C901, PLR0912 – one branch a kind of option
    words, statements = call.arguments, list[Text]()
    options = {"mysql": ("-e", "--execute"), "mariadb": ("-e", "--execute"), "psql": ("-c", "--command")}.get(
        call.name, ()
    )
    operands, index = list[Text](), 0
    while index < len(words):
        text = words[index].text
        if text in options and index + 1 < len(words):
            statements.append(words[index + 1])
            index += 1
        elif text.startswith("--") and text.partition("=")[0] in options:
            statements.append(Text(text.partition("=")[2], words[index].holes))
        elif re.match(
            r"-(f|o|L|v|cmd|init|A)|--(file|output|log-file|init-command|defaults\S*|tee|pager|plugin-dir|local-infile"
            r"|ssl-key|host=(?!localhost|127))|-h.*\..*",
            text,
        ):
            call.ask("sql-option", f"{call.name} {text} reads, writes or runs more than it shows")
        elif text == "-l" and call.name == "psql":
            statements.append(Text("\\l"))
        elif text == "-h" and words[index + 1 : index + 2] and words[index + 1].text not in _LOCAL_HOSTS:
            call.ask("sql-option", f"{call.name} would speak with another machine")
            index += 1
        elif (
            text in ("-U", "-d", "-u", "-p", "-P", "-D", "-h", "-H")
            and index + 1 < len(words)
            and not (text == "-p" and call.name != "psql")
        ):
            index += 1
        elif not text.startswith("-"):
            operands.append(words[index])
        index += 1
    if call.name == "sqlite3":
        for path in operands[:1]:
            call.read(path)
        statements += operands[1:]
    if not statements:
        call.ask("sql", f"{call.name} would run whatever comes in")
    for statement in statements:
        if statement.holes or not _SQL_READS.fullmatch(statement.text):
            call.ask("sql", f"{statement.shown!r} may change data, or files")
    return CONTENT


def _asks(call: Call) -> Stream:
    call.ask("known-dangerous", f"{call.name} changes the machine, or opens it")
    return Stream()


JUDGES: dict[str, Callable[[Call], Stream]] = {
    **dict.fromkeys(kits(), _kit),
    "docker": _docker, "podman": _docker,
    **dict.fromkeys(("mysql", "mariadb", "psql", "sqlite3"), _sql),
    **dict.fromkeys(words(
        """
        mkfs reboot shutdown halt poweroff init telinit useradd userdel usermod passwd chpasswd visudo
        insmod rmmod modprobe losetup umount swapoff
        """
    ), _asks),
}  # fmt: skip
