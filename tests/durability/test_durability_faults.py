"""Law: a full or broken disk, or no file handle left, is one clear error, loses nothing, and is forgotten afterwards.

The system call itself fails, SQLite's as well as Python's; a sample of the write points in each test run, all of them
in the nightly session. On a small real disk the same is true of what is written until it is full.
"""

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lives import GOAL, Store, Witness
from tracing import CAN_RUN_OUT, WHY_NOT, Fault, Say, Story, watch
from works import PIECES, Bench, was_over

from forks import Child
from llmos_core.errors import LlmosError
from llmos_core.protocols.storing import Episode

SAMPLE = 3
IS_FULL = "LLMOS_KILLS" in os.environ
ERRORS = {"full": (errno.ENOSPC, True), "broken": (errno.EIO, False), "no handle": (errno.EMFILE, False)}

watched = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


def heeding(bench: Bench, name: str, fault: Fault | None) -> tuple[Store, Any, Story]:
    """Do a piece of work with a fault; an error of llmos's own ends it in order, any other is a defect."""
    store, witness = bench.begun(name)

    def work(say: Say) -> None:
        try:
            PIECES[name].work(store, say)
        except LlmosError as error:
            say("error", str(error))

    story = watch(work, fault)
    witness.hear(story.words)
    return store, witness, story


def moments_of(bench: Bench, name: str, error: int) -> list[int]:
    """Return the points at which this error can happen; a sample of them unless the nightly session wants all."""
    _, _, story = heeding(bench, name, None)
    able = [at for at, point in enumerate(story.points) if point in CAN_RUN_OUT]
    if error == errno.EMFILE:
        able = [at for at in able if story.points[at].startswith("open")]
    step = 1 if IS_FULL else max(1, len(able) // SAMPLE)
    return able[::step]


def check_words(story: Story, at: int) -> None:
    """Whatever was wrong is said once, in words for a person; success is claimed only by what succeeded."""
    assert story.code == 0, (at, story.points[at:][:1], "ended with a traceback")
    last = story.words[-1] if story.words else []
    if last[:1] == ["code"] and last[-1]:
        lines = [line for line in last[1].splitlines() if line.startswith("llmos: ")]
        assert len(lines) == 1, (at, last)
    elif last[:1] == ["error"]:
        assert "\n" not in last[1], (at, last)
        assert "Errno" not in last[1], (at, last)


@watched
@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("name", PIECES)
def test_a_write_that_fails_is_one_error_and_the_next_run_works(bench: Bench, name: str, kind: str) -> None:
    """Invariant: no traceback, nothing acknowledged lost, no final effect twice, and with room again all goes on."""
    error, lasts = ERRORS[kind]
    for at in moments_of(bench, name, error):
        before = bench.begun(name)[0].newest()
        store, witness, story = heeding(bench, name, Fault(at, error, lasts))
        check_words(story, at)
        witness.check()
        if ended_by_a_step(store, before):
            continue  # honestly over: the next run is another wish, and sends its letters anew
        if not was_over(store, before.run_id if before else ""):
            words: list[Any] = []
            PIECES[name].finish(store, lambda *facts, words=words: words.append(list(facts)))
            witness.hear(words)
            witness.check()


def ended_by_a_step(store: Store, before: Episode | None) -> bool:
    """Say whether the fault met a tool or what guards it, not the records: the run then ends as that step lets it."""
    newest = store.newest()
    is_ended = newest is not None and newest != before and newest.status not in ("", "succeeded")
    return is_ended and newest is not None and newest.reason.startswith("step ")


@watched
def test_with_too_few_file_handles_a_run_says_so_and_the_next_one_works(bench: Bench) -> None:
    """Invariant: EMFILE at any open, also of files that are only read, is an error of llmos's own."""
    name = "a replay"
    for spare in range(0, 14, 1 if IS_FULL else 3):
        store, witness = bench.begun(name)

        def work(say: Say, store: Store = store, spare: int = spare) -> None:
            used = max(int(handle.name) for handle in Path("/proc/self/fd").iterdir())
            resource.setrlimit(resource.RLIMIT_NOFILE, (used + spare, used + spare))
            try:
                PIECES[name].work(store, say)
            except LlmosError as error:
                say("error", str(error))

        story = watch(work)
        check_words(story, spare)
        witness.hear(story.words)
        witness.check()
        if not was_over(store, ""):
            PIECES[name].finish(store, lambda *_facts: None)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, so small that it fills within a few runs."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small file system")
    place = tmp_path / "disk"
    place.mkdir()
    if mount(place, "size=320k"):
        pytest.skip("no tmpfs may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def mount(place: Path, options: str) -> int:
    """Mount a tmpfs, or mount it again with other options; 0 when that was done."""
    command = ["mount", "-t", "tmpfs", "-o", options, "none", place]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_a_disk_that_fills_up_stops_llmos_with_one_error_and_room_lets_it_go_on(small_disk: Path) -> None:
    """Invariant: a real full disk loses nothing acknowledged, and after room was made the same run goes through."""
    store = Store(small_disk)
    witness, failed = Witness(store), 0
    for number in range(60):

        def work(say: Say, number: int = number) -> None:
            (store.workspace / f"filling-{number}").write_bytes(b"x" * 4096)
            try:
                store.run(GOAL, say, fresh=True)
            except LlmosError as error:
                say("error", str(error))

        child = Child(work)
        words = child.words()
        witness.hear(words)
        failed += child.exit_code != 0 or words[-1][0] == "error" or words[-1][-1] != 0
        if failed > 3:
            break
    assert failed > 3, "the disk was never full"
    assert mount(small_disk, "remount,size=8m") == 0
    witness.check_what_is_stored()
    store.without_the_world()
    PIECES["the first run of all"].finish(store, lambda *_facts: None)
