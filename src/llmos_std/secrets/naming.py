"""Tell by its name whether a variable holds a secret. On the way to a replay: nothing here imports anything."""

_TELLING = ("PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "CREDENTIAL", "CREDENTIALS")
_LAST = frozenset(
    {"KEY", "KEYS", "TOKENS", "SECRETS", "PASSWORDS", "AUTH", "AUTHORIZATION", "PASS", "PAT", "DSN", "COOKIE"}
)
_ABOUT = frozenset(
    {"COUNT", "DIR", "EXPIRY", "FILE", "FOLDER", "HOST", "ID", "LENGTH", "LIMIT", "NAME", "PATH", "PORT", "PREFIX"}
    | {"SOCK", "TIMEOUT", "TTL", "TYPE", "URI", "URL", "USER"}
)
"""Last words of names that say something about a secret and hold none."""

_COMMON = frozenset(
    {"changeme", "disabled", "localhost", "optional", "password", "postgres", "required", "undefined", "username"}
)
"""Values that everybody knows. To hide these words everywhere would hide nothing and spoil much."""

SHORTEST = 8
"""A shorter value of a variable would be found by chance in ordinary text."""


def is_secret_variable(name: str) -> bool:
    """Say whether an environment variable of this name holds a secret itself, not where it is or how long it lasts."""
    words = name.upper().split("_")
    last = words[-1].rstrip("0123456789")
    if not last and len(words) > 1:
        last = words[-2]
    if last in _LAST or (last == "PWD" and len(words) > 1):
        return True
    return last not in _ABOUT and any(word.rstrip("0123456789").endswith(_TELLING) for word in words)


def is_worth_hiding(value: str) -> bool:
    """Say whether a value is long and uncommon enough to be taken out wherever it stands."""
    return len(value) >= SHORTEST and value.lower() not in _COMMON
