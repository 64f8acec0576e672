"""Take known secrets out of what is written to a file: their values in the environment, plain and in common codings.

Known is what a variable with a telling name holds, or one that the user names. A secret that nobody knows is not found.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MARK = "[secret]"
_TELLING = re.compile(
    r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|COOKIE|(^|_)(AUTH|PASS|PWD|PAT|DSN)(_|$)", re.IGNORECASE
)
_NO_SECRETS = frozenset({"PWD", "OLDPWD", "SSH_AUTH_SOCK", "XAUTHORITY"})
_SHORTEST = 8


class Secrets:
    """The secrets of one environment. `further` names variables that hold one although their names do not tell."""

    def __init__(self, environ: Mapping[str, str], further: Iterable[str] = ()) -> None:
        names = {name for name in environ if _TELLING.search(name) and name not in _NO_SECRETS} | set(further)
        forms = {
            form: name
            for name in sorted(names)
            for form in _forms(environ.get(name, "").strip())
            if len(form) >= _SHORTEST
        }
        self._forms = dict(sorted(forms.items(), key=lambda pair: -len(pair[0])))

    def redacted(self, value: Any) -> tuple[Any, tuple[str, ...]]:
        """Return a JSON value with every secret in it replaced, and the names of the variables that held them."""
        found: set[str] = set()
        return self._clean(value, found), tuple(sorted(found))

    def _clean(self, value: Any, found: set[str]) -> Any:
        if isinstance(value, str):
            for form, name in self._forms.items():
                if form in value:
                    value = value.replace(form, MARK)
                    found.add(name)
            return value
        if isinstance(value, list | tuple):
            return [self._clean(each, found) for each in value]
        if isinstance(value, dict):
            return {self._clean(key, found): self._clean(each, found) for key, each in value.items()}
        return value


def _forms(value: str) -> Iterator[str]:
    """Yield a secret as it may appear: itself, and in base64, URL and hexadecimal coding."""
    if len(value) < _SHORTEST:
        return
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield quote(value, safe="")
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
    yield raw.hex()
