"""Make the seccomp filters: which system calls a confined program may not make, or must ask for.

A filter is BPF machine code, built here from rules that name calls. What no rule names is allowed, unless it is newer
than our knowledge; what was judged dangerous is refused before the kernel acts. Imported by the launcher as well:
nothing but the standard library's fastest modules.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from llmos_std.sandbox.syscalls import ARCHITECTURES, NEWEST, numbers_of

ALLOW = 0x7FFF_0000
ASK_KEEPER = 0x7FC0_0000
KILL = 0x8000_0000
_ERRNO = 0x0005_0000
PRETEND = _ERRNO
"""Answer 0 without doing anything."""
REFUSE = _ERRNO | 1
ABSENT = _ERRNO | 38
NO_FAMILY = _ERRNO | 97
NO_SUPPORT = _ERRNO | 95

_LOAD, _AND, _EQUAL, _GREATER, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_SECOND_ABI = 0x3FFF_FFFF
_LOW_32 = 0xFFFF_FFFF

_NAMESPACES = 0x7E02_0000
_CREATE = 0o100
_WRITES = 0o3 | _CREATE | 0o1000
_SET_ID = 0o6000
_DEVICES = {0o020000, 0o060000}
_TYPE = 0o170000
_DATAGRAM = 2


class Condition(NamedTuple):
    """Holds when `argument & mask` is one of `values`, or is none of them when `is_in` is False (low 32 bits)."""

    argument: int
    mask: int
    values: frozenset[int]
    is_in: bool = True


class Rule(NamedTuple):
    """What becomes of the calls `names` when all conditions hold; the first rule that fits decides.

    `action` is the kernel's code of an answer: one of the constants above.
    """

    names: str
    action: int
    conditions: tuple[Condition, ...] = ()


def _has(argument: int, bits: int) -> Condition:
    return Condition(argument, bits, frozenset({0}), is_in=False)


def _is(argument: int, *values: int, mask: int = _LOW_32) -> Condition:
    return Condition(argument, mask, frozenset(values))


def _is_not(argument: int, *values: int, mask: int = _LOW_32) -> Condition:
    return Condition(argument, mask, frozenset(values), is_in=False)


EVERYWHERE = (
    Rule("ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd", REFUSE),
    Rule("mount umount2 pivot_root move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr chroot", REFUSE),
    Rule("unshare setns", REFUSE),
    Rule("clone", REFUSE, (_has(0, _NAMESPACES),)),
    Rule("clone3 openat2", ABSENT),  # their flags lie in memory, where no filter sees them; callers fall back
    Rule("bpf perf_event_open userfaultfd keyctl add_key request_key", REFUSE),
    Rule("kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct", REFUSE),
    Rule("quotactl quotactl_fd settimeofday clock_settime clock_adjtime adjtimex", REFUSE),
    Rule("sethostname setdomainname vhangup syslog lookup_dcookie iopl ioperm modify_ldt uselib", REFUSE),
    Rule("open_by_handle_at name_to_handle_at fanotify_init move_pages migrate_pages", REFUSE),
    Rule("io_uring_setup io_uring_enter io_uring_register memfd_create memfd_secret shmget", ABSENT),
    Rule("personality", REFUSE, (_is_not(0, 0, 8, _LOW_32),)),
    Rule("ioctl", REFUSE, (_is(1, 0x5412, 0x541C),)),  # TIOCSTI, TIOCLINUX: typing for the user
    Rule("mknod", REFUSE, (_is(1, *_DEVICES, mask=_TYPE),)),
    Rule("mknodat", REFUSE, (_is(2, *_DEVICES, mask=_TYPE),)),
    # a program that others may start with its owner's rights outlives every sandbox
    Rule("chmod fchmod creat mknod", REFUSE, (_has(1, _SET_ID),)),
    Rule("fchmodat fchmodat2 mknodat", REFUSE, (_has(2, _SET_ID),)),
    Rule("open", REFUSE, (_has(1, _CREATE), _has(2, _SET_ID))),
    Rule("openat", REFUSE, (_has(2, _CREATE), _has(3, _SET_ID))),
)
"""What is refused under every sandbox."""

IN_NAMESPACES = (*EVERYWHERE, Rule("socket", NO_FAMILY, (_is_not(0, 1, 2, 10, 16),)))
"""For a program whose network is empty: sockets of the local kinds only (unix, inet, inet6, netlink)."""


SIGNALS = (
    Rule("kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal", ASK_KEEPER),
    Rule("fcntl", REFUSE, (_is(1, 8, 15),)),  # F_SETOWN, F_SETOWN_EX: the kernel sends the signal then, to anybody
    Rule("ioctl", REFUSE, (_is(1, 0x8901, 0x8902),)),  # FIOSETOWN, SIOCSPGRP: the same for sockets
)
"""For a kernel that cannot keep signals inside: the keeper looks whom they are for."""


def without_namespaces(user: int, group: int, *, asks_to_read: bool = False) -> tuple[Rule, ...]:
    """Return the rules for a program that shares network and processes with everybody: no sockets, a keeper to ask.

    `user` and `group` are the kernel's codes for whom it runs as. With `asks_to_read` it asks before it reads a file as
    well, not only before it changes something.
    """
    asking = (Rule("open openat", ASK_KEEPER),) if asks_to_read else ()
    own_user, own_group = _is(1, user, _LOW_32), _is(2, group, _LOW_32)
    return (
        *EVERYWHERE,
        Rule("socket", NO_FAMILY),
        Rule("socketpair", NO_SUPPORT, (_is(1, _DATAGRAM, mask=0xF),)),
        Rule("msgget semget mq_open mq_unlink", ABSENT),
        # what others have made bears small numbers that can be guessed
        Rule("shmat shmctl msgsnd msgrcv msgctl semop semtimedop semctl", ABSENT),
        Rule("prlimit64 sched_setscheduler sched_setparam sched_setattr", REFUSE, (_is_not(0, 0),)),
        Rule("setpriority ioprio_set", REFUSE, (_is_not(1, 0),)),
        Rule("setsid", PRETEND),  # whoever stays in the session is found when the call ends
        Rule("chown lchown fchown", PRETEND, (own_user, own_group)),
        Rule("fchownat", PRETEND, (own_user._replace(argument=2), own_group._replace(argument=3))),
        Rule("chown lchown fchown fchownat", REFUSE),
        Rule("setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr", NO_SUPPORT),
        Rule("utime utimes futimesat", ABSENT),
        *asking,
        Rule("open", ASK_KEEPER, (_has(1, _WRITES),)),
        Rule("openat", ASK_KEEPER, (_has(2, _WRITES),)),
        Rule("creat mkdir mkdirat mknod mknodat unlink unlinkat rmdir rename renameat renameat2", ASK_KEEPER),
        Rule("link linkat symlink symlinkat truncate chmod fchmod fchmodat fchmodat2 utimensat", ASK_KEEPER),
    )


def assemble(machine: str, rules: Sequence[Rule]) -> bytes:
    """Return the filter as an array of `struct sock_filter`; KeyError for a machine whose calls are not known."""
    numbers = numbers_of(machine)
    code = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, ARCHITECTURES[machine]),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_GREATER, 0, 1, _SECOND_ABI),
        (_RETURN, 0, 0, KILL),
        (_GREATER, 0, 1, NEWEST),
        (_RETURN, 0, 0, ABSENT),
    ]
    for rule in rules:
        for name in rule.names.split():
            if name in numbers:
                code += _one(numbers[name], rule)
    code.append((_RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _one(number: int, rule: Rule) -> list[tuple[int, int, int, int]]:
    """Return the code of one call: its number stays loaded for whoever comes next."""
    body: list[tuple[int, int, int, int]] = []
    for condition in reversed(rule.conditions):
        body = _test(condition, len(body)) + body
    # the conditions end in a jump to here when one does not hold: load the number again and go on
    tail = [(_RETURN, 0, 0, rule.action)]
    if rule.conditions:
        tail.append((_LOAD, 0, 0, _NUMBER_AT))
    return [(_EQUAL, 0, len(body) + len(tail), number), *body, *tail]


def _test(condition: Condition, after: int) -> list[tuple[int, int, int, int]]:
    """Return the code of one condition, which jumps over `after` instructions and the answer when it does not hold."""
    values = sorted(condition.values)
    code = [(_LOAD, 0, 0, _ARGUMENTS_AT + 8 * condition.argument), (_AND, 0, 0, condition.mask)]
    for place, value in enumerate(values):
        rest = len(values) - place - 1
        is_last = rest == 0
        if condition.is_in:
            code.append((_EQUAL, rest, after + 1 if is_last else 0, value))
        else:
            code.append((_EQUAL, rest + after + 1, 0, value))
    return code
