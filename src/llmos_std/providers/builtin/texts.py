"""Which tokens are text to be taken word for word, and how sure that must be.

In quotes everything is text. Without quotes a goal may *describe* what it wants (`with a poem`, `that says how many
files there are`), so unquoted text is taken only where the goal says that text follows, and never when one of its words
could begin another order or a description. After a bare `with` only words that are plainly themselves are taken.
"""

import re
from collections.abc import Callable, Iterator

from llmos_std.providers.builtin.lexing import Kind, Token
from llmos_std.providers.builtin.names import looks_like_file
from llmos_std.providers.builtin.phrases import Clause
from llmos_std.providers.builtin.words import (
    CHARACTERS,
    CLAUSE_WARNINGS,
    DESCRIPTION_WARNINGS,
    LATE_DESCRIPTIONS,
    LITERALS,
    OPENING_DESCRIPTIONS,
    ORDERS,
)

MAX_WORDS = 30
MAX_ITEMS = 100
_LITERAL_SHAPE = re.compile(r"[\w.@%-]*(?:\d|[=@_])[\w.@%=-]*")
_TERM_SHAPE = re.compile(r"[\w.-]*(?:[A-Z]{2}|[_\d])[\w.-]*")
_SHELL_SIGNS = re.compile(r"[$<>|&*;\\{}\[\]()]")
_NEW_ORDER_LINE = re.compile(
    r"\s*(?:(?:and|then|after|afterwards|finally|also|next|now|please|don't|do not|never|if|unless|make sure|but"
    r"|thanks|thank you|cheers)\b|```)",
    re.IGNORECASE,
)


def quoted_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept text in quotes. A backslash in it could mean itself or an escape, so such text is not accepted."""
    if at < len(clause.tokens):
        token = clause.tokens[at]
        if token.kind is Kind.QUOTED and "\\" not in token.text:
            yield at + 1, token.text


def plain_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept quoted text, a block, or words that are plainly themselves: `hello world`, `42`, `port=8080`."""
    yield from quoted_slot(clause, at)
    yield from _block(clause, at)
    yield from _run_of(clause, at, _is_literal, may_have_marks=True)


def said_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept text after `that says`: quoted, or words that cannot be an order or a description."""
    yield from plain_slot(clause, at)
    if at < len(clause.tokens) and clause.tokens[at].word not in OPENING_DESCRIPTIONS:
        yield from _run_of(clause, at, _is_harmless, may_have_marks=False)


def written_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept text after a colon: quoted, a block, or the rest of the clause when none of it could be an order."""
    yield from quoted_slot(clause, at)
    yield from _block(clause, at)
    if at == len(clause.tokens) or clause.tokens[at].text in DESCRIPTION_WARNINGS | OPENING_DESCRIPTIONS:
        return
    if _is_written(clause.tokens[at:]) and (text := _rest(clause, at)):
        yield len(clause.tokens), text


