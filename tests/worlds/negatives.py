"""Hard negatives: one change to a goal that makes another task of it, however alike both read.

Every kind is a function of the words and a source of chance; it returns another goal, or "" where it does not apply.
The tables here are written apart from the lexicon of the matcher, which must not be its own judge.
"""

import re
from collections.abc import Callable
from random import Random

Words = list[str]
Kind = Callable[[Words, Random], str]

_NUMBER = re.compile(r"(?<![\w.-])[$€]?\d[\d,.]*(?![\w-]*[/@])")
_QUOTED = re.compile(r"(?<!\w)'[^'`]*'(?!\w)|\"[^\"]*\"")
_FILE = re.compile(r"[\w/~-]+\.[A-Za-z][\w.]*")
_PATH = re.compile(r"[~\w./-]*/[\w./-]+")
_ANTONYMS = """
    delete:restore create:delete enable:disable start:stop open:close increase:decrease upload:download import:export
    push:pull mount:unmount encrypt:decrypt install:uninstall add:remove compress:extract merge:split on:off first:last
    larger:smaller older:newer more:less ascending:descending oldest:newest before:after with:without into:from
    to:from from:to in:outside all:no open:closed send:receive buy:sell book:cancel mute:unmute grant:revoke
    lock:unlock pay:refund turn:keep every:no back:restore after:before include:exclude allow:deny
    """
ANTONYMS = [pair.split(":") for pair in _ANTONYMS.split()]
_NEAR_VERBS = """
    copy:move delete:archive delete:truncate list:count find:delete send:draft show:edit open:delete restart:stop
    create:update create:describe write:read rename:copy get:set run:stop summarize:translate convert:compress
    cancel:reschedule buy:return pay:dispute deploy:build merge:rebase download:open count:sort print:delete
    reply:forward move:copy schedule:cancel remind:ask kill:pause close:comment push:fetch
    """
NEAR_VERBS = [pair.split(":") for pair in _NEAR_VERBS.split()]
_NEAR_NOUNS = """
    file:folder files:folders lines:words rows:columns branch:tag user:group report:letter meeting:call email:contact
    invoice:receipt table:view song:album issue:comment folder:drive server:client photos:videos price:quantity
    weather:time name:address ticket:epic flight:hotel tests:docs package:service column:row database:cache
    calculator:calendar scraper:server sales:costs status:owner logs:backups pixels:percent key:password
    """
NEAR_NOUNS = [pair.split(":") for pair in _NEAR_NOUNS.split()]
UNITS = [["MB", "GB"], ["GB", "TB"], ["KB", "MB"], ["days", "hours"], ["hours", "days"], ["minutes", "seconds"]]
UNITS += [["weeks", "months"], ["am", "pm"], ["pm", "am"], ["pixels", "cm"]]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_HOMOGLYPHS = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х", "i": "і"}
_PREPOSITIONS = {
    "in": "under",
    "to": "near",
    "of": "without",
    "for": "against",
    "on": "below",
    "with": "like",
    "by": "for",
}


def _joined(words: Words) -> str:
    return " ".join(words)


def _one(pattern: re.Pattern[str], words: Words, random: Random, change: Callable[[str], str]) -> str:
    text = _joined(words)
    found = list(pattern.finditer(text))
    if not found:
        return ""
    match = random.choice(found)
    return text[: match.start()] + change(match.group(0)) + text[match.end() :]


def _swapped_for(words: Words, random: Random, pairs: list[list[str]], *, both: bool = False) -> str:
    table = [(one, other) for one, other in pairs] + ([(other, one) for one, other in pairs] if both else [])
    fits = [(at, other) for at, word in enumerate(words) for one, other in table if word.strip(",.").lower() == one]
    if not fits:
        return ""
    at, other = random.choice(fits)
    return _joined([*words[:at], other, *words[at + 1 :]])


