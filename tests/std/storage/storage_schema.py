"""A small schema for the tests of the storage family."""

from llmos_std.storage.schema import Schema

SHELF = Schema(
    name="shelf",
    tag=0x7E57,
    version=2,
    statements=("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL)",),
    if_moved="only test notes are on it",
)
ADD = "INSERT INTO notes (text) VALUES (?)"
COUNT = "SELECT count(*) FROM notes"
