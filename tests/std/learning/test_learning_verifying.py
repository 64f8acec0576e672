"""Law: a program that would not make a recorded call again, byte for byte, is never given other values."""

from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect
from llmos_std.learning.joining import programme
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example
from llmos_std.learning.verifying import gives_back


def renaming(old, new):
    call = LoggedCall(
        tool="Rename", arguments={"old": old, "new": f"{new}.txt"}, output="ok", effect=Effect.REVERSIBLE_WRITE
    )
    return Example(Run(goal=f"rename {old} to {new}", calls=(call,)))


EXAMPLES = [renaming("alpha", "beta"), renaming("gamma", "delta"), renaming("one", "two")]


def test_a_program_gives_back_what_it_was_made_from():
    assert gives_back(programme(EXAMPLES[0], EXAMPLES)) == ""


def test_a_program_with_its_values_changed_over_is_found_out():
    program = programme(EXAMPLES[0], EXAMPLES)
    old, new = program.spaces[0]["old",], program.spaces[0]["new",]
    exchanged = evolve(program, spaces=({("old",): new, ("new",): old},))
    assert "Rename" in gives_back(exchanged)


def test_a_frame_that_lost_a_letter_is_found_out():
    program = programme(EXAMPLES[0], EXAMPLES)
    space = program.spaces[0]["new",]
    framed = {(key[0], key[1], ".tx", *key[3:]) if key[0] == "frame" else key: spans for key, spans in space.items()}
    assert framed != space
    assert ".tx" in gives_back(evolve(program, spaces=({**program.spaces[0], ("new",): framed},)))