def number(words: Words, random: Random) -> str:
    """Another number: ten times, one more, digits turned round."""

    def change(text: str) -> str:
        digits = re.search(r"\d[\d,.]*", text)
        assert digits
        value = digits.group(0).rstrip(".,")
        new = random.choice([value + "0", "1" + value, value[::-1] if value[::-1] != value else value + "5"])
        return text.replace(value, new, 1)

    return _one(_NUMBER, words, random, change)


def unit(words: Words, random: Random) -> str:
    """Another unit."""
    glued = _one(re.compile(r"(?<=\d)(am|pm)\b"), words, random, lambda text: "pm" if text == "am" else "am")
    return _swapped_for(words, random, UNITS) or glued


def currency(words: Words, random: Random) -> str:
    """The same amount of another money, or a share of it."""
    change = random.choice([lambda text: "€" + text[1:], lambda text: text[1:] + "%", lambda text: text[1:]])
    return _one(re.compile(r"\$\d+"), words, random, change)


def literal_swap(words: Words, random: Random) -> str:
    """Two literals in each other's place."""
    text = _joined(words)
    for pattern in (
        _QUOTED,
        _PATH,
        _FILE,
        re.compile(r"\b[A-Z][a-z]+\b(?!$)"),
        re.compile(r"(?<![\w.-])\d+(?![\w.-])"),
    ):
        found = [match for match in pattern.finditer(text) if match.start() or pattern is not _QUOTED]
        found = [match for match in found if match.start() > 0]
        if len(found) >= 2 and found[0].group(0) != found[1].group(0):
            one, other = found[0], found[1]
            middle = text[one.end() : other.start()]
            if not re.search(r"\band\b", middle):
                return text[: one.start()] + other.group(0) + middle + one.group(0) + text[other.end() :]
    return ""


def negation(words: Words, random: Random) -> str:
    """Not to do it, or what is not so."""
    ways = [["do", "not", *words], ["don't", *words], ["never", *words], [*words[:1], "nothing", "but", *words[1:]]]
    spots = [at for at, word in enumerate(words) if word in ("older", "larger", "merged", "open", "in", "from", "with")]
    ways += [[*words[:at], "not", *words[at:]] for at in spots]
    return _joined(random.choice(ways))


def antonym(words: Words, random: Random) -> str:
    """The contrary verb, adjective or preposition."""
    return _swapped_for(words, random, ANTONYMS, both=True)


def near_verb(words: Words, random: Random) -> str:
    """A verb that comes near and does something else."""
    if words[0] in ("check", "if"):
        return ""
    return _swapped_for(words[:1], random, NEAR_VERBS, both=True) and _joined(
        [_swapped_for(words[:1], random, NEAR_VERBS, both=True), *words[1:]]
    )


def near_noun(words: Words, random: Random) -> str:
    """A noun that comes near and is something else."""
    return _swapped_for(words, random, NEAR_NOUNS, both=True)


def scope(words: Words, random: Random) -> str:
    """More or less of it."""
    if "all" in words or "every" in words:
        at = words.index("all") if "all" in words else words.index("every")
        return _joined([*words[:at], random.choice(("some", "most", "no", "two", "any", "only")), *words[at + 1 :]])
    at = random.randrange(1, len(words) + 1)
    return _joined([*words[:at], random.choice(("only", "just", "also", "even", "almost", "twice")), *words[at:]])


def modality(words: Words, random: Random) -> str:
    """A question about it, or a mere look at it."""
    starts = (
        "how do I",
        "should I",
        "why did you",
        "did you",
        "what if I",
        "pretend to",
        "simulate how to",
        "explain how to",
    )
    starts += ("can I", "is it safe to", "what happens when I", "do a dry run: ", "try to", "ask Ann to", "plan to")
    start = random.choice(starts)
    return f"{start} {_joined(words)}{'?' if start[0] in 'hswdci' and 'dry' not in start else ''}"


