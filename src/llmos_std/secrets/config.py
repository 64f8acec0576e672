"""The section of the secrets family."""

from llmos_core.config.fields import texts
from llmos_core.types.record import Record


class SecretsConfig(Record):
    """Section `secrets`: which variables hold secrets, beside those whose names tell."""

    variables: tuple[str, ...] = texts(help="variables that hold a secret although their names do not tell")
    not_secret: tuple[str, ...] = texts(help="variables that hold no secret although they are named so", user_only=True)
