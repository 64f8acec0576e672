"""The section of the snapshots: how much is kept, and for how long."""

from llmos_core.config.fields import whole
from llmos_core.types.record import Record


class SnapshotsConfig(Record):
    """Section `snapshots`: up to which size a workspace is kept whole, and how many runs can be undone."""

    max_bytes: int = whole(
        200_000_000, least=0, help="how large a workspace may be to be kept whole; 0: never", unit="bytes"
    )
    max_files: int = whole(20_000, least=0, help="how many files and folders it may hold for that; 0: never")
    keep_runs: int = whole(50, least=1, help="how many runs can be undone, the newest ones")
    keep_days: int = whole(30, least=1, help="for how long a run can be undone", unit="days")
