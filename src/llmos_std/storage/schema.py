"""What one SQLite file of ours holds. Its first page carries a stamp, so no file is ever taken for another."""

from llmos_core.types.record import Record


class Schema(Record):
    """The format of one kind of file.

    `tag` (1 to 32,767) tells our kinds of file apart, `version` (1 to 65,535) counts the formats of one kind.
    `statements` create an empty one. `if_moved` is one sentence: what a user loses who moves the file aside.
    """

    name: str
    tag: int
    version: int
    statements: tuple[str, ...]
    if_moved: str

    @property
    def stamp(self) -> int:
        """The number kept in SQLite's `user_version`; 0 would be a file that nobody has finished creating."""
        return self.tag << 16 | self.version
