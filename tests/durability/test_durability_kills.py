"""Law: kill -9 at every point at which llmos writes, inside SQLite's commits too; nothing acknowledged is lost.

For every piece of work: its write points are counted, then it is killed at one of them, everything that was
acknowledged is compared with what is stored, and the same work is done to its end. A sample in each test run; all
points, and chains of kills up to `LLMOS_KILLS`, in the nightly session.
"""

import os
import random
import sys
from collections.abc import Iterator

import pytest
from lives import Store, Witness
from tracing import WHY_NOT, Fault, watch
from works import PIECES, Bench, Piece, was_over

SAMPLE, TELL = 8, 500
KILLS = int(os.environ.get("LLMOS_KILLS", "0"))

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


def points_of(bench: Bench, name: str) -> int:
    """Return at how many points the work writes when nothing disturbs it."""
    store, _ = bench.begun(name)
    story = watch(lambda say: PIECES[name].work(store, say))
    assert story.code == 0, story
    assert story.words[-1][-1] == 0 or name == "recording model exchanges", "undisturbed the work fails"
    return len(story.points)


def kill_and_finish(bench: Bench, name: str, moments: list[int]) -> int:
    """Kill the work at each of the moments in turn, then finish it; return how many kills really happened."""
    store, witness = bench.begun(name)
    piece, killed = PIECES[name], 0
    before = last_run(store)
    for at in moments:
        story = watch(lambda say: piece.work(store, say), Fault(at))
        assert story.was_killed or story.code == 0, story
        witness.hear(story.words)
        witness.check()
        killed += story.was_killed
        if was_over(store, before):
            break
    else:
        finish(piece, store, witness)
    return killed


def last_run(store: Store) -> str:
    newest = store.newest()
    return "" if newest is None else newest.run_id


def finish(piece: Piece, store: Store, witness: Witness) -> None:
    words: list[object] = []
    piece.finish(store, lambda *facts: words.append(list(facts)))
    witness.hear(words)
    witness.check()


def some(points: int, number: int) -> Iterator[int]:
    """Yield so many points, spread evenly, the first and the last always."""
    number = min(number, points)
    yield from sorted({round(each * (points - 1) / max(1, number - 1)) for each in range(number)})


@pytest.mark.parametrize("name", PIECES)
def test_killed_at_a_write_point_nothing_acknowledged_is_lost_and_the_work_goes_through(
    bench: Bench, name: str
) -> None:
    """Invariant: acknowledged records survive, final effects happen once, every file is readable, the books add up."""
    moments = list(some(points_of(bench, name), SAMPLE))
    killed = sum(kill_and_finish(bench, name, [at]) for at in moments)
    assert killed >= len(moments) - 1  # the very last point may be missed: a time written in fewer digits is shorter


@pytest.mark.slow
@pytest.mark.skipif(KILLS < 1, reason="every write point takes minutes; set LLMOS_KILLS")
def test_the_same_at_every_write_point_and_in_chains_of_kills(bench: Bench) -> None:
    """Invariant: the same for every single point, and for kills of the runs that recover from kills."""
    points = {name: points_of(bench, name) for name in PIECES}
    killed, told, broken = 0, 0, []
    for name, moments in every_point_and_chains(points):
        if killed >= KILLS:
            break
        try:
            killed += kill_and_finish(bench, name, moments)
        except AssertionError as error:
            broken.append((name, moments, str(error)[:2000]))
        if killed // TELL > told:
            told = killed // TELL
            sys.stdout.write(f"{killed} kills, {len(broken)} broken\n")
            sys.stdout.flush()
    sys.stdout.write(f"\n{killed} kills; write points: {points}\n")
    assert not broken, broken


def every_point_and_chains(points: dict[str, int]) -> Iterator[tuple[str, list[int]]]:
    """Yield every write point of every piece of work once, and then chains of two to five at random, for ever."""
    yield from ((name, [at]) for name, number in points.items() for at in range(number))
    chance = random.Random(KILLS)
    while True:
        name = chance.choice(list(points))
        yield name, [chance.randrange(points[name]) for _ in range(chance.randint(2, 5))]
