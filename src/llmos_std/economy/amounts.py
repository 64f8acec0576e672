"""Exact sums of dollars. Every amount is finite, 0 or more, below 10¹⁵ and kept to 10⁻³⁰; sums are never rounded."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal, Inexact, InvalidOperation, Overflow

from llmos_core.types.money import usd

_FINEST = Decimal("1e-30")
_TOO_MUCH = Decimal("1e15")
_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])
_CEILING = Context(prec=100, rounding=ROUND_CEILING, traps=[InvalidOperation, Overflow])


def exact_usd(value: object) -> Decimal:
    """Return `value` as dollars; what is finer than 10⁻³⁰ is rounded up. Raises ValueError like `usd`, or from 10¹⁵."""
    amount = usd(value).copy_abs()
    if amount >= _TOO_MUCH:
        raise ValueError(f"{amount:.3e} US dollars are more than a ledger takes (less than {_TOO_MUCH:.0e})")
    exponent = amount.as_tuple().exponent
    is_finer = isinstance(exponent, int) and exponent < _FINEST.adjusted()
    return amount.quantize(_FINEST, context=_CEILING) if is_finer else amount


def optional_exact_usd(value: object) -> Decimal | None:
    """Like `exact_usd`, with None (unknown, or no limit) passed through."""
    return None if value is None else exact_usd(value)


def plus(first: Decimal, second: Decimal) -> Decimal:
    """Return the exact sum."""
    return _EXACT.add(first, second)


def minus(first: Decimal, second: Decimal) -> Decimal:
    """Return the exact difference."""
    return _EXACT.subtract(first, second)
