"""find: where it looks, what picks the files that it finds, and what it does with them."""

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.streams import both
from llmos_std.shell.judging.values import CONTENT, HOLE, NOTHING, ORDER, Found, Hole, Stream, Text
from llmos_std.shell.judging.wrappers import filled
from llmos_std.shell.knowledge.wording import words

_NAMED = frozenset(
    ["-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename", "-regex", "-iregex", "-lname", "-ilname"]
)
_VALUED = words(
    """
    -type -xtype -size -mtime -mmin -atime -amin -ctime -cmin -maxdepth -mindepth -perm -user -group -uid -gid -inum
    -links -printf -newer -anewer -cnewer -samefile -regextype -fstype -used -context -newermt -newerat -newerct
    -newermm -D -printf0
    """
)
_WRITERS = frozenset(["-fprint", "-fprint0", "-fls", "-fprintf"])
_RUNNERS = frozenset(["-exec", "-execdir", "-ok", "-okdir"])
_PRINTS_NAMES = re.compile(r"%[pPf](\\n|\\0)?")
_KINDS_OF_ONE = frozenset(["-inum", "-samefile", "-empty"])
_START_OPTIONS = re.compile(r"-[HLPXEdsx]+|-O\d")


class _Search:
    """What is known at a point of the expression: whether something picked the files, and by which pattern."""

    def __init__(self) -> None:
        self.is_picked, self.pattern, self.is_inverted = False, "", False


def _find(call: Call) -> Stream:
    words = list(call.arguments)
    roots = list[Text]()
    while words and (_START_OPTIONS.fullmatch(words[0].text) or not re.match(r"[-(!,]|\\[(!]", words[0].text)):
        word = words.pop(0)
        if not word.text.startswith("-"):
            roots.append(word)
    roots = roots or [Text(".")]
    for root in roots:
        call.read(root, shows=False)
        if any(hole.is_split and hole.origin == "computed" for hole in root.holes):
            call.ask("unknown-option", f"{root.raw} may become an action of find")
    search = _Expression(call, roots, words)
    search.judge()
    secret = next((p for p in search.patterns if call.place(Text(p, (), True)).is_secret), "")
    if secret and not all(call.place(root).kind in ("inside", "root", "temporary") for root in roots):
        call.ask("secret", f"{secret} is a pattern of names that hold secrets")
    found = Found(tuple(root.text for root in roots), search.picks_what_it_prints(), search.now.pattern)
    if any(root.worst() not in (None, "plain", "env", "names") for root in roots):
        return CONTENT
    return both(search.prints, Stream(None, Hole("names", found)))


