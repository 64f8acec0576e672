"""Make a new pytest class from a class of laws: a method `test_…(self, drawn, …)` becomes one Hypothesis test.

Every suite is a new class with new tests, because Hypothesis refuses one test that runs under two classes.
"""

import inspect
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

USUAL = settings(deadline=None)
"""How laws are tried unless the author of a plugin says otherwise; the number of examples is Hypothesis's own."""


def make_suite(
    laws: type, *, draws: Mapping[str, SearchStrategy[Any]], bounds: settings = USUAL, **attributes: Any
) -> type:
    """Return a class with the laws of `laws`, whose parameters are drawn by name from `draws`.

    `attributes` become class attributes that the laws read from `self`; `bounds` says how hard each law tries.
    """
    members = {name: _drawn(law, draws, bounds) for name, law in vars(laws).items() if name.startswith("test_")}
    return type(laws.__name__.replace("Laws", "Suite"), (laws,), {**attributes, **members})


def _drawn(law: Any, draws: Mapping[str, SearchStrategy[Any]], bounds: settings) -> Any:
    names = [name for name in inspect.signature(law).parameters if name != "self"]
    if not names:
        return law
    return bounds(given(**{name: draws[name] for name in names})(law))
