"""What the keeper may answer beside an error; a module of its own, since every launch loads it."""

GO_ON = object()
"""The answer "let the kernel decide": by Landlock's rules, which give no right to write in the workspace."""

DONE = object()
"""The answer "it is done"."""


class Opened:
    """An open file for the program."""

    def __init__(self, descriptor: int, *, closes_on_exec: bool) -> None:
        self.descriptor = descriptor
        self.closes_on_exec = closes_on_exec
