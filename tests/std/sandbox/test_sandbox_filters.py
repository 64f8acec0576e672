"""Law: a filter answers every system call as its first fitting rule says, on every machine, and never jumps astray."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.sandbox import seccomp
from llmos_std.sandbox.seccomp import ABSENT, ALLOW, ASK_KEEPER, EVERYWHERE, IN_NAMESPACES, KILL, REFUSE, Rule, assemble
from llmos_std.sandbox.syscalls import ARCHITECTURES, NEWEST, numbers_of

MACHINES = sorted(ARCHITECTURES)
words = st.integers(0, 2**32 - 1)
arguments = st.lists(
    st.one_of(words, st.sampled_from([0, 1, 0o100, 0o4755, 0x5412, 0x10000011])), min_size=6, max_size=6
)
FILTERS = {
    "namespaces": IN_NAMESPACES,
    "keeper": seccomp.without_namespaces(1000, 1000),
    "reading": seccomp.without_namespaces(1000, 1000, asks_to_read=True),
    "signals": (*seccomp.SIGNALS, *seccomp.without_namespaces(0, 0)),
}


def execute(code: bytes, architecture: int, number: int, given: list[int]) -> int:
    """Run a filter as the kernel does; an instruction or a jump that it would refuse fails."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *given)
    program = list(struct.iter_unpack("=HBBI", code))
    at, accumulator = 0, 0
    while True:
        operation, yes, no, value = program[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif operation == 0x54:
            accumulator &= value
        elif operation == 0x15:
            at += yes if accumulator == value else no
        elif operation == 0x25:
            at += yes if accumulator > value else no
        else:
            assert operation == 0x06
            return value


def meant(rules: tuple[Rule, ...], names: dict[str, int], number: int, given: list[int]) -> int:
    """Return what the rules say, read as a person reads them."""
    for rule in rules:
        if number in {names[name] for name in rule.names.split() if name in names}:
            fits = [(given[one.argument] & one.mask in one.values) is one.is_in for one in rule.conditions]
            if all(fits):
                return rule.action
    return ALLOW


@given(st.sampled_from(MACHINES), st.sampled_from(sorted(FILTERS)), st.integers(0, NEWEST), arguments)
def test_a_filter_answers_as_its_rules_read(machine: str, name: str, number: int, given: list[int]) -> None:
    rules = FILTERS[name]
    answer = execute(assemble(machine, rules), ARCHITECTURES[machine], number, given)
    assert answer == meant(rules, numbers_of(machine), number, given)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", sorted(FILTERS))
def test_every_call_that_is_named_is_answered_as_meant(machine: str, name: str) -> None:
    code, names = assemble(machine, FILTERS[name]), numbers_of(machine)
    for number in names.values():
        for one in (0, 1, 0o102, 0o4755, 0o60644, 0x7E020000, 0xFFFFFFFF):
            given = [one] * 6
            assert execute(code, ARCHITECTURES[machine], number, given) == meant(FILTERS[name], names, number, given)


@given(st.sampled_from(MACHINES), words, words)
def test_calls_of_another_processor_or_numbering_are_never_let_through(machine: str, other: int, number: int) -> None:
    code = assemble(machine, IN_NAMESPACES)
    if other != ARCHITECTURES[machine]:
        assert execute(code, other, number, [0] * 6) == KILL
    elif number > NEWEST:
        assert execute(code, other, number, [0] * 6) in {KILL, ABSENT}


def test_all_rules_name_calls_that_are_known() -> None:
    known = set(numbers_of("x86_64")) | set(numbers_of("aarch64"))
    rules = [rule for rules in FILTERS.values() for rule in rules]
    assert {name for rule in rules for name in rule.names.split()} <= known


def test_an_unknown_processor_gets_no_filter_at_all() -> None:
    with pytest.raises(KeyError):
        assemble("vax", EVERYWHERE)


def test_a_filter_is_small_enough_for_the_kernel() -> None:
    assert all(len(assemble(machine, rules)) // 8 < 4096 for machine in MACHINES for rules in FILTERS.values())


def test_whoever_changes_the_workspace_asks_and_whoever_reads_does_not() -> None:
    code, names = assemble("x86_64", FILTERS["keeper"]), numbers_of("x86_64")

    def answer(name: str, *given: int) -> int:
        return execute(code, ARCHITECTURES["x86_64"], names[name], [*given, *[0] * (6 - len(given))])

    assert answer("openat", 0, 0, 0) == ALLOW
    assert answer("openat", 0, 0, 1) == ASK_KEEPER
    assert answer("openat", 0, 0, 0o100, 0o644) == ASK_KEEPER
    assert answer("openat", 0, 0, 0o100, 0o4755) == REFUSE
    assert answer("socket", 1) != ALLOW
