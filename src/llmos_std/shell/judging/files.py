"""Programs that move, copy, link and remove files, and change their rights."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.options import value_of
from llmos_std.shell.judging.outputs import renamed
from llmos_std.shell.judging.values import CONTENT, HOLE, NOTHING, Hole, Stream, Text
from llmos_std.shell.knowledge.wording import words

_SETS_ID = re.compile(r"([ugoa]*[+=][rwxXt]*s)|[246-7]\d{3}|(0?0?[1-7]777)")
_OPENS_ALL = re.compile(r"0?(777|666|776|767)|[ugo]*[ao][ugo]*[+=][rwxX]*w[rwxX]*")
_RSYNC_VALUED = words(
    "-f -B -T -M --exclude --include --filter --bwlimit --timeout --chmod --max-size --min-size --port"
)
_REMOTE = re.compile(r"[\w.@-]+:(?!\\)|\w+://|[\w.@-]+::")


def _rm(call: Call) -> Stream:
    is_deep = call.has("rRd", "--recursive")
    if call.has("", "--no-preserve-root"):
        call.deny("remove-top", "--no-preserve-root is there to remove everything")
    for path in call.operands():
        call.remove(path, is_deep=is_deep or call.name in ("shred", "srm"))
    return NOTHING


def _copy(call: Call) -> Stream:
    operands, target = call.operands(), value_of(call, "-t", "--target-directory")
    if target is not None:
        operands = [word for word in operands if word is not target]
    elif len(operands) > 1:
        target = operands.pop()
    for source in operands:
        call.read(source, is_deep=call.has("rRa", "--recursive", "--archive"))
        if call.name == "mv":
            _moves_away(call, source, target)
    if target is not None:
        if call.name == "mv" and call.place(target).kind == "harmless":
            call.deny("move-away", f"what is moved to {target.shown} is lost")
        if not _fills_in_a_sample(call, operands, target):
            call.write(target)
            _may_land_on(call, target, operands)
    if (
        call.name in ("cp", "install")
        and call.has("slB", "--symbolic-link", "--link")
        and call.name == "cp"
        and call.has("sl")
    ):
        for source in operands:
            _links(call, source, target)
    return NOTHING


def _fills_in_a_sample(call: Call, sources: list[Text], target: Text) -> bool:
    """Say whether a file such as .env in the workspace begins as a copy of the sample that came with the code."""
    names = {f"{target.text}.{end}" for end in ("example", "sample", "template", "dist")}
    is_sample = call.name == "cp" and len(sources) == 1 and sources[0].literal in names
    return is_sample and call.place(target).kind == "inside"


def _install(call: Call) -> Stream:
    glued = [
        Text(word.text.partition("m")[2]) for word in call.arguments if re.match(r"-[a-zA-Z]*m[0-7ugoa+=]", word.text)
    ]
    for mode in (value_of(call, "-m", "--mode"), *glued):
        if mode is not None and _SETS_ID.fullmatch(mode.text):
            call.deny("rights", f"install with the mode {mode.text} gives a program somebody else's rights")
    if call.has("og", "--owner", "--group", "--strip-program"):
        call.ask("rights", "install would change to whom files belong, or run a program")
    if call.has("d", "--directory"):
        for path in call.operands():
            call.write(path)
        return NOTHING
    return _copy(call)


def _moves_away(call: Call, source: Text, target: Text | None) -> None:
    place = call.place(source)
    if place.kind == "root" and target is not None and call.place(target).kind not in ("inside", "root", "content"):
        call.ask("move-root", f"everything in the workspace would be moved to {target.raw or target.shown}")
    if place.kind == "root" and source.holes:
        call.ask("move-root", f"everything that {source.raw or 'is found'} stands for would be moved away")
    elif place.kind in ("root", "guarded", "home", "top", "system", "startup") and not (
        place.kind == "root" and source.is_glob
    ):
        call.deny(f"move-{place.kind}", f"{source.shown} would be moved away")
    elif place.kind not in ("inside", "root", "temporary", "env"):
        call.ask(
            f"move-{place.kind}",
            f"{source.raw or source.shown} would be moved away, and it is not known to be in the workspace",
        )


def _may_land_on(call: Call, target: Text, sources: list[Text]) -> None:
    """Look at the name that a source gets in a folder: it may be one that something obeys."""
    for source in sources:
        name = source.text.rstrip("/").rpartition("/")[2]
        if name and not source.holes and not source.is_glob:
            call.write(Text(f"{target.text.rstrip('/')}/{name}", target.holes, target.is_glob, target.raw))


def _ln(call: Call) -> Stream:
    operands = call.operands()
    if not operands:
        return NOTHING
    target = (
        operands[-1] if len(operands) > 1 else Text(operands[0].text.rstrip("/").rpartition("/")[2], operands[0].holes)
    )
    call.write(target)
    for source in operands[:-1] or operands:
        _links(call, source, target)
    return NOTHING


def _links(call: Call, source: Text, target: Text | None) -> None:
    place = call.place(source)
    if place.kind not in ("inside", "root", "temporary", "env", "content") and not (
        place.kind in ("outside", "top") and source.text.startswith("../")
    ):
        call.ask("link-out", f"the link to {source.shown} leads out of the workspace")
    if place.kind == "guarded" or place.is_secret:
        call.ask("link-out", f"{source.shown} should not get another name")
    link = call.place(target) if target is not None else None
    if link is not None and link.path and place.path:
        call.state.links[link.path] = place.path


def _chmod(call: Call) -> Stream:
    arguments = [
        word
        for word in call.arguments
        if not re.match(r"--?(R|v|c|f|recursive|verbose|changes|quiet|silent|h|no-dereference)", word.text)
    ]
    if not arguments:
        return NOTHING
    mode, paths = arguments[0].text, arguments[1:]
    if call.has("", "--reference"):
        paths = arguments
    if call.name == "chmod" and _SETS_ID.fullmatch(mode):
        call.deny("rights", f"chmod {mode} gives a program somebody else's rights")
    if call.name == "chmod" and _OPENS_ALL.fullmatch(mode):
        call.ask("rights", f"chmod {mode} lets everybody write")
    if call.name in ("chown", "chgrp", "setfacl", "chattr", "setcap", "chcon", "setfattr"):
        call.ask("rights", f"{call.name} changes to whom files belong, or what they may do")
    for path in paths:
        if call.place(path).kind in ("home", "top", "system", "startup"):
            call.deny("rights", f"{call.name} on {path.shown} changes rights outside of the workspace")
        elif call.name == "chmod" and call.place(path).kind == "root":
            continue
        else:
            call.change(path, "given other rights")
    return NOTHING


def _rsync(call: Call) -> Stream:
    pairs = zip([Text(), *call.arguments], call.arguments, strict=False)
    call.arguments = [word for before, word in pairs if before.text not in _RSYNC_VALUED]
    operands = call.operands()
    if any(_REMOTE.match(word.text) for word in operands):
        call.ask("remote-copy", "it would copy from or to another machine")
        return Stream()
    if any(
        re.match(
            r"-[a-zA-Z]*e|--(rsh|rsync-path|delete|remove-source|daemon|config|files-from|log-file|write-batch|backup-dir|temp-dir)",
            word.text,
        )
        for word in call.arguments
    ):
        call.ask("option-runs", "rsync with such an option runs, removes or writes more than it names")
    return _copy(call)


def _tee(call: Call) -> Stream:
    for path in call.operands():
        call.write(path)
    return call.stdin


def _tr(call: Call) -> Stream:
    hole = call.stdin.hole
    texts = [word.text for word in call.operands()]
    if not any("/" in text or ".." in text for text in texts) and (kept := renamed(call, [])):
        return kept
    keeps = all(re.fullmatch(r"(\\n|\\0|\\r|\n| )*", text) for text in texts)
    if call.stdin.texts is None and (hole.origin != "names" or keeps):
        return call.stdin
    if call.stdin.texts is None:
        return CONTENT
    is_random = not call.stdin.texts
    return Stream(None, Hole("content" if is_random else "computed"))


def _mktemp(call: Call) -> Stream:
    for path in call.operands():
        call.write(path)
    return Stream((Text("/tmp/tmp." + HOLE, (Hole("plain"),)),))  # noqa: S108


JUDGES: dict[str, Callable[[Call], Stream]] = {
    **dict.fromkeys(("rm", "unlink", "shred", "srm", "trash", "trash-put", "rimraf", "del"), _rm),
    **dict.fromkeys(("cp", "mv", "gcp", "gmv"), _copy),
    "install": _install,
    **dict.fromkeys(("ln", "link", "symlink"), _ln),
    **dict.fromkeys(("chmod", "chown", "chgrp", "setfacl", "chattr", "setcap", "chcon", "setfattr"), _chmod),
    "rsync": _rsync,
    "tee": _tee,
    "tr": _tr,
    "mktemp": _mktemp,
}
