"""The user's own rules about programs, and the self-tests that say what they are meant to fit.

A rule is asked about every program that a command line runs, at any depth, with its words as they were resolved. It may
tighten anything; it may turn an ask about that one program into an allow, and never a deny into anything.
"""

from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from llmos_core.types.decision import Decision
from llmos_core.types.record import Record

_KEYS = frozenset(["decision", "program", "flags", "arguments", "target", "reason", "match", "not_match"])
_LISTS = ("flags", "match", "not_match")
_SYSTEM_FOLDERS = ("/bin/", "/usr/bin/", "/usr/local/bin/", "/sbin/", "/usr/sbin/")


class Rule(Record):
    """One rule. `program`, `arguments` and `target` are patterns with * ? [ ]; `flags` have to be there, every one.

    `arguments` is compared with all arguments and a blank between them; `target` with each that is no flag.
    """

    decision: Decision
    program: str
    flags: tuple[str, ...] = ()
    arguments: str = "*"
    target: str = "*"
    reason: str = ""
    match: tuple[str, ...] = ()
    not_match: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The rule in few words, for verdicts and errors."""
        words = [self.program, *self.flags, *(each for each in (self.arguments, self.target) if each != "*")]
        return f"{self.decision.value} {' '.join(words)}"

    def fits(self, program: str, arguments: Sequence[str]) -> bool:
        """Say whether a program with its arguments is one that this rule is about.

        A program named by its path fits a rule that tightens by its last part as well, but not one that allows:
        `./git` is not git.
        """
        names = [_without_system_folder(program)]
        if self.decision is not Decision.ALLOW:
            names.append(program.rpartition("/")[2])
        if not any(fnmatchcase(name, self.program) for name in names):
            return False
        if not all(any(_is_flag(word, flag) for word in arguments) for flag in self.flags):
            return False
        targets = [word for word in arguments if not word.startswith("-")]
        has_target = self.target == "*" or any(fnmatchcase(word, self.target) for word in targets)
        return has_target and fnmatchcase(" ".join(arguments), self.arguments)


def _without_system_folder(program: str) -> str:
    folder = next((folder for folder in _SYSTEM_FOLDERS if program.startswith(folder)), "")
    return program[len(folder) :]


def _is_flag(word: str, flag: str) -> bool:
    """Say whether a word gives a flag: the same, with a value, or one letter among others."""
    if word == flag or (flag.startswith("--") and word.startswith(flag + "=")):
        return True
    is_letter = len(flag) == 2 and flag[0] == "-" and flag[1] != "-"  # noqa: PLR2004
    return is_letter and word.startswith("-") and not word.startswith("--") and flag[1] in word


class UserRules:
    """What the rules, and the patterns of denied commands, say about a program; the strictest of those that fit."""

    def __init__(self, rules: Sequence[Rule] = (), denied: Sequence[str] = ()) -> None:
        self._rules = rules
        self._denied = denied

    def __call__(self, program: str, arguments: Sequence[str]) -> tuple[Decision, str, str] | None:
        """Return decision, rule and reason, None when no rule fits."""
        text = " ".join([program, *arguments])
        for pattern in self._denied:
            if text == pattern or fnmatchcase(text, pattern):
                return Decision.DENY, "shell.deny", f"your configuration denies it: shell.deny has {pattern!r}"
        fitting = [rule for rule in self._rules if rule.fits(program, arguments)]
        if not fitting:
            return None
        rule = max(fitting, key=lambda rule: rule.decision.rank)
        return rule.decision, f"shell.rules: {rule.name}", rule.reason or "your configuration says so"


Programs = Callable[[str], Sequence[tuple[str, Sequence[str]]]]
"""Returns the programs that a command line runs, with their arguments."""


def read_rules(tables: Sequence[Any], programs: Programs | None) -> tuple[Rule, ...]:
    """Return the rules of `[[shell.rules]]`; raises ValueError that names every fault.

    With `programs`, a self-test that fails is a fault as well.
    """
    rules, faults = list[Rule](), list[str]()
    for number, table in enumerate(tables, start=1):
        try:
            rule = _rule(table)
        except ValueError as error:
            faults.append(f"rule {number}: {error}")
            continue
        rules.append(rule)
        failed = () if programs is None else _failed_tests(rule, programs)
        faults += [f"rule {number} ({rule.name}): {fault}" for fault in failed]
    if faults:
        raise ValueError("; ".join(faults))
    return tuple(rules)


def _rule(table: Any) -> Rule:
    if not isinstance(table, Mapping):
        raise ValueError(f"{table!r} is no table; expected one such as decision = 'deny', program = 'git'")
    if unknown := sorted(set(table) - _KEYS):
        raise ValueError(f"it has {', '.join(unknown)}; expected only {', '.join(sorted(_KEYS))}")
    values = dict(table)
    for name in ("decision", "program"):
        if not isinstance(values.get(name), str) or not values[name].strip():
            raise ValueError(f"'{name}' is {values.get(name)!r}; expected a text")
    if values["decision"] not in [each.value for each in Decision]:
        raise ValueError(f"'decision' is {values['decision']!r}; expected allow, ask or deny")
    for name in _LISTS:
        value = values.get(name, ())
        if not isinstance(value, list | tuple) or not all(isinstance(each, str) and each for each in value):
            raise ValueError(f"'{name}' is {value!r}; expected a list of texts")
        values[name] = tuple(value)
    if wrong := next((n for n in ("arguments", "target", "reason") if not isinstance(values.get(n, ""), str)), ""):
        raise ValueError(f"'{wrong}' is {values[wrong]!r}; expected a text")
    return Rule(**{**values, "decision": Decision(values["decision"])})


def _failed_tests(rule: Rule, programs: Programs) -> list[str]:
    """Return a sentence for every command that the rule should fit and does not, or the other way round."""
    faults = list[str]()
    for is_meant, commands in ((True, rule.match), (False, rule.not_match)):
        for command in commands:
            if any(rule.fits(*each) for each in programs(command)) != is_meant:
                faults.append(f"it {'does not fit' if is_meant else 'fits'} its own test {command!r}")
    return faults
