"""Little programs for awk, sed and perl: what in them could run, write or read something else.

They are read only as far as is needed to be sure; whatever is unusual counts as an objection.
"""

import re
from collections.abc import Iterator

_AWK_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|#[^\n]*|[A-Za-z_]\w*|\d[\w.]*|\|\||&&|>>|>=|\s+|.', re.DOTALL)
_AWK_DANGER = frozenset(["system", "ENVIRON", "SYMTAB", "PROCINFO", "FUNCTAB", "ARGV", "extension", "close_pipe"])
_AWK_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])*/")


def _awk_tokens(program: str) -> Iterator[str]:
    """Yield the signs and words of an awk program; texts as '"…"', patterns as "//"."""
    at, before = 0, ""
    while at < len(program):
        found = _AWK_TOKEN.match(program, at)
        assert found is not None
        token = found.group()
        if token == "/" and not re.fullmatch(r"[\w)\]$]+", before):  # noqa: S105
            pattern = _AWK_REGEX.match(program, at)
            if pattern is None:
                yield "unreadable"
                return
            at, before = pattern.end(), "//"
            yield "//"
            continue
        at = found.end()
        if not token.strip() and "\n" not in token:
            continue
        before = token.strip() or "\n"
        yield before if not token.startswith("#") else "\n"


def awk_objection(program: str) -> str:
    """Return what in an awk program could do more than print, "" when nothing can."""
    tokens = list(_awk_tokens(program))
    for index, token in enumerate(tokens):
        if token in _AWK_DANGER or token in ("@", "`", "unreadable"):
            return repr(token)
        if token == "|" and _piped(tokens, index) is None:  # noqa: S105
            return "a command that only the program knows"
        if token == "getline" and "<" in tokens[index : index + 4]:  # noqa: S105
            return "getline"
        if token in ('"', "\\"):
            return "an unusual text"
    return "a file that only the program knows" if None in _awk_files(tokens) else ""


def _piped(tokens: list[str], at: int) -> str | None:
    """Return the command that print writes to, where it stands there as a text, else None."""
    after = [*tokens[at + 1 : at + 3], ";", ";"]
    is_text_after = after[0].startswith('"') and after[1] in (";", "\n", "}")
    if is_text_after and "\\" not in after[0]:
        return after[0][1:-1]
    return None


def awk_commands(program: str) -> list[str]:
    """Return the commands that an awk program runs by a pipe and names itself."""
    tokens = list(_awk_tokens(program))
    found = (_piped(tokens, index) for index, token in enumerate(tokens) if token == "|")  # noqa: S105
    return [command for command in found if command is not None]


def awk_targets(program: str) -> list[str]:
    """Return the files that an awk program prints to and names itself."""
    return [target for target in _awk_files(list(_awk_tokens(program))) if target is not None]


def _awk_files(tokens: list[str]) -> Iterator[str | None]:
    is_printing, depth = False, 0
    for index, token in enumerate(tokens):
        if token in ("print", "printf"):
            is_printing, depth = True, 0
        elif token in (";", "\n", "}"):
            is_printing = False
        elif token == "(":  # noqa: S105
            depth += 1
        elif token == ")":  # noqa: S105
            depth -= 1
        elif token in (">", ">>") and is_printing and depth <= 0:
            target = tokens[index + 1] if index + 1 < len(tokens) else ""
            after = tokens[index + 2] if index + 2 < len(tokens) else ";"
            is_plain = target.startswith('"') and "\\" not in target and after in (";", "\n", "}")
            yield target[1:-1] if is_plain else None


_ADDRESS = re.compile(
    r"\s*(?:\d+(?:~\d+)?|\$|/(?:\\.|\[[^\]]*\]|[^/\\\n])*/[IM]*|\\(.)(?:\\.|(?!\1).)*\1[IM]*|[+~]\d+)", re.DOTALL
)
_PLAIN_COMMANDS = "pPdDgGhHxnN=lzF"