def condition(words: Words, random: Random) -> str:
    """Under a condition, with an exception, or with something more."""
    ends = (
        "if it is raining", "unless Ann objects", "after the backup finishes", "before lunch", "except a.txt",
        "until Friday", "only once", "but keep a copy", "and then delete it", "without asking", "when I say so",
        "for Carol", "in test mode", "except on weekends", "as an example", "other than the first", "at midnight",
        "instead of Bob", "and tell Carol", "or do nothing", "excluding hidden ones", "recursively", "with sudo",
    )  # fmt: skip
    return f"{_joined(words)} {random.choice(ends)}"


_KEEPS = frozenset(["a", "an", "the", "please", "and", "then", "if", "it", "of", "me"])


def dropped(words: Words, random: Random) -> str:
    """One content word or its last segment less."""
    spots = [at for at, word in enumerate(words) if at and word not in _KEEPS and not word.endswith(("'", '"', ","))]
    spots = [at for at in spots if not words[at].startswith(("'", '"'))]
    spots = [at for at in spots if words[at] and words[at].lower() not in _TYPES]
    if not spots or len(words) < 3:
        return ""
    at = random.choice(spots)
    return _joined([*words[:at], *words[at + 1 :]])


_TYPES = frozenset("along file folder directory repository module named called branch files current working".split())  # noqa: SIM905


def role_swap(words: Words, random: Random) -> str:
    """The prepositions of two segments exchanged."""
    spots = [
        at for at, word in enumerate(words) if word in ("from", "to", "into", "with", "in", "on", "for", "by", "of")
    ]
    pairs = [(one, other) for one in spots for other in spots if one < other and words[one] != words[other]]
    if not pairs:
        return ""
    one, other = random.choice(pairs)
    changed = list(words)
    changed[one], changed[other] = changed[other], changed[one]
    return _joined(changed)


def quantifier(words: Words, random: Random) -> str:
    """One of them, or a share, for the thing itself."""
    spots = [at for at, word in enumerate(words) if word in ("the", "a", "an", "all", "every") and at + 1 < len(words)]
    if not spots:
        return ""
    at = random.choice(spots)
    new = random.choice(
        ("one of the", "half of the", "any", "another", "no", "each second", "my", "this", "Ann's", "both")
    )
    return _joined([*words[:at], *new.split(), *words[at + 1 :]])


def temporal_order(words: Words, random: Random) -> str:
    """First this, then that – the other way round."""
    for joint in ("and then", "then", "after", "before", "and"):
        parts = f" {_joined(words)} ".split(f" {joint} ")
        if len(parts) == 2 and parts[0].strip() and parts[1].strip():
            return f"{parts[1].strip()} {joint} {parts[0].strip()}"
    return f"{_joined(words)} {random.choice(('before', 'after'))} the restart"


def comparative(words: Words, random: Random) -> str:
    """A bound of the other kind."""
    text = _joined(words)
    for old, news in (
        ("larger than", ("at least", "smaller than", "at most", "exactly")),
        ("older than", ("newer than", "exactly", "at least")),
        ("more than", ("fewer than", "at least", "exactly", "no more than", "up to")),
    ):
        if old in text:
            return text.replace(old, random.choice(news), 1)
    return ""


def date_shift(words: Words, random: Random) -> str:
    """Another day or hour."""
    text = _joined(words)
    if match := re.search(r"\d{4}-\d{2}-(\d{2})", text):
        day = int(match.group(1)) % 28 + 1
        return text[: match.start(1)] + f"{day:02}" + text[match.end(1) :]
    for day in _DAYS:
        if day in text:
            other = random.choice([each for each in _DAYS if each != day])
            return text.replace(day, random.choice((other, f"next {day}", f"every {day}", f"last {day}")), 1)
    return _one(re.compile(r"\b\d{1,2}(?=(?::\d\d)?[ap]m)"), words, random, lambda hour: str(int(hour) % 12 + 1))


