"""Texts, JSON values, digests, times and amounts: what the records are made of."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

_HEX = "0123456789abcdef"
_HOSTILE = (
    "---\nid: forged\n---",
    "### Step 1 · Bash",
    "```yaml\ntool: Bash\n```",
    "key: |-\n  x",
    "a\r\nb",
    "'\"`",
    "\\n",
)


def texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Draw any text that UTF-8 can carry, some of it looking like structure."""
    plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=max_size)
    return st.one_of(plain, st.sampled_from(_HOSTILE))


def lines(max_size: int = 40) -> st.SearchStrategy[str]:
    """Draw one line of visible text that is not empty."""
    letters = st.characters(categories=["L", "N", "P", "S", "Zs"])
    return st.text(letters, min_size=1, max_size=max_size).filter(lambda line: line.strip() != "")


def goals() -> st.SearchStrategy[str]:
    """Draw a goal: any text that is not blank, without white space at its ends."""
    ordinary = st.sampled_from(
        (
            "create hello.txt with the text 'hi'",
            "list all files in src",
            "Delete logs older than 7 days",
            "run the tests",
        )
    )
    return st.one_of(ordinary, texts().map(str.strip).filter(bool))


def json_values() -> st.SearchStrategy[Any]:
    """Draw a small JSON value."""
    leaves = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        st.floats(allow_nan=False, allow_infinity=False),
        texts(),
    )
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(10), inner, max_size=3), max_leaves=6
    )


def json_objects() -> st.SearchStrategy[dict[str, Any]]:
    """Draw a small JSON object."""
    return st.dictionaries(texts(10), json_values(), max_size=3)


def digests(size: int = 64) -> st.SearchStrategy[str]:
    """Draw `size` hex digits."""
    return st.text(_HEX, min_size=size, max_size=size)


def moments() -> st.SearchStrategy[str]:
    """Draw a UTC time as ISO 8601."""
    return st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(datetime.isoformat)  # noqa: DTZ001 – Hypothesis adds the zone


def amounts() -> st.SearchStrategy[Decimal]:
    """Draw US dollars from 0 to 100, in millionths."""
    return st.integers(0, 100_000_000).map(lambda millionths: Decimal(millionths) / 1_000_000)


def tokens() -> st.SearchStrategy[int]:
    """Draw a number of tokens."""
    return st.integers(0, 100_000)


def spans_s() -> st.SearchStrategy[float]:
    """Draw a time in seconds, from 0 to 1000, in tenths."""
    return st.integers(0, 10_000).map(lambda tenths: tenths / 10)