def sed_effects(script: str) -> tuple[str, list[str], list[str]]:  # noqa: C901
    """Return an objection ("" when there is none), the files that are read, and those that are written."""
    reads, writes = list[str](), list[str]()
    at = 0
    while at < len(script):
        at = _pass_addresses(script, at)
        if at >= len(script):
            break
        sign, at = script[at], at + 1
        if not sign.isascii():  # sed refuses the whole script
            return "", [], []
        if sign in "{};\n \t" or sign in _PLAIN_COMMANDS:
            continue
        if sign == "#" or sign in "aic":
            at = _line_end(script, at)
        elif sign in "btT:qQ":
            at = _pass(script, at, r"[ \t]*[\w.-]*")
        elif sign in "rRwW":
            end = _line_end(script, at)
            (reads if sign in "rR" else writes).append(script[at:end].strip())
            at = end
        elif sign in "sy":
            flags, at = _substitution(script, at)
            if flags is None or "e" in flags.split("w")[0] or "m" in flags.replace("m", "", 1):
                return "the flag e" if flags is not None else f"the command {sign}", reads, writes
            if "w" in flags:
                writes.append(flags.partition("w")[2].strip())
        else:
            return f"the command {sign!r}", reads, writes
    return "", reads, writes


def _pass(script: str, at: int, pattern: str) -> int:
    found = re.compile(pattern).match(script, at)
    return found.end() if found else at


def _pass_addresses(script: str, at: int) -> int:
    at = _pass(script, at, r"[\s;{}]*")
    if found := _ADDRESS.match(script, at):
        at = _pass(script, found.end(), r"\s*")
        if script[at : at + 1] == "," and (second := _ADDRESS.match(script, at + 1)):
            at = second.end()
    return _pass(script, at, r"\s*!?\s*")


def _line_end(script: str, at: int) -> int:
    while (end := script.find("\n", at)) >= 0 and script[end - 1] == "\\":
        at = end + 1
    return len(script) if end < 0 else end


def _substitution(script: str, at: int) -> tuple[str | None, int]:
    """Return the flags of s/…/…/flags, and where it ends; None when it is not a whole one."""
    if at >= len(script) or script[at] in "\n\\":
        return None, at
    limit, at = script[at], at + 1
    for _ in range(2):
        in_class = False
        while at < len(script) and (script[at] != limit or in_class):
            if script[at] == "\\":
                at += 1
            at += 1
        if at >= len(script):
            return None, at
        at += 1
    found = re.compile(r"[gpiIMm\d]*(?:e[gpiIMm\d]*)?(?:w[^\n]*)?").match(script, at)
    assert found is not None
    after = script[found.end() : found.end() + 1]
    if after and after not in ";} \t\n#":
        return None, at
    return found.group(), found.end()


_PERL_DANGER = re.compile(
    r"`|\b(system|exec|fork|open|opendir|unlink|rmdir|mkdir|rename|link|symlink|chmod|chown|utime|truncate|eval|do|require|use|no|import|qx|syscall|kill|socket|connect|bind|pipe|sysopen|syswrite"
    r"|readpipe|readlink|glob|chdir|chroot|ioctl|fcntl|dbmopen|dump|ENV|ARGV(?!\b\s*=~)|INC|SIG|CORE|IO|File|POSIX|Socket|LWP|HTTP|Net|__DATA__|AUTOLOAD|bless|tie|local\s+\$\^|sub|evalbytes|goto|select|sleep|lstat|exit)\b"
    r"|->|[*&]\s*\{|&\s*\$|\$\^|\(\?\??\{|<[^\s<>=]*[$*\w][^\s<>]*>(?!=)"
)
_PERL_USES = re.compile(
    r"\buse\s+(strict|warnings|utf8|List::Util\b[^;]*|POSIX\b[^;]*)\s*;|<(STDIN|>)?>|\bexit\b|\beval(?=\s*\{)|\bINC_NONE\b"
)
_PERL_EVALUATES = re.compile(r"[/}#|!,@%~)\]][a-df-z]*e[a-z]*e[a-z]*\b")


def perl_objection(code: str) -> str:
    """Return what in perl code could do more than change text, "" when nothing can."""
    plain = _PERL_USES.sub(" ", code)
    if found := _PERL_DANGER.search(plain):
        return repr(found.group())
    return "a replacement that is run" if _PERL_EVALUATES.search(plain) else ""
