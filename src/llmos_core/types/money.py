"""Money is a finite, non-negative Decimal of US dollars. NaN, infinities, negatives and booleans are refused."""

from decimal import Decimal, InvalidOperation

ZERO = Decimal(0)
"""No dollars at all."""


def usd(value: object) -> Decimal:
    """Return `value` (Decimal, int, float or text) as dollars; a float is read as it prints (0.1 is 0.1).

    Raises ValueError for NaN, infinity, a negative amount, a boolean or anything that is no number.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        raise ValueError(f"{value!r} is not an amount in US dollars")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount in US dollars") from None
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{value!r} is not a finite amount of 0 or more US dollars")
    return amount


def optional_usd(value: object) -> Decimal | None:
    """Like `usd`, with None (unknown, or no limit) passed through."""
    return None if value is None else usd(value)


def plain(amount: Decimal | None) -> str | None:
    """Return dollars as plain decimal text without exponent or trailing zeros; None stays None."""
    if amount is None:
        return None
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
