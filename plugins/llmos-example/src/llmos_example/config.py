"""The section `freshness`."""

from llmos_core.config.fields import whole
from llmos_core.types.record import Record


class FreshnessConfig(Record):
    """Section `freshness`: how long what was learned counts."""

    days: int = whole(30, least=0, help="traces older than this are learned anew", unit="days")
