"""Exact sums: + - * / and brackets over whole and decimal numbers, percentages, and the words for them. No eval."""

import re
from fractions import Fraction

MAX_LENGTH = 100
_DECIMALS_SHOWN = 10
_WORDS = (
    (re.compile(r"\bdivided by\b", re.IGNORECASE), "/"),
    (re.compile(r"\b(?:multiplied by|times)\b", re.IGNORECASE), "*"),
    (re.compile(r"(?<=[\d)\s])x(?=[\d(\s])", re.IGNORECASE), "*"),
    (re.compile(r"\bplus\b", re.IGNORECASE), "+"),
    (re.compile(r"\bminus\b", re.IGNORECASE), "-"),
    (re.compile(r"×|·"), "*"),
    (re.compile(r"÷"), "/"),
    (re.compile(r"−|–"), "-"),
    (re.compile(r"(?:%|\bpercent)\s+of\b", re.IGNORECASE), "/100*"),
)
_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[-+*/()])")
_NOT_A_SUM = re.compile(r"\d+([-/])\d+\1\d+|\b0\d|24/7|9/11")
"""Dates, numbers with leading zeros and figures of speech."""
_OPERATOR = re.compile(r"[\d)]\s*[-+*/]")


def evaluate(text: str) -> Fraction | None:
    """Return the value of a sum with at least one operator, None for anything else (also for a division by zero)."""
    for word, sign in _WORDS:
        text = word.sub(sign, text)
    if len(text) > MAX_LENGTH or _NOT_A_SUM.search(text) or not _OPERATOR.search(text):
        return None
    tokens = _tokens(text.strip())
    try:
        return _Reader(tokens).whole() if tokens else None
    except (ValueError, ZeroDivisionError):
        return None


def shown(value: Fraction) -> str:
    """Return a number as people write it; a value without finite decimals begins with `about`."""
    if value.denominator == 1:
        return str(value.numerator)
    scaled = value * 10**_DECIMALS_SHOWN
    digits = f"{abs(round(scaled)):0{_DECIMALS_SHOWN + 1}d}"
    text = f"{digits[:-_DECIMALS_SHOWN]}.{digits[-_DECIMALS_SHOWN:]}".rstrip("0").rstrip(".")
    signed = f"-{text}" if value < 0 else text
    return signed if scaled.denominator == 1 else f"about {signed}"


def number_of(text: str) -> Fraction | None:
    """Return a plain number (`12`, `-3.5`) exactly, None for anything else."""
    return Fraction(text) if re.fullmatch(r"[-+]?\d{1,30}(?:\.\d{1,30})?", text) else None


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return []
        tokens.append(match[1])
        at = match.end()
    return tokens


class _Reader:
    """Reads a sum by descent: terms of factors of signed numbers or brackets."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def whole(self) -> Fraction:
        value = self._sum()
        if self._at != len(self._tokens):
            raise ValueError("something is left over")
        return value

    def _next(self, *wanted: str) -> str:
        """Take the next token when it is one of `wanted`, else return ""."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if token not in wanted:
            return ""
        self._at += 1
        return token

    def _sum(self) -> Fraction:
        value = self._product()
        while sign := self._next("+", "-"):
            value = value + self._product() if sign == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._factor()
        while sign := self._next("*", "/"):
            value = value * self._factor() if sign == "*" else value / self._factor()
        return value

    def _factor(self) -> Fraction:
        if self._next("-"):
            return -self._factor()
        if self._next("("):
            value = self._sum()
            if not self._next(")"):
                raise ValueError("a bracket is not closed")
            return value
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if not token[:1].isdigit():
            raise ValueError("a number is missing")
        self._at += 1
        return Fraction(token)