def items_slot(clause: Clause, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Accept two or more texts in quotes: `"a", "b" and "c"`."""
    for end, text in quoted_slot(clause, at):
        yield from _more_items(clause, end, (text,))


def listed_slot(clause: Clause, at: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Accept two or more texts after a colon, in quotes or not: `a, b, c`, in every way that an `and` can be read."""
    yield from items_slot(clause, at)
    if at == len(clause.tokens) or not _is_written(clause.tokens[at:], is_list=True):
        return
    by_comma = tuple(item.strip() for item in _rest(clause, at).split(","))
    if len(by_comma) > 1 and all(by_comma):
        last = (item.strip() for item in re.split(r"\band\b", by_comma[-1]))
        for items in {by_comma, (*by_comma[:-1], *filter(None, last))}:
            yield len(clause.tokens), items


def term_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept what to search for: quoted, or one word that is no plain English one (`ERROR`, `user_id`)."""
    yield from quoted_slot(clause, at)
    if at < len(clause.tokens) and _is_term(clause.tokens[at]):
        yield at + 1, clause.tokens[at].text


def word_slot(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    """Accept quoted text or one harmless word, where a pattern says that a word follows."""
    yield from quoted_slot(clause, at)
    if at < len(clause.tokens):
        token = clause.tokens[at]
        is_plain = _is_harmless(token) and token.word not in CHARACTERS | OPENING_DESCRIPTIONS
        if is_plain or _is_term(token):
            yield at + 1, token.text


def _more_items(clause: Clause, at: int, found: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the items found so far with one or more quoted ones after them."""
    marks = [token.word for token in clause.tokens[at : at + 2]] if len(found) < MAX_ITEMS else []
    for joint in ([","], ["and"], [",", "and"]):
        if marks[: len(joint)] == joint:
            for end, text in quoted_slot(clause, at + len(joint)):
                yield end, (*found, text)
                yield from _more_items(clause, end, (*found, text))


def _block(clause: Clause, at: int) -> Iterator[tuple[int, str]]:
    token = clause.tokens[at] if at < len(clause.tokens) else None
    if token and token.kind is Kind.BLOCK and not any(_NEW_ORDER_LINE.match(line) for line in token.text.splitlines()):
        yield at + 1, token.text


def _run_of(
    clause: Clause, at: int, accepts: Callable[[Token], bool], *, may_have_marks: bool
) -> Iterator[tuple[int, str]]:
    """Yield every run of tokens from `at` on whose words `accepts` takes."""
    for end in range(at + 1, min(len(clause.tokens), at + MAX_WORDS) + 1):
        token = clause.tokens[end - 1]
        is_inner_mark = may_have_marks and token.kind is Kind.MARK and token.text in ",!" and end > at + 1
        if not is_inner_mark and not accepts(token):
            return
        if is_inner_mark and token.text == ",":
            continue
        if text := _slice(clause, at, end):
            yield end, text


def _is_literal(token: Token) -> bool:
    is_word = token.kind is Kind.WORD and not looks_like_file(token.text)
    return is_word and (token.word in LITERALS or _LITERAL_SHAPE.fullmatch(token.text) is not None)


def _is_term(token: Token) -> bool:
    """Say whether a word is no plain English one."""
    return token.kind is Kind.WORD and _TERM_SHAPE.fullmatch(token.text) is not None and not looks_like_file(token.text)


def _is_harmless(token: Token) -> bool:
    return (
        token.kind is Kind.WORD
        and token.word not in CLAUSE_WARNINGS | DESCRIPTION_WARNINGS
        and not token.text.isdigit()
        and not token.word.endswith(("ly", "'s"))
        and not looks_like_file(token.text)
        and not _SHELL_SIGNS.search(token.text)
    )


def _is_written(tokens: tuple[Token, ...], *, is_list: bool = False) -> bool:
    """Say whether unquoted tokens after a colon can only be text; in a list, a joint or verb is none of an order."""
    for before, token in zip((None, *tokens), tokens, strict=False):
        if token.kind is Kind.MARK and token.text in ",:!":
            continue
        if token.kind is not Kind.WORD or looks_like_file(token.text) or _SHELL_SIGNS.search(token.text):
            return False
        if token.word in CLAUSE_WARNINGS | LATE_DESCRIPTIONS and not (is_list and token.word == "and"):
            return False
        if before is not None and before.kind is Kind.MARK and token.word in ORDERS and not is_list:
            return False
    return True


def _rest(clause: Clause, at: int) -> str:
    return _slice(clause, at, len(clause.tokens))


def _slice(clause: Clause, at: int, end: int) -> str:
    """Return the goal's own characters of these tokens, "" when what follows the goal could belong to them.

    A final full stop ends the sentence; an exclamation mark is part of the text; anything else leaves a doubt.
    """
    text = clause.goal[clause.tokens[at].start : clause.tokens[end - 1].end]
    if end < len(clause.tokens) or not clause.tail or clause.tail[0] in ".,":
        return text
    return text + "!" if clause.tail[0] == "!" else ""