class _Expression:
    """Reads the tests and actions of find in their order."""

    def __init__(self, call: Call, roots: list[Text], words: list[Text]) -> None:
        self.prints = NOTHING
        self._call = call
        self._roots = roots
        self._words = iter(words)
        self._outer: list[tuple[_Search, list[bool]]] = []
        self._branches: list[bool] = []
        self.now = _Search()
        self._base = _Search()
        self.patterns: list[str] = []
        self._printed: list[bool] = []

    def picks_what_it_prints(self) -> bool:
        """Say whether something picks all that is printed: by the actions that print, or on every branch."""
        return all(self._printed or [*self._branches, self.now.is_picked])

    def judge(self) -> None:
        """Judge every action."""
        for word in self._words:
            self._one(word)

    def _one(self, word: Text) -> None:  # noqa: C901, PLR0912
        text = word.text
        if text in _NAMED:
            self._name(text, next(self._words, Text()))
        elif text in ("(", "\\("):
            self._outer.append((self.now, self._branches))
            self._base, self._branches, self.now = self.now, [], self._copy(self.now)
        elif text in (")", "\\)"):
            self._close()
        elif text in ("-o", "-or", ","):
            self._branches.append(self.now.is_picked)
            self.now = self._copy(self._base)
        elif text in ("!", "-not"):
            self.now.is_inverted = True
        elif text in _RUNNERS:
            self._run(list(self._until_end()), is_in_folder=text.endswith("dir"))
        elif text == "-delete":
            if self._call.has("L", "-follow"):
                self._call.ask("follows-links", "it would follow links out of the folder, and remove what is there")
            self._call.remove(self._item(), is_deep=True)
        elif text in _WRITERS:
            self._call.write(next(self._words, Text()))
            if text == "-fprintf":
                next(self._words, None)
        elif text in ("-print", "-print0"):
            self._printed.append(self.now.is_picked)
        elif text == "-files0-from":
            self._call.ask("unknown-option", "the folders to look in are not known")
        elif text in _VALUED or re.fullmatch(r"-newer\w\w", text):
            value = next(self._words, Text()).text
            if text == "-printf" and not _PRINTS_NAMES.fullmatch(value):
                self.prints = CONTENT
            is_one = text in _KINDS_OF_ONE or (text == "-size" and value in ("0", "0c", "0b", "0k"))
            self.now.is_picked |= is_one and not self.now.is_inverted
            self.now.is_inverted = False
        elif text == "-empty":
            self.now.is_picked |= not self.now.is_inverted
            self.now.is_inverted = False
        elif word.text.startswith(HOLE) and word.worst() == "computed":
            self._call.ask("unknown-option", f"{word.raw} may become an action of find")
        else:
            self.now.is_inverted = False if text not in ("-a", "-and") else self.now.is_inverted

    @staticmethod
    def _copy(search: _Search) -> _Search:
        other = _Search()
        other.is_picked, other.pattern = search.is_picked, search.pattern
        return other

    def _close(self) -> None:
        if not self._outer:
            return
        inner_picked = all([*self._branches, self.now.is_picked])
        pattern = self.now.pattern
        self.now, self._branches = self._outer.pop()
        self.now.is_picked |= inner_picked and not self.now.is_inverted
        self.now.pattern = self.now.pattern or pattern
        self.now.is_inverted = False
        self._base = self._outer[-1][0] if self._outer else _Search()

    def _name(self, test: str, pattern: Text) -> None:
        plain = pattern.text
        if "regex" in test:
            plain = re.sub(r"\\\(|\\\)|\^|\$", "", plain).replace(".*", "*").replace("\\.", ".")
        self.patterns.append(plain)
        if self.now.is_inverted:
            self.now.is_inverted = False
            return
        is_narrow = bool(plain.strip("*?./[]!^")) and not pattern.text.startswith(HOLE)
        has_git = any(
            fnmatchcase(name, part) for part in plain.split("/") for name in (".git", ".llmos") if part.strip("*?./")
        )
        if has_git:
            self.now.pattern = ".git"
        elif is_narrow and not self.now.pattern:
            self.now.pattern = plain.rpartition("/")[2]
        self.now.is_picked |= is_narrow and not has_git

    def _item(self) -> Text:
        roots = tuple(root.text for root in self._roots)
        if any(root.holes for root in self._roots):
            hole = max(
                (hole for root in self._roots for hole in root.holes),
                key=lambda h: ORDER.index(h.origin),
            )
            if hole.origin == "names" and hole.found is not None:
                return Text(
                    HOLE,
                    (
                        Hole(
                            "names",
                            Found(
                                hole.found.roots,
                                hole.found.is_picked or self.now.is_picked,
                                self.now.pattern or hole.found.pattern,
                            ),
                        ),
                    ),
                )
            return Text(HOLE + "/x", (hole,))
        return Text(
            HOLE, (Hole("names", Found(roots, self.now.is_picked, self.now.pattern)),), False, "what find finds"
        )

    def _until_end(self) -> Iterator[Text]:
        for word in self._words:
            if word.text in (";", "+") or word.text == "{};":
                return
            yield word
        self._call.ask("unknown-option", "an action of find that does not end")

    def _run(self, words: list[Text], *, is_in_folder: bool) -> None:
        item = self._item()
        if is_in_folder and not all(self._call.place(root).kind in ("inside", "root") for root in self._roots):
            self._call.ask("other-folder", "the command would run in folders outside of the workspace")
        command = [filled(word, "{}", item) for word in words]
        if words and "{}" in words[0].text:
            self._call.ask("unknown-name", "what is found would be run")
        else:
            self.prints = both(self.prints, self._call.run(command))


def _fd(call: Call) -> Stream:
    texts = [word.text for word in call.arguments]
    cut = next(
        (index for index, text in enumerate(texts) if text in ("-x", "-X", "--exec", "--exec-batch")), len(texts)
    )
    words = call.arguments[:cut]
    operands = [word for word in words if not word.text.startswith("-")]
    pattern = operands[0].text if operands else ""
    roots = tuple(word.text for word in operands[1:]) or (".",)
    found = Hole("names", Found(roots, bool(pattern.strip(".*^$")), ""))
    if cut < len(texts):
        command = call.arguments[cut + 1 :]
        item = Text(HOLE, (found,))
        call.run(
            [filled(word, "{}", item) for word in command] if any("{}" in w.text for w in command) else [*command, item]
        )
    return Stream(None, found)


JUDGES: dict[str, Callable[[Call], Stream]] = {"find": _find, "gfind": _find, "fd": _fd, "fdfind": _fd}
