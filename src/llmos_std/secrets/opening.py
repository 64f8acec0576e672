"""Open the redactor of one llmos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmos_std.secrets.digests import Digests
from llmos_std.secrets.knowing import Known
from llmos_std.secrets.redactor import SecretRedactor

if TYPE_CHECKING:
    from llmos_core.protocols.context import PluginContext


def open_redactor(context: PluginContext) -> SecretRedactor:
    """Return the redactor; nothing is read before the first text."""
    return SecretRedactor(Known(context), Digests(context.paths.user_state / "secrets"))
