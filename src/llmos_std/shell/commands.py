"""What a command that is known to only read looks at: the grammars of programs, most of them one row of a table.

What is not known to be harmless raises DoubtError.
"""

import re
from collections.abc import Callable, Sequence

from llmos_std.shell.programs import DoubtError, paths_of, readers, text_of
from llmos_std.shell.script import Word


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAKES_ANY_NAME = _set("ls cat head tail wc grep egrep fgrep rev tac nl cut echo stat basename dirname")
"""Programs of which no option does harm: a pattern may match a file whose name looks like one."""

_TAKES_NO_PATTERN = _set("uniq printf test")
"""Programs to which one word more, or an odd one, means something quite different."""

_HAS_VERSION = _set(
    "bash clang cmake curl docker g++ gcc git java javac make node npm perl php pip pip3 python python3 ruby ruff uv"
)
_FIND_TESTS = _set(
    "-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -xtype -size -mtime -mmin -atime "
    "-amin -ctime -cmin -maxdepth -mindepth -perm -user -group -uid -gid -inum -links -printf"
)
_FIND_FILES = _set("-newer -anewer -cnewer -samefile")
_FIND_SIGNS = _set(
    "( ) ! , -a -o -not -and -or -print -print0 -ls -prune -quit -depth -xdev -mount -empty -true -false -readable "
    "-writable -executable -nouser -nogroup -daystart"
)
_GIT_FLAGS = _set(
    "-a -b -c -i -l -n -p -q -r -s -u -v -vv -w -z -1 -E -F --abbrev-commit --all --branch --branches --cached "
    "--decorate --dirty --first-parent --follow --graph --ignored --list --long --merges --name-only --name-status "
    "--no-color --no-merges --no-patch --numstat --oneline --others --patch --porcelain --reverse --short "
    "--show-current --shortstat --show-toplevel --staged --stat --summary --tags --verbose"
)
_GIT_VALUED = re.compile(
    r"-\d+|-[nU]\d+|--(abbrev|after|author|before|date|decorate|diff-filter|format|grep|max-count|porcelain|pretty|since"
    r"|sort|until|unified|untracked-files|word-diff)=.*"
)
_GIT_READS = _set(
    "status log diff show blame shortlog describe rev-parse rev-list ls-files ls-tree cat-file grep reflog"
)
_GIT_LISTS = {"branch": [], "tag": [], "remote": [], "stash": ["list"], "worktree": ["list"], "submodule": ["status"]}
"""Sub-commands that only list when nothing but flags and these words follow."""

_SED_SCRIPT = re.compile(
    r"(\d+|\$)(,(\d+|\$))?[pd]|/[^/\\]*/[pd]|s(?P<sign>[/|#,])((?!(?P=sign))[^\\\n]|\\.)*(?P=sign)"
    r"((?!(?P=sign))[^\\\n]|\\.)*(?P=sign)[gpiI\d]*"
)
_AWK_DANGER = re.compile(r"system|getline|close|fflush|ENVIRON|ARG[VC]|PROCINFO|SYMTAB|[|>@`]")
_PRINTF_STORES = re.compile(r"%[^a-zA-Z%]*[hjlLtz]*n")


def paths_read(words: Sequence[Word]) -> tuple[list[Word], bool]:
    """Return the words of a read-only command that name paths, and whether it shows what is in them.

    Raises DoubtError unless the command is known to do nothing else.
    """
    texts = [text_of(word) for word in words]
    name, rest = texts[0], words[1:]
    if len(texts) == 2 and name in _HAS_VERSION and texts[1] == "--version":  # noqa: PLR2004
        return [], False
    if any(word.is_glob and _may_become_option(name, text_of(word)) for word in rest):
        raise DoubtError("a pattern that may turn a file's name into an option")
    if name in _SPECIAL:
        return _SPECIAL[name](rest), name != "find"
    if name not in readers():
        raise DoubtError(f"{name} is not known to only read")
    program = readers()[name]
    paths = paths_of(rest, program)
    if name == "uniq" and len(paths) > 1:
        raise DoubtError("uniq writes to its second file")
    return paths, program.operands != "names"


