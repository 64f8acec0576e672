"""Say whether a hook's matcher means a tool: exact names joined by "|", or else a regular expression.

An expression counts wherever it is found in the name, as in the widely used form: when in doubt, the hook is asked.
"""

import re
from functools import lru_cache

_NAMES = re.compile(r"[\w|, -]+")


def fits(matcher: str, tool: str) -> bool:
    """Return True for an empty matcher, "*", one of the names, or an expression found in the tool's name."""
    if matcher in {"", "*"}:
        return True
    if _NAMES.fullmatch(matcher):
        return tool in {name.strip() for name in re.split("[|,]", matcher)}
    return _compiled(matcher).search(tool) is not None


def matcher_problem(matcher: object) -> str:
    """Return why something is no matcher, "" when it is one."""
    if not isinstance(matcher, str):
        return f"the matcher is {type(matcher).__name__}; expected tool names such as 'Bash|Write'"
    try:
        fits(matcher, "Bash")
    except (re.error, RecursionError, OverflowError) as error:
        return f"the matcher {matcher!r} is no regular expression ({error})"
    return ""


@lru_cache(maxsize=256)
def _compiled(matcher: str) -> re.Pattern[str]:
    return re.compile(matcher)
