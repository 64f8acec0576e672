"""Say what kind of place a path is: inside the workspace, temporary, the system's, a secret, or not known.

Paths are resolved by their text alone; links count as far as this command line makes them, or the disk shows them.
"""

import posixpath
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal as OneOf

from llmos_core.types.record import Record, evolve
from llmos_std.shell.judging.state import State
from llmos_std.shell.judging.values import HOLE, Found, Text
from llmos_std.shell.knowledge import places as known

Kind = OneOf[
    "inside", "root", "guarded", "obeyed", "temporary", "harmless", "env", "outside", "content",
    "home", "top", "system", "startup", "secret", "network", "unknown",
]  # fmt: skip
"""inside: a named thing in the workspace; root: the workspace itself, or everything in it; guarded: its .git or .llmos;
obeyed: a file in it that shells, editors, agents or services obey by themselves; temporary: below /tmp; harmless:
/dev/null and its like; env, content, unknown: only its origin is known."""


class Place(Record, kw_only=False):
    """A kind, the resolved path where there is one, and whether the path hides where it leads: by .. or a link.

    `takes_secrets` says that it stands for so much, or for so many hidden names, that there are secrets among it.
    """

    kind: Kind
    path: str = ""
    climbs: bool = False
    is_secret: bool = False
    takes_secrets: bool = False


def place_of(text: Text, state: State, *, depth: int = 0) -> Place:
    """Return where a path leads."""
    if text.text.count(HOLE) != len(text.holes):  # a piece of a text whose holes were lost
        return Place("unknown")
    if text.text.startswith("file://"):
        text = Text(text.text.removeprefix("file://"), text.holes, text.is_glob)
    if text.text.startswith(HOLE):
        origin, found = text.holes[0].origin, text.holes[0].found
        if origin == "names" and found is not None and depth == 0:
            return _place_of_found(found, text, state)
        if origin != "plain":
            return Place(
                _KIND_OF_ORIGIN.get(origin, "unknown"),
                is_secret=_has_secret_part(text.text.split("/")[1:], text.is_glob),
            )
    if any(hole.origin in ("computed", "secret", "processes") for hole in text.holes):
        return Place("unknown")
    return _place_of_parts(text, state)


def _place_of_parts(text: Text, state: State) -> Place:
    """Return the place of a path with names in it: one that is a whole part, and may be any name, stands for all."""
    pieces, is_glob = text.text.split(HOLE), text.is_glob
    whole = pieces[0]
    for piece, hole in zip(pieces[1:], text.holes, strict=True):
        is_any = hole.origin == "names" and hole.found is not None and not hole.found.is_picked
        is_part = whole.endswith("/") and piece[:1] in ("", "/")
        whole += ("*" if is_any and is_part else "x") + piece
        is_glob = is_glob or (is_any and is_part)
    return _place(whole, state, is_glob=is_glob)


_KIND_OF_ORIGIN: dict[str, Kind] = {"env": "env", "content": "content", "names": "content"}


def _place_of_found(found: Found, text: Text, state: State) -> Place:
    """Return the worst place of names that were found below some folders."""
    rest = text.text[1:].replace(HOLE, "x")
    worst, takes_secrets = Place("inside"), False
    for root in found.roots:
        if HOLE in root:
            here = Place("env" if found.is_picked else "content")
        else:
            name = f"{root.rstrip('/') or ''}/{'x' if found.is_picked else '*'}{rest}"
            here = _place(name, state, is_glob=not found.is_picked)
            takes_secrets = takes_secrets or _takes_in(root, found, state)
        if _RANKS[here.kind] >= _RANKS[worst.kind]:
            worst = here
    secret = bool(found.pattern) and _is_secret_pattern(found.pattern)
    return Place(worst.kind, worst.path, worst.climbs, worst.is_secret or secret, takes_secrets)


def _takes_in(root: str, found: Found, state: State) -> bool:
    """Say whether names that were found below a folder are all there is, or hidden ones among which are secrets."""
    if not found.is_picked and takes_secrets(_place(root, state, is_glob=False), state):
        return True
    return _place(f"{root.rstrip('/')}/{found.pattern}", state, is_glob=True).takes_secrets


def _place(path: str, state: State, *, is_glob: bool) -> Place:
    if path == "~" or path.startswith("~/"):  # a tilde that nothing expanded yet; what comes after may
        path = state.home + path[1:]
    if known.NETWORK_DEVICE.match(path):
        return Place("network", path)
    is_absolute = path.startswith("/")
    climbs = is_absolute and ".." in path.split("/")
    if not is_absolute and state.cwd is None:
        return Place(
            "unknown" if ".." in path.split("/") else "content",
            path,
            is_secret=_has_secret_part(path.split("/"), is_glob),
        )
    whole = posixpath.normpath(path if is_absolute else f"{state.cwd}/{path}")
    whole = "/" + whole.lstrip("/")
    real = state.resolved(whole)
    kind = _kind(real, state, is_glob=is_glob)
    is_inside = whole == state.root or whole.startswith(state.root + "/")
    if is_inside and not (real == state.root or real.startswith(state.root + "/")):  # a link that leads out
        climbs, kind = True, "outside" if kind in ("temporary", "harmless") else kind
    place = Place(kind, real, climbs, _is_secret(real, state, is_glob=is_glob))
    is_much = is_glob and (_fits_hidden_secret(place, state) or takes_secrets(place, state, is_deep=False))
    return evolve(place, takes_secrets=True) if is_much else place


