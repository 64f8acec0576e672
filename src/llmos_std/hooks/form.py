"""Read hooks in the widely used form, from JSON or TOML alike, into commands that can be asked.

    {"hooks": {"PreToolUse": [{"matcher": "Bash|Write", "hooks": [{"type": "command", "command": "./check.sh"}]}]}}

Event names may be ours (pre_tool_use), and a group may be a hook itself (`command` beside `matcher`). What cannot be
understood is not left out: it stands as a hook that fails, and so denies, at its moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from llmos_core.suggestion import did_you_mean
from llmos_core.types.record import Record
from llmos_std.hooks.events import ELSEWHERE, NAMES, moment_of
from llmos_std.hooks.matching import matcher_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_SECONDS = 600
GUARDED = "pre_tool_use"
"""Where something stands whose moment cannot be told."""

_GROUP_KEYS = frozenset({"matcher", "hooks", "description"})
_HOOK_KEYS = frozenset(
    {"type", "command", "timeout", "timeout_s", "name", "after", "matcher", "statusMessage", "description"}
)


class CommandHook(Record):
    """One shell command as a hook; with a `problem` it cannot be run, and denies. `timeout_s` None: the usual time."""

    name: str
    moment: str
    command: str = ""
    matcher: str = ""
    after: tuple[str, ...] = ()
    timeout_s: float | None = None
    problem: str = ""


class Hooks(Record, kw_only=False):
    """The commands of one source in their order, and one sentence for each event that llmos does not have."""

    commands: tuple[CommandHook, ...] = ()
    notes: tuple[str, ...] = ()


def read_json(data: bytes, label: str) -> Hooks:
    """Return the hooks of a JSON file; one that cannot be read is one hook that fails."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        return _broken(label, f"{label} is no JSON ({error}); mend it")
    if not isinstance(value, dict) or not isinstance(value.get("hooks"), dict):
        return _broken(label, f'{label} has no object "hooks"; expected {{"hooks": {{"PreToolUse": […]}}}}')
    return read_table(value["hooks"], label)


def read_table(table: Mapping[str, Any], label: str) -> Hooks:
    """Return the hooks of a table from event names to lists of groups. `label` names the source and its hooks."""
    reader = _Reader(label)
    notes = []
    for event, groups in table.items():
        moment = moment_of(event)
        if moment:
            reader.read(moment, event, groups)
        elif event in ELSEWHERE:
            notes.append(f"{label}: llmos has no moment {event}; these hooks are left out")
        else:
            known = (*NAMES, *NAMES.values())
            reader.refuse(GUARDED, "", f"there is no moment '{event}'{did_you_mean(event, known)}")
    return Hooks(tuple(reader.found), tuple(notes))


def faults(event: str, groups: Sequence[Any]) -> Iterator[str]:
    """Yield one sentence for each hook of an event that can only fail, with its number (from 1) among them."""
    commands = read_table({event: [_plain(group) for group in groups]}, "").commands
    for number, hook in enumerate(commands, 1):
        if hook.problem:
            yield f"hook {number}: {hook.problem.removeprefix(': ').removesuffix('; mend it')}"


def _plain(group: Any) -> Any:
    """Return a group as JSON and TOML have it: a table that is frozen is a table."""
    return dict(group) if isinstance(group, Mapping) else group


def _broken(label: str, problem: str) -> Hooks:
    return Hooks((CommandHook(name=label, moment=GUARDED, problem=problem),))


class _Reader:
    """Collects the hooks of one source, each under the source's name and its number."""

    def __init__(self, label: str) -> None:
        self._label = label
        self.found: list[CommandHook] = []

    def read(self, moment: str, event: str, groups: Any) -> None:
        if not isinstance(groups, list):
            self.refuse(moment, "", f"{event} is {type(groups).__name__}; expected a list")
            return
        for group in groups:
            for hook, matcher in self._hooks_of(moment, event, group):
                self._add(moment, hook, matcher)

    def refuse(self, moment: str, matcher: str, problem: str) -> None:
        """Stand a hook that denies in the place of one that cannot be understood."""
        name = self._next_name()
        problem = f"{self._label}: {problem}; mend it"
        self.found.append(CommandHook(name=name, moment=moment, matcher=matcher, problem=problem))

    def _next_name(self) -> str:
        return f"{self._label}#{len(self.found) + 1:03}"

    def _hooks_of(self, moment: str, event: str, group: Any) -> Iterator[tuple[dict[str, Any], str]]:
        if not isinstance(group, dict):
            self.refuse(moment, "", f"a group of {event} is {type(group).__name__}; expected an object")
            return
        matcher = group.get("matcher") or ""
        if problem := matcher_problem(matcher):
            self.refuse(moment, "", problem)
        elif "hooks" not in group:
            yield group, matcher
        elif extra := sorted(set(group) - _GROUP_KEYS):
            self.refuse(moment, matcher, f"a group of {event} has '{extra[0]}'{did_you_mean(extra[0], _GROUP_KEYS)}")
        elif not isinstance(group["hooks"], list) or not all(isinstance(hook, dict) for hook in group["hooks"]):
            self.refuse(moment, matcher, f"the hooks of a group of {event} are no list of objects")
        else:
            yield from ((hook, matcher) for hook in group["hooks"])

    def _add(self, moment: str, hook: Mapping[str, Any], matcher: str) -> None:
        if problem := _hook_problem(hook):
            self.refuse(moment, matcher, problem)
            return
        seconds = hook.get("timeout_s", hook.get("timeout"))
        self.found.append(
            CommandHook(
                name=hook.get("name") or self._next_name(),
                moment=moment,
                command=hook["command"],
                matcher=matcher,
                after=tuple(hook.get("after", ())),
                timeout_s=None if seconds is None else float(seconds),
            )
        )


def _hook_problem(hook: Mapping[str, Any]) -> str:
    """Return why a hook cannot be run as it is meant, "" when it can."""
    seconds = hook.get("timeout_s", hook.get("timeout", 1))
    names = hook.get("after", [])
    command = hook.get("command")
    if extra := sorted(set(hook) - _HOOK_KEYS):
        return f"a hook has '{extra[0]}', which llmos does not know{did_you_mean(extra[0], _HOOK_KEYS)}"
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    wrong = {
        "type": (hook.get("type", "command") != "command", "'command', the only type that llmos runs"),
        "command": (not isinstance(command, str) or not command.strip() or "\0" in command, "a command line"),
        "timeout": (not is_number or not 0 < seconds <= MOST_SECONDS, f"seconds, above 0 and at most {MOST_SECONDS}"),
        "name": (not isinstance(hook.get("name", ""), str), "a text"),
        "after": (not isinstance(names, list) or not all(isinstance(name, str) for name in names), "a list of names"),
    }
    found = [
        f"a hook's {key} is {seconds if key == 'timeout' else hook.get(key)!r}; expected {what}"
        for key, (is_wrong, what) in wrong.items()
        if is_wrong
    ]
    return "; ".join(found)
