"""git: what only looks or adds, what throws work or history away, and what makes it run other programs."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.values import CONTENT, HOLE, Found, Hole, Stream, Text
from llmos_std.shell.knowledge.git import HARMLESS_SETTING, LOOKS, READ_SETTING, RULES

_GIVES_AWAY = frozenset(["add", "show", "diff", "blame", "cat-file", "commit", "hash-object", "stash", "archive"])
_SAYS_MORE = re.compile(r"--(format|pretty|dirty|broken|prefix|sq|parseopt|path-format|glob)")
_GIT_FOLDER = ("--git-dir", "--absolute-git-dir", "--git-common-dir", "--git-path")
_COMMIT = re.compile(
    r"-q|--(verify|quiet|short(=\d+)?|abbrev-ref(=\w+)?|symbolic(-full-name)?|is-[\w-]+|all|branches|tags|remotes|end-of-options)"
    r"|(?!.*\.\.)[\w@\ue000][\w@{}^~:/.\ue000-]*"
)


def _git(call: Call) -> Stream:
    words = _after_global_options(call)
    if not words:
        return CONTENT
    verb, rest = words[0], words[1:]
    if verb.literal is None:
        call.ask("git-unknown", "which command of git this is cannot be known")
        return CONTENT
    text = " ".join(word.text for word in rest)
    _settings(call, rest)
    if verb.text == "config":
        _config(call, rest, text)
    elif verb.text in RULES:
        _by_rules(call, verb.text, text)
    elif verb.text not in LOOKS:
        call.ask("git-unknown", f"it is not known what git {verb.shown} does")
    gives_away = verb.text in _GIVES_AWAY or (verb.text == "log" and re.search(r"(^| )(-\w*p|--patch|-[SGL])", text))
    is_past_git = verb.text == "grep" and "--no-index" in text
    for word in rest:
        if gives_away and HOLE not in word.text and call.place(word).is_secret:
            call.ask("secret", f"{word.shown} may hold secrets")
        _path(call, verb.text, word, is_past_git=is_past_git)
    if verb.text in ("rev-parse", "describe", "rev-list", "show-ref", "branch", "symbolic-ref", "merge-base"):
        return _names_of_commits(call, verb.text, rest)
    if verb.text in ("ls-files", "diff", "grep") and (verb.text == "ls-files" or re.search(r"--name-only|-l\b", text)):
        return Stream(None, Hole("names", Found((".",), any(not w.text.startswith("-") for w in rest))))
    return CONTENT


def _settings(call: Call, rest: list[Text]) -> None:
    """Judge the folder whose settings are obeyed, and options by which git runs or writes something else."""
    if call.state.cwd is not None:
        _place(call, Text(call.state.cwd))
    if any(
        re.match(
            r"--(ext-diff|textconv|output|exec|upload-pack|receive-pack|open-files-in-pager|no-index|config-env)\b|-O|--output=|-u=",
            w.text,
        )
        for w in rest
    ):
        _outward(call, rest)


def _names_of_commits(call: Call, verb: str, rest: list[Text]) -> Stream:
    """Return what is printed: folders, what the line itself says, or names that are plain words."""
    texts = [word.text for word in rest]
    if any(_SAYS_MORE.match(text) for text in texts):
        return Stream()
    if verb != "rev-parse":
        return Stream(None, Hole("plain"))
    if texts in (["--show-toplevel"], ["--show-cdup"]):
        return Stream((Text(call.state.root),))
    if texts and texts[0] in _GIT_FOLDER:
        return Stream((Text("/".join([call.state.root, ".git", *texts[1:]])),))
    return Stream(None, Hole("plain")) if all(map(_COMMIT.fullmatch, texts)) else CONTENT


def _after_global_options(call: Call) -> list[Text]:
    words = list(call.arguments)
    while words and words[0].text.startswith("-"):
        word = words.pop(0)
        option = word.text
        if option == "-C" and words:
            _place(call, words.pop(0))
        elif option in ("-c", "--config-env", "--exec-path") or option.startswith(
            ("--exec-path=", "--config-env", "-c")
        ):
            value = words.pop(0).text if option == "-c" and words else option
            if not HARMLESS_SETTING.fullmatch(value.partition("=")[0]):
                call.ask("git-setting", f"git {option} {value} can make git run something else")
        elif option.partition("=")[0] in ("--git-dir", "--work-tree", "--namespace"):
            _folder_option(call, word, words)
        elif option in ("--version", "--help", "-v", "-h", "--html-path", "--man-path"):
            return []
        elif option not in (
            "--no-pager",
            "-P",
            "--paginate",
            "-p",
            "--bare",
            "--no-optional-locks",
            "--literal-pathspecs",
            "--no-replace-objects",
        ):
            call.ask("git-setting", f"git {option} is not known")
    return words


def _place(call: Call, folder: Text) -> None:
    """Ask about a folder elsewhere: git obeys the settings that it finds there, even when it only looks."""
    if call.place(folder).kind not in ("inside", "root", "env") and folder.text != ".git":
        call.ask("git-elsewhere", f"{folder.shown} is not in the workspace, and git would obey its settings")


def _folder_option(call: Call, option: Text, words: list[Text]) -> None:
    """Judge --git-dir and its like: a folder is obeyed like `.git`, and only one of that name cannot be written to."""
    name, sign, value = option.text.partition("=")
    folder = Text(value, option.holes) if sign else words.pop(0) if words else Text()
    _place(call, folder)
    if name == "--git-dir" and folder.text.rstrip("/").rpartition("/")[2] != ".git":
        call.ask("git-setting", f"the settings in {folder.shown} can make git run something else")


def _outward(call: Call, rest: list[Text]) -> None:
    for index, word in enumerate(rest):
        if word.text.startswith("--output"):
            call.write(
                Text(word.text.partition("=")[2])
                if "=" in word.text
                else (rest[index + 1] if index + 1 < len(rest) else Text("/"))
            )
        elif re.match(
            r"--(ext-diff|textconv|exec|upload-pack|receive-pack|open-files-in-pager|config-env)|-O", word.text
        ):
            call.ask("git-setting", f"{word.shown} makes git run something else")


def _config(call: Call, rest: list[Text], text: str) -> None:
    if re.search(r"extraheader|token|passw|secret|credential", text, re.IGNORECASE):
        call.ask("secret", "this setting may hold a secret")
    if re.search(r"^branch\S+ \S*(://|@|::)", text):
        call.ask("git-setting", "it would change where code is sent to and comes from")
    operands = [word.text for word in rest if not word.text.startswith("-")]
    is_global = bool(re.search(r"--(global|system|file|worktree)|(^| )-f\b", text))
    if re.search(r"(^| )(--list|-l|--get(-\w+)?|list|get|--show-origin|--show-scope)\b", text) or (
        len(operands) == 1 and READ_SETTING.search(text)
    ):
        return
    if len(operands) == 1 and not re.search(r"--(unset|edit|remove|rename)|(^| )-e\b", text):
        return
    if (
        is_global
        or not operands
        or not HARMLESS_SETTING.fullmatch(operands[0] if operands[0] not in ("set", "unset") else operands[1])
    ):
        call.ask("git-setting", "this setting can make git run something else, or holds outside of the workspace")


def _by_rules(call: Call, verb: str, text: str) -> None:
    for decision, pattern, reason in RULES[verb]:
        if re.search(pattern, text):
            if decision == "deny":
                call.deny(f"git-{verb}", reason)
            elif decision == "ask":
                call.ask(f"git-{verb}", reason)
            return


def _path(call: Call, verb: str, word: Text, *, is_past_git: bool = False) -> None:
    text = word.text
    if re.match(r"-[a-zA-Z][/~]", text):
        return _path(call, verb, Text(text[2:], word.holes, word.is_glob, word.raw))
    if verb == "mv" and not text.startswith("-"):
        call.write(word, "moved", is_staging=False)
    if (
        text.startswith(("/", "../", "~"))
        and HOLE not in text
        and (verb not in ("log", "commit", "tag", "grep", "clone") or is_past_git)
    ):
        if call.place(word).kind not in ("inside", "root", "temporary"):
            call.ask("git-elsewhere", f"{word.shown} is not in the workspace")
    elif ":" in text and call.place(Text(text.rpartition(":")[2])).is_secret:
        call.ask("secret", f"{word.shown} may hold secrets")
    return None


JUDGES: dict[str, Callable[[Call], Stream]] = {"git": _git, "hub": _git}