def path_sibling(words: Words, random: Random) -> str:
    """A path beside, above or below."""
    ways = (
        lambda path: path + "2",
        lambda path: path.rstrip("/") + "/old",
        lambda path: "./" + path if path[0] in "/~" else "../" + path,
        lambda path: path.rpartition("/")[0] or path + "x",
        lambda path: "/" + path.lstrip("~/"),
        lambda path: path.replace("/", "//", 1) + "_",
        lambda path: path + "~",
    )
    text = _one(_PATH, words, random, random.choice(ways))
    return "" if text == _joined(words) else text


def extension(words: Words, random: Random) -> str:
    """Another suffix."""
    ways = (lambda file: file + ".bak", lambda file: file.rpartition(".")[0] + ".txt", lambda file: file + "x")
    return _one(_FILE, words, random, random.choice(ways))


def literal_case(words: Words, random: Random) -> str:
    """Other capitals inside a quotation, a path or an id."""
    pattern = random.choice((_QUOTED, _PATH, _FILE, re.compile(r"\b[A-Z]+-\d+\b")))
    text = _one(pattern, words, random, str.swapcase)
    return "" if text == _joined(words) else text


def quoted_space(words: Words, random: Random) -> str:
    """Other white space or marks inside a quotation."""
    ways = (
        lambda text: f"{text[:-1]} {text[-1]}",
        lambda text: text.replace(" ", "  ", 1),
        lambda text: f"{text[:-1]}!{text[-1]}",
    )
    text = _one(_QUOTED, words, random, random.choice(ways))
    return "" if text == _joined(words) else text


def homoglyph(words: Words, random: Random) -> str:
    """A letter of another alphabet, or one that is not seen."""
    text = _joined(words)
    spots = [at for at, letter in enumerate(text) if letter in _HOMOGLYPHS]
    at = random.choice(spots)
    new = random.choice((_HOMOGLYPHS[text[at]], text[at] + "\u200b", text[at] + "\u0301"))
    return text[:at] + new + text[at + 1 :]


def conjunction(words: Words, random: Random) -> str:
    """And for or, or one more."""
    if "and" in words:
        at = words.index("and")
        return _joined([*words[:at], random.choice(("or", "and not", "but not", "instead of")), *words[at + 1 :]])
    return (
        f"{_joined(words)} {random.choice(('and b.txt', 'or the other one', 'and its parent', 'and everything else'))}"
    )


def extra_word(words: Words, random: Random) -> str:
    """One word more before the thing."""
    new = random.choice(
        ("old", "hidden", "second", "test", "wrong", "draft", "backup", "unread", "remote", "empty", "other")
    )
    spots = [at for at, word in enumerate(words) if word in ("the", "a", "an", "all", "every") and at + 1 < len(words)]
    if not spots:
        return ""
    at = random.choice(spots)
    return "" if words[at + 1] == new else _joined([*words[: at + 1], new, *words[at + 1 :]])


def preposition(words: Words, random: Random) -> str:
    """Somewhere or somehow else."""
    return _swapped_for(words, random, [[one, other] for one, other in _PREPOSITIONS.items()])


def plural(words: Words, random: Random) -> str:
    """One for many, or many for one."""
    nouns = (
        "file",
        "branch",
        "user",
        "row",
        "meeting",
        "invoice",
        "issue",
        "folder",
        "column",
        "table",
        "report",
        "ticket",
    )
    pairs = [[noun, noun + ("es" if noun == "branch" else "s")] for noun in nouns]
    at = next((at for at, word in enumerate(words) if word in nouns and at + 1 < len(words)), 0)
    if at and re.search(r"[./@\d'\"]|named", words[at + 1]):
        return ""
    return _swapped_for(words, random, pairs)


