"""The programs that only read, and those that only write where they are told, with their known options.

This says what is allowed. A program, option or operand that is not listed here raises DoubtError, and asking follows.
"""

import re
from collections.abc import Sequence
from functools import cache

from llmos_core.types.record import Record
from llmos_std.shell.script import Word


class DoubtError(Exception):
    """Something about a command is not known to be harmless; the message says what."""


class Program(Record):
    """What of a program is known to be harmless.

    `operands` says what the words besides options are: paths (whose content is shown), names (paths of which only the
    name is shown), pattern (a text, then paths), text, or none. `flags` are its one-letter options, `valued` those that
    take a value, `long` its long options.
    """

    operands: str
    flags: str
    valued: str
    long: frozenset[str]


_READERS = """
ls       names   aAbBcCdfFgGhHiklmnNopqQrRsStuUvxXZ1 - all almost-all color directory human-readable recursive reverse
cat      paths   AbeEnstTuv           -        number number-nonblank show-all show-ends show-tabs squeeze-blank
head     paths   qvz0123456789        nc       lines bytes quiet silent verbose
tail     paths   qvz0123456789        nc       lines bytes quiet silent verbose
wc       paths   clLmw                -        bytes chars lines max-line-length words
grep     pattern abcEFGhHiIlLnoPqrsTvwxyzZ ABCem include exclude exclude-dir ignore-case line-number recursive count
egrep    pattern abchHiIlLnoqrsTvwxyzZ ABCem   include exclude exclude-dir ignore-case line-number recursive count
fgrep    pattern abchHiIlLnoqrsTvwxyzZ ABCem   include exclude exclude-dir ignore-case line-number recursive count
sort     paths   bdfghiMnRrsuVcCz     kt       field-separator key human-numeric-sort numeric-sort reverse unique
uniq     paths   cdDuiz               fsw      count repeated unique ignore-case
cut      paths   snz                  bcdf     bytes characters delimiter fields complement
rev      paths   -                    -
tac      paths   -                    -
nl       paths   p                    bnsvw
fold     paths   bs                   w        spaces width
fmt      paths   -                    w
expand   paths   -                    t
paste    paths   sz                   d        serial delimiters
column   paths   tx                   scN
comm     paths   123iz                -
join     paths   iz                   12aejotv
cmp      paths   bls                  in       silent quiet verbose
diff     paths   abBcdeEiNnpqrstuwyZ  CUWxI    brief ignore-all-space ignore-case recursive side-by-side unified
od       paths   abcdfiloxv           AjNtw
hexdump  paths   bcCdoxv              ns
md5sum   paths   btz                  -        tag
sha1sum  paths   btz                  -        tag
sha256sum paths  btz                  -        tag
sha512sum paths  btz                  -        tag
cksum    paths   -                    -
zcat     paths   -                    -
stat     names   fLt                  c        format printf terse
file     names   bhik                 -        brief mime mime-type mime-encoding
du       names   abchkmsSxz0          dB       all apparent-size bytes human-readable max-depth summarize total
df       names   ahHiklmPT            Bt       human-readable inodes print-type si total
tree     names   aACdDfFghinpqrsStuUvx LIP     dirsfirst noreport prune
readlink names   efmnqsvz             -
realpath names   emLPqsz              -
test     names   defhLrswxnz          -
tr       text    cCdst                -        complement delete squeeze-repeats
basename text    az                   s
dirname  text    z                    -
which    text    a                    -
type     text    aptP                 -
echo     text    neE                  -
seq      text    w0123456789          fs
expr     text    -                    -
sleep    text    -                    -
true     text    -                    -
false    text    -                    -
:        text    -                    -
pwd      none    LP                   -
whoami   none    -                    -
id       none    gGnru                -
groups   none    -                    -
uname    none    amnoprsv             -
hostname none    -                    -
arch     none    -                    -
nproc    none    -                    -
uptime   none    ps                   -
free     none    bghkmt               -
ps       none    aAdefFjlTuwx         -
"""
_WRITERS = """
mkdir    names   pv                   -        parents verbose
touch    names   acm                  -        no-create
cp       names   fnpuvT               -        force no-clobber update verbose
mv       names   fnuvT                -        force no-clobber update verbose
tee      names   a                    -        append
"""


@cache
def readers() -> dict[str, Program]:
    """Return the programs that only read, besides those with a grammar of their own."""
    return _table(_READERS)


@cache
def writers() -> dict[str, Program]:
    """Return the programs that write only to the paths they name."""
    return _table(_WRITERS)


def _table(text: str) -> dict[str, Program]:
    rows = (line.split() for line in text.strip().splitlines())
    return {
        name: Program(
            operands=operands,
            flags=flags.strip("-"),
            valued=(rest[0] if rest else "-").strip("-"),
            long=frozenset(rest[1:]),
        )
        for name, operands, flags, *rest in rows
    }


_LONG_WITH_VALUE = """
bytes characters delimiter delimiters exclude exclude-dir fields field-separator format include key lines max-depth
printf width
"""


def paths_of(words: Sequence[Word], program: Program) -> list[Word]:
    """Return the words that name paths or might, once every option is known; raises DoubtError otherwise."""
    operands, values, rest, is_over = list[Word](), list[Word](), list(words), False
    while rest:
        word = rest.pop(0)
        text = text_of(word)
        if is_over or not text.startswith("-") or text == "-":
            operands.append(word)
        elif text == "--":
            is_over = True
        elif _takes_next(text, program) and rest:
            values.append(rest.pop(0))
    if program.operands == "none" and operands:
        raise DoubtError(f"the operand {operands[0].raw}")
    if program.operands == "text":
        operands = [word for word in operands if word.is_glob]
    if program.operands == "pattern" and not any(_gives_pattern(word) for word in words):
        operands = operands[1:]
    return operands + values


def text_of(word: Word) -> str:
    """Return the text of a word; raises DoubtError when an expansion decides it."""
    if word.text is None:
        raise DoubtError(f"the expansion {word.raw}")
    return word.text


def _takes_next(text: str, program: Program) -> bool:
    """Say whether an option takes the next word as its value; raises DoubtError for an unknown option."""
    if text.startswith("--"):
        name, has_value, _ = text[2:].partition("=")
        if name not in program.long:
            raise DoubtError(f"the option {text}")
        return not has_value and name in _LONG_WITH_VALUE.split()
    for index, letter in enumerate(text[1:], start=1):
        if letter in program.valued:
            return index == len(text) - 1
        if letter not in program.flags:
            raise DoubtError(f"the option {text}")
    return False


def _gives_pattern(word: Word) -> bool:
    return re.match(r"-[^-]*e", word.text or "") is not None
