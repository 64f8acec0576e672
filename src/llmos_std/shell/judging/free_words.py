"""Code inside a command line that uses no free word but known ones: names of its own, and what only computes or prints.

A deny-list of functions is never whole; so besides it, each free word of the code has to be known to be harmless.
"""

import re
from collections.abc import Iterator

from llmos_std.shell.knowledge.code_words import FREE_WORDS

_STRING = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)
_INSERTED = re.compile(r"#\{([^{}]*)\}|\{(\$[^{}]*)\}")
_FREE = re.compile(r"(?<![\w.$@#:&])[A-Za-z_]\w*[?!]?")
_FREE_WITH_DOTS = re.compile(r"(?<![\w.$@#:&])[A-Za-z_][\w.]*")
_PATTERN = re.compile(r"(=~|!~|[(,])\s*/(?:\\.|[^/\\\n])+/")
_CALL = re.compile(r"\s*\(|\s+(?!(?:if|unless|and|or|in|of|do|then|end|while|until|for|instanceof|else)\b)[\"'\w]")
_KEY = re.compile(r"\s*:(?!:)")
_WORD = re.compile(r"[A-Za-z_]\w*")
_NAMED = (
    re.compile(r"([A-Za-z_]\w*)\s*(?:=(?![=~])|<-|[-+*/.|&]=)"),
    re.compile(r"\|([^|]*)\|"),
    re.compile(r"\(([\w\s,=]*)\)\s*=>"),
    re.compile(r"([A-Za-z_]\w*)\s*=>"),
    re.compile(r"\bdef\s+\w+[?!]?\s*\(([^)]*)\)"),
    re.compile(r"\bfunction\b[^(]*\(([^)]*)\)|\\\(([^)]*)\)"),
    re.compile(r"\b(?:let|var|const|local|for|catch|each)\b[\s({\[]+([\w\s,]+)"),
)
_FUNCTION = re.compile(
    r"\b(?:function|def)\s+([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*(?:=|<-)\s*(?:function|async|lambda|fn|\(?[\w\s,]*\)?\s*=>)"
)
_CALLED_VALUE = re.compile(r"\$\w+\s*\(|[)\]}]\s*\(|\bnew\s+[$(]|::\s*\$")
_OWN_GRAMMAR = re.compile(r"\b(if|for|while|function|switch|catch|return|in|and|or|not)\s*\(")
_WITH_KEYS = frozenset(["node", "nodejs", "ruby"])


def strange_word(language: str, code: str) -> str:
    """Return the first free word of the code that is not known to be harmless, "" when all are or nobody knows any."""
    known = FREE_WORDS.get(language)
    if known is None:
        return ""
    plain = _PATTERN.sub(r"\1 0", "".join(_without_strings(code))).replace("...", " ").replace("..", " ")
    if language == "php" and (found := _CALLED_VALUE.search(_OWN_GRAMMAR.sub(" ", plain))):
        return found.group()
    functions = {name for found in _FUNCTION.findall(plain) for name in found if name}
    named = {word for pattern in _NAMED for found in pattern.finditer(plain) for word in _words_of(found)}
    for found in (_FREE_WITH_DOTS if language == "Rscript" else _FREE).finditer(plain):
        word = found.group().rstrip("?!")
        is_own = word in functions or (word in named and not _CALL.match(plain, found.end()))
        is_key = language in _WITH_KEYS and _KEY.match(plain, found.end())
        if word not in known and not is_own and not is_key:
            return word
    return ""


def _words_of(found: "re.Match[str]") -> list[str]:
    return [word for group in found.groups() if group for word in _WORD.findall(group)]


def _without_strings(code: str) -> Iterator[str]:
    """Yield the code without what its texts say, but with what is inserted into them."""
    at = 0
    for found in _STRING.finditer(code):
        yield code[at : found.start()]
        yield '""' + "".join(f" {a or b} " for a, b in _INSERTED.findall(found.group()))
        at = found.end()
    yield code[at:]
