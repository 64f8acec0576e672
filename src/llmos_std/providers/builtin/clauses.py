"""Take the courtesies off a goal and cut what is left into clauses, in every way that its joints allow."""

from collections.abc import Iterator

from llmos_std.providers.builtin.lexing import Kind, Token, tokens_of
from llmos_std.providers.builtin.phrases import Clause
from llmos_std.providers.builtin.words import CLOSERS, JOINTS, OPENERS, QUESTIONS

_JOINT_STARTS = frozenset(joint.split()[0] for joint in JOINTS)
_STOPS = (",", ";", ".")
_OPENINGS = (*OPENERS, *QUESTIONS)
_AFTER_OPENERS = (",", "!", ":")


def polished(goal: str) -> Clause:
    """Return the goal without please and thanks. A question mark goes too, but only after `could you` and the like.

    Raises LexError when the goal cannot be cut into tokens.
    """
    tokens = tokens_of(goal)
    tokens, is_question = _without_openers(tokens)
    tokens = _without_closers(tokens, is_question=is_question)
    tail = goal[tokens[-1].end :].strip() if tokens else ""
    return Clause(goal, tokens, tail)


def cuts(clause: Clause) -> Iterator[tuple[Clause, Clause]]:
    """Yield every way to cut a clause in two at a joint; the tail stays with the second."""
    for end, start in _joints(clause.tokens):
        yield Clause(clause.goal, clause.tokens[:end]), Clause(clause.goal, clause.tokens[start:], clause.tail)


def _joints(tokens: tuple[Token, ...]) -> Iterator[tuple[int, int]]:
    """Yield (end of what is before, start of what is after) for every joint inside the tokens."""
    for place in range(1, len(tokens) - 1):
        after_stop = place + 1 if tokens[place].kind is Kind.MARK and tokens[place].text in _STOPS else place
        if after_stop > place:
            yield place, after_stop
        for joint in JOINTS if tokens[after_stop].word in _JOINT_STARTS else ():
            after = after_stop + len(joint.split())
            if after < len(tokens) and _words(tokens[after_stop:after]) == joint:
                yield place, after
                if tokens[after].word == ",":
                    yield place, after + 1


def _without_openers(tokens: tuple[Token, ...]) -> tuple[tuple[Token, ...], bool]:
    """Return the tokens after all openers, and whether one of them makes the order look like a question."""
    is_question = False
    while opener := max((phrase for phrase in _OPENINGS if _begins(tokens, phrase)), key=len, default=""):
        is_question = is_question or opener in QUESTIONS
        tokens = tokens[len(opener.split()) :]
        if tokens and tokens[0].word in _AFTER_OPENERS:
            tokens = tokens[1:]
    return tokens, is_question


def _without_closers(tokens: tuple[Token, ...], *, is_question: bool) -> tuple[Token, ...]:
    """Return the tokens before all closers and final marks."""
    marks = (".", "!", ",", "?") if is_question else (".", "!", ",")
    while tokens:
        if tokens[-1].kind is Kind.MARK and tokens[-1].text in marks:
            tokens = tokens[:-1]
        elif closer := max((phrase for phrase in CLOSERS if _ends(tokens, phrase)), key=len, default=""):
            tokens = tokens[: -len(closer.split())]
        else:
            break
    return tokens


def _begins(tokens: tuple[Token, ...], phrase: str) -> bool:
    return _words(tokens[: len(phrase.split())]) == phrase


def _ends(tokens: tuple[Token, ...], phrase: str) -> bool:
    return _words(tokens[-len(phrase.split()) :]) == phrase


def _words(tokens: tuple[Token, ...]) -> str:
    return " ".join(token.word or "\0" for token in tokens)