def _kind(path: str, state: State, *, is_glob: bool) -> Kind:  # noqa: PLR0911
    root = state.root
    if known.HARMLESS_DEVICE.match(path):
        return "harmless"
    if path == root or (path.startswith(root + "/") and _is_everything(path[len(root) + 1 :])):
        return "root"
    if root.startswith(path.rstrip("/") + "/"):
        return "top"
    if path.startswith(root + "/"):
        return _kind_inside(path[len(root) + 1 :].split("/"), is_glob=is_glob)
    home = state.home
    is_home = path == home or path.startswith(home.rstrip("/") + "/")  # also where it lies below /tmp
    if not is_home and known.TEMPORARY.match(path) and not _is_everything(path.split("/", 2)[2]):
        return "temporary"
    if known.STARTUP.search(path):
        return "startup"
    if path == home or (is_home and _is_everything(path[len(home.rstrip("/")) + 1 :])):
        return "home"
    if is_home and home.rstrip("/"):
        return "outside"
    if known.TOP.fullmatch(path.rstrip("/*") or "/"):
        return "system" if known.SYSTEM.match(path) else "top"
    return "system" if known.SYSTEM.match(path) else "outside"


def _kind_inside(parts: list[str], *, is_glob: bool) -> Kind:
    """Return the kind of a path in the workspace, given by its parts; upper and lower case count as the same."""
    names = [part.lower() for part in parts]
    if known.GUARDED & set(names) or names[0] in (".hg", ".svn"):
        return "guarded"
    if is_glob and any(
        fnmatchcase(each, name) and not _is_everything(name) for each in known.GUARDED for name in names
    ):
        return "guarded"
    return "obeyed" if known.OBEYED.search("/" + "/".join(names)) else "inside"


def _is_everything(rest: str) -> bool:
    """Say whether a pattern stands for all there is in a folder."""
    return rest != "" and not rest.strip("*./?[]!^") and "*" in rest


_RANKS: dict[str, int] = {
    kind: rank
    for rank, kind in enumerate(
        (
            "harmless", "inside", "temporary", "env", "root", "content", "guarded", "obeyed", "outside", "home", "top",
            "system", "startup", "secret", "network", "unknown",
        )
    )
}  # fmt: skip


def _is_secret(path: str, state: State, *, is_glob: bool) -> bool:
    if known.HARMLESS_DEVICE.match(path) or known.READABLE_DEVICE.match(path):
        return False
    if known.SECRET_PATH.match(_usual(path, state)) and not path.startswith(state.root + "/"):
        return True
    if is_glob and any(_fits(sample, path) for sample in known.SECRET_PATH_SAMPLES):
        return True
    inner = path[len(state.root) :] if path.startswith(state.root + "/") else path
    return _has_secret_part(inner.split("/"), is_glob)


def takes_secrets(place: Place, state: State, *, is_deep: bool = True) -> bool:
    """Say whether a folder with all below it, or what fits a pattern, takes in secrets outside of the workspace."""
    if place.kind in _OWN or not place.path.startswith("/"):
        return False
    parts = _usual(place.path, state).rstrip("/").split("/")
    return any(
        (
            len(parts) <= len(held)
            if is_deep
            else all(map(_is_everything, parts[len(held) :])) and len(parts) >= len(held)
        )
        and all(name in ("*", part) or fnmatchcase(name, part) for name, part in zip(held, parts, strict=False))
        for held in known.HELD_SECRETS
    )


_OWN = ("inside", "root", "guarded", "obeyed", "temporary", "harmless")


def _usual(path: str, state: State) -> str:
    """Return a path as it would be if the home were called as usual."""
    is_at_home = path == state.home or path.startswith(state.home + "/")
    return "/home/user" + path[len(state.home) :] if is_at_home else path


def _fits_hidden_secret(place: Place, state: State) -> bool:
    """Say whether a pattern for hidden names, such as ~/.*, takes in secrets outside of the workspace."""
    is_temporary = known.TEMPORARY.match(place.path) and not place.path.startswith(state.home + "/")
    if place.kind in _OWN or is_temporary:
        return False
    hidden = [part for part in place.path.split("/") if part.startswith(".") and any(sign in part for sign in "*?[")]
    return any(fnmatchcase(sample, part) for part in hidden for sample in known.SECRET_SAMPLES)


def _fits(sample: str, pattern: str) -> bool:
    parts, samples = pattern.split("/"), sample.split("/")
    if len(parts) != len(samples) or not any(any(sign in part for sign in "*?[") for part in parts):
        return False
    is_fit = all(
        sample in ("*", part) or fnmatchcase(sample, part) for sample, part in zip(samples, parts, strict=True)
    )
    return is_fit and not _is_everything(parts[-1])


def _has_secret_part(parts: list[str], is_glob: bool) -> bool:
    names = [name for part in parts for name in ([part, *part.split(":")] if ":" in part else [part])]
    if any(known.SECRET_NAME.fullmatch(name) for name in names):
        return True
    return is_glob and any(_is_secret_pattern(part) for part in parts if any(sign in part for sign in "*?["))


@cache
def _is_secret_pattern(pattern: str) -> bool:
    """Say whether a pattern of names is one for secrets: it fits some, and nothing that is ordinary."""
    if known.SECRET_NAME.fullmatch(pattern):
        return True
    if not any(fnmatchcase(sample, pattern) for sample in known.SECRET_SAMPLES):
        return False
    return not any(fnmatchcase(sample, pattern) for sample in known.ORDINARY_SAMPLES)