def typo_in_name(words: Words, random: Random) -> str:
    """A name with another letter."""
    spots = [at for at, word in enumerate(words) if at and re.fullmatch(r"[A-Z][a-z]{2,}|jsmith|\w+@\w+\.\w+", word)]
    if not spots:
        return ""
    at = random.choice(spots)
    word = words[at]
    place = random.randrange(1, len(word) - 1)
    letter = "k" if word[place] != "k" else "q"
    return _joined([*words[:at], word[:place] + letter + word[place + 1 :], *words[at + 1 :]])


def attachment(words: Words, random: Random) -> str:
    """Something that belongs to the thing given to the place, and the other way round."""
    spots = [
        at for at, word in enumerate(words) if word in ("from", "to", "in", "of", "on", "with", "for", "into") and at
    ]
    if len(spots) < 2:
        return ""
    at = random.choice(spots[:-1])
    return _joined([*words[:at], "of", "Carol", *words[at:]])


def part_of(words: Words, random: Random) -> str:
    """A part of it, a copy, or what it is called."""
    spots = [at for at, word in enumerate(words) if word in ("the", "a", "an") and at + 1 < len(words)]
    if not spots:
        return ""
    at = random.choice(spots)
    new = random.choice(("the end of", "a copy of", "the name of", "half the pages of", "the owner of", "the size of"))
    return _joined([*words[:at], *new.split(), *words[at:]])


def made_so(words: Words, random: Random) -> str:
    """To make it somehow instead of making one, and the other way round."""
    if words[0] not in ("create", "open", "start", "update", "enable", "show", "delete"):
        return ""
    how = random.choice(("public", "bigger", "executable", "empty", "read-only", "available", "red", "default"))
    return _joined([random.choice(("make", "keep", "mark", "leave")), *words[1:], how])


def reported(words: Words, random: Random) -> str:
    """What somebody is told, asked or is to note, for the thing itself."""
    start = random.choice(
        ("tell Ann to", "tell Ann that we", "ask Bob whether to", "note that I", "text Carol", "remind Bob that I",
         "reply that we", "write Ann that you", "tweet", "say", "post that we", "add a task")
    )  # fmt: skip
    return f"{start} {_joined(words)}"


def aspect(words: Words, random: Random) -> str:
    """To begin, end or go on with it; or somebody else who does."""
    start = random.choice(
        ("stop trying to", "continue to", "remember to", "prepare to", "Ann will", "finish what it takes to",
         "forget to", "learn to", "be ready to", "I started to", "we used to", "offer to")
    )  # fmt: skip
    return f"{start} {_joined(words)}"


def particle(words: Words, random: Random) -> str:
    """A particle that makes another verb of it; "print out" and its like are the same verb."""
    if words[0].lower() in ("print", "clean", "sum", "turn", "back", "if"):
        return ""
    return _joined([words[0], random.choice(("off", "out", "over", "down", "away", "through", "around")), *words[1:]])


def given_to(words: Words, random: Random) -> str:
    """Somebody between the verb and the thing: a giver of it, an owner, or who it is done for."""
    spots = [at for at, word in enumerate(words) if word in ("the", "a", "an") and at == 1]
    if not spots or len(words) < 3:
        return ""
    who = random.choice(("Carol", "dave", "the team", "Carol and Dave"))
    return _joined([words[0], *who.split(), *words[random.choice((1, 2)) :]])


KINDS: dict[str, Kind] = {
    each.__name__: each
    for each in (
        number, unit, currency, literal_swap, negation, antonym, near_verb, near_noun, scope, modality, condition,
        dropped, role_swap, quantifier, temporal_order, comparative, date_shift, path_sibling, extension, literal_case,
        quoted_space, homoglyph, conjunction, extra_word, preposition, plural, typo_in_name, attachment,
        part_of, made_so, reported, aspect, particle, given_to,
    )
}  # fmt: skip
"""Every kind by name."""


def negative_of(goal: str, kind: str, seed: int) -> str:
    """Return another task that reads like `goal`, "" where the kind does not apply."""
    other = KINDS[kind](goal.split(" "), Random(seed))
    return "" if other == goal else other
