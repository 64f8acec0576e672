"""Law: a recording holds exactly what was appended, whatever processes, crashes and other hands did meanwhile."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from llmos_core.errors import StorageError
from llmos_core.types.model import Message, ModelRequest
from llmos_std.providers.exchanging import request_json
from llmos_std.providers.recorded.file import Exchange, Recording, key_of


def exchange(question, answer="yes"):
    request = request_json(ModelRequest(messages=(Message(role="user", text=question),)))
    return Exchange(key_of(request), "2026-01-01T00:00:00+00:00", "litellm", request, {"text": answer}, ())


def recording(folder):
    return Recording(folder / "deep" / "down" / "model.jsonl")


def texts(found):
    return [each.reply["text"] for each in found.exchanges()]


def test_what_is_appended_is_found_by_every_reader(tmp_path):
    writer, reader = recording(tmp_path), recording(tmp_path)
    assert reader.find(exchange("a").key) is None
    writer.append(exchange("a", "line\nbreak ½"))
    assert reader.find(exchange("a").key) == exchange("a", "line\nbreak ½")
    writer.append(exchange("b"))
    assert texts(reader) == ["line\nbreak ½", "yes"]


@pytest.mark.spec("MX-007")
def test_the_last_of_several_answers_counts(tmp_path):
    kept = recording(tmp_path)
    for answer in ("first", "second", "third"):
        kept.append(exchange("a", answer))
    assert texts(kept) == ["third"]
    assert texts(recording(tmp_path)) == ["third"]


def test_file_and_folders_are_private(tmp_path):
    kept = recording(tmp_path)
    kept.append(exchange("a"))
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.path.parent.stat().st_mode) == 0o700


@pytest.mark.spec("MX-006")
@pytest.mark.parametrize("cut", [1, 20, -1])
def test_a_torn_last_line_is_passed_over_and_removed_by_the_next_writer(tmp_path, cut):
    kept = recording(tmp_path)
    kept.append(exchange("a"))
    with kept.path.open("ab") as file:
        file.write(exchange("torn").line[:cut])
    assert texts(recording(tmp_path)) == ["yes"]
    kept.append(exchange("b", "no"))
    assert texts(recording(tmp_path)) == texts(kept) == ["yes", "no"]
    assert all(json.loads(line) for line in kept.path.read_text("utf-8").splitlines())


@pytest.mark.spec("MX-006")
def test_a_torn_first_line_longer_than_a_block_is_removed_too(tmp_path):
    kept = recording(tmp_path)
    kept.prepare()
    kept.path.write_bytes(b"x" * 200_000)
    kept.append(exchange("a"))
    assert kept.path.read_bytes() == exchange("a").line


@pytest.mark.spec("MX-006")
@pytest.mark.parametrize("damage", [b"\n", b"{}\n", b"not json\n", b'{"schema": "other"}\n', b"[" * 9999 + b"\n"])
def test_any_other_damage_is_an_error_that_names_the_line(tmp_path, damage):
    kept = recording(tmp_path)
    kept.append(exchange("a"))
    kept.path.write_bytes(kept.path.read_bytes() + damage + exchange("b").line)
    for _ in range(2):
        with pytest.raises(StorageError, match=r"model\.jsonl:2: "):
            kept.find(exchange("a").key)


def test_a_file_that_was_replaced_or_emptied_is_read_anew(tmp_path):
    kept = recording(tmp_path)
    kept.append(exchange("a"))
    kept.append(exchange("b"))
    assert len(texts(kept)) == 2
    kept.path.write_bytes(exchange("c", "new").line)
    assert texts(kept) == ["new"]
    other = kept.path.with_name("other")
    other.write_bytes(exchange("d", "newer").line * 3)
    other.replace(kept.path)
    assert texts(kept) == ["newer"]
    kept.path.unlink()
    assert texts(kept) == []


def test_no_link_and_no_device_is_followed(tmp_path):
    kept = recording(tmp_path)
    kept.path.parent.mkdir(parents=True)
    (tmp_path / "elsewhere").touch()
    kept.path.symlink_to(tmp_path / "elsewhere")
    for use in (kept.prepare, lambda: kept.append(exchange("a")), lambda: kept.find("")):
        with pytest.raises(StorageError, match="symbolic link"):
            use()
    kept.path.unlink()
    os.mkfifo(kept.path)
    with pytest.raises(StorageError, match="no regular file"):
        kept.find("")
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    kept = recording(tmp_path)
    kept.append(exchange("a"))
    before = kept.path.read_bytes()
    written = os.write

    def half(handle, data):
        if len(data) < 50:
            raise OSError(28, "No space left on device")
        return written(handle, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(StorageError, match="No space left"):
        kept.append(exchange("b"))
    assert kept.path.read_bytes() == before


WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_recorded_file import exchange, Recording
for n in range(25):
    Recording(Path(sys.argv[1])).append(exchange(f"{sys.argv[2]} {n}", "x" * 20_000 + sys.argv[2]))
"""


@pytest.mark.spec("MX-006")
def test_processes_append_beside_each_other_and_lose_nothing(tmp_path):
    path = recording(tmp_path).path
    here = str(Path(__file__).parent)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, here]) for name in "abc"]
    assert [writer.wait(600) for writer in writers] == [0, 0, 0]
    assert len(texts(Recording(path))) == 75