def _may_become_option(program: str, pattern: str) -> bool:
    """Say whether a file could be named so that its name, put in place of the pattern, does harm as an option."""
    if pattern[:1] not in "*?[" or program in _TAKES_ANY_NAME:
        return program in _TAKES_NO_PATTERN
    return program != "find" or "." not in pattern


def _find_paths(words: Sequence[Word]) -> list[Word]:
    paths, rest = list[Word](), list(words)
    while rest and not text_of(rest[0]).startswith(("-", "(", "!")):
        paths.append(rest.pop(0))
    while rest:
        sign = text_of(rest.pop(0))
        if sign in _FIND_FILES and rest:
            paths.append(rest.pop(0))
        elif sign in _FIND_TESTS and rest:
            text_of(rest.pop(0))
        elif sign == "-exec":
            rest = _after_exec(rest)
        elif sign not in _FIND_SIGNS:
            raise DoubtError(f"find {sign}")
    return paths


def _after_exec(words: list[Word]) -> list[Word]:
    """Return what follows `-exec … ;`, once it is known to run a program that shows names only."""
    end = next((index for index, word in enumerate(words) if word.text in (";", "+")), 0)
    name = text_of(words[0]) if end else ""
    if name != "echo" and (name not in readers() or readers()[name].operands != "names"):
        raise DoubtError(f"find -exec {name}")
    if any(word.text != "{}" for word in paths_of(words[1:end], readers()[name])):
        raise DoubtError("find -exec with further paths")
    return words[end + 1 :]


def _git_paths(words: Sequence[Word]) -> list[Word]:
    if words and words[0].text == "--no-pager":
        words = words[1:]
    name = text_of(words[0]) if words else ""
    operands = list[Word]()
    for word in words[1:]:
        text = text_of(word)
        if not text.startswith("-"):
            operands.append(word)
        elif text != "--" and text not in _GIT_FLAGS and not _GIT_VALUED.fullmatch(text):
            raise DoubtError(f"git {name} {text}")
    if name in _GIT_LISTS and [word.text for word in operands] == _GIT_LISTS[name]:
        return []
    if name not in _GIT_READS or any(word.is_glob for word in operands) or (name == "reflog" and operands):
        raise DoubtError(f"git {name}")
    return operands


def _sed_paths(words: Sequence[Word]) -> list[Word]:
    rest = list(words)
    while rest and rest[0].text in ("-n", "-E", "-r"):
        rest.pop(0)
    if not rest or not _SED_SCRIPT.fullmatch(text_of(rest[0])):
        raise DoubtError("a sed script that may do more than print and replace")
    return _operands(rest[1:])


def _awk_paths(words: Sequence[Word]) -> list[Word]:
    rest = list(words)
    while rest and text_of(rest[0]).startswith("-F"):
        rest = rest[2 if rest[0].text == "-F" else 1 :]
    if not rest or text_of(rest[0]).startswith("-") or _AWK_DANGER.search(text_of(rest[0])):
        raise DoubtError("an awk program that may do more than print")
    return _operands(rest[1:])


def _operands(words: Sequence[Word]) -> list[Word]:
    if option := next((word for word in words if text_of(word).startswith("-")), None):
        raise DoubtError(f"the option {option.raw}")
    return list(words)


def _date_paths(words: Sequence[Word]) -> list[Word]:
    if any(not re.match(r"\+|-u$|-R$|-I|--utc$|--iso-8601", text_of(word)) for word in words):
        raise DoubtError("date with more than a format")
    return []


def _printf_paths(words: Sequence[Word]) -> list[Word]:
    if any(text_of(word).startswith("-") or _PRINTF_STORES.search(text_of(word)) for word in words):
        raise DoubtError("a printf that may set a variable")
    return [word for word in words if word.is_glob]


_SPECIAL: dict[str, Callable[[Sequence[Word]], list[Word]]] = {
    "find": _find_paths,
    "git": _git_paths,
    "sed": _sed_paths,
    "awk": _awk_paths,
    "date": _date_paths,
    "printf": _printf_paths,
}
"""Readers with a grammar of their own: words after the name → the words that name paths."""
