"""The tables of `runs.db` and the statements that are shared. Records are only ever added.

A run's row holds what changes: its state and who claimed it. Everything else about it is in its records.
"""

from llmos_std.storage.schema import Schema

RUNNING, SUSPENDED, ENDED, CONTINUED = range(4)
"""The states of a run. A CONTINUED one was claimed by a run that has begun in its place."""

BEGIN, TURN, INTENT, RESULT, SUSPEND, END = "begin", "turn", "intent", "result", "suspend", "end"
"""The kinds of records. A run has one BEGIN, perhaps one SUSPEND and one END; the others are numbered."""

FOUND = "found"
"""What a person found about a step: it counts in the place of its RESULT, which stays as it is."""

LAST_KIND = {SUSPENDED: SUSPEND, ENDED: END}
"""The record that must be there in a state."""

_RUNS = """
CREATE TABLE runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id BLOB NOT NULL UNIQUE,
    signature BLOB NOT NULL,
    state INTEGER NOT NULL,
    claimed_by BLOB
)"""

_RECORDS = """
CREATE TABLE records (
    run INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    body BLOB NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (run, kind, number)
) WITHOUT ROWID"""

SCHEMA = Schema(
    name="journal of runs",
    tag=0x6C4A,
    version=1,
    statements=(_RUNS, "CREATE INDEX open_runs ON runs (signature, seq) WHERE state < 2", _RECORDS),
    if_moved="learned traces are kept in files of their own and stay; only the history of runs starts anew",
)

ADD = (
    "INSERT INTO records (run, kind, number, turn, body, seal)"
    " SELECT seq, ?, ?, ?, ?, ? FROM runs WHERE run_id = ? AND state = 0"
)
AMEND = ADD.replace("state = 0", "state <> 2")
OF_RUN = "FROM records WHERE run = (SELECT seq FROM runs WHERE run_id = ?) AND kind = ?"
NEWEST = (
    "SELECT run_id, state, claimed_by, kind, number, turn, body, seal"
    " FROM (SELECT seq, run_id, state, claimed_by FROM runs ORDER BY seq DESC LIMIT ?) JOIN records ON run = seq"
    " WHERE kind IN ('begin', 'suspend', 'end') ORDER BY seq DESC"
)
WITH_PREFIX = "SELECT seq, run_id, state, claimed_by FROM runs WHERE run_id >= ? AND run_id < ? ORDER BY run_id LIMIT 2"
