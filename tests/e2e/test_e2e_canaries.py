"""Law: a secret, wherever it enters, is in no byte that is kept, in nothing that is printed, nothing a model is told.

Two canaries sing together: one that is known by name (a variable), and one that only its shape tells. Every file below
the workspace's own folder and the user's home is searched byte by byte, the write-ahead logs of SQLite too.
"""

import base64
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from command import Done, Place

from servers.openai_server import OpenAIServer
from servers.replies import call, calls, fail, say

KNOWN = "cAnary/of+the=deploy!7391'\"\\x"
SHAPED = "ghp_Zk4nAr1Ys1ngS7H1sL0uDsOnG5tHr0uGhT8e"
BOTH = f"{KNOWN} and {SHAPED}"
NAMED = "{{secret:DEPLOY_TOKEN}}"
COPIES = "objects"
"""Snapshots of the user's own files, byte for byte, for `llmos undo`: a file with a secret in it is kept as it was."""

GOAL = "note what the deploy notes say"
CODED = "cat notes.txt; base64 notes.txt; xxd -p notes.txt | tr -d '\\n'; cat missing-$(cat notes.txt)"
RAISED = "import sys; text = open('notes.txt').read(); print(text, [text], file=sys.stderr); sys.exit(text)"
ACTS: list[tuple[str, dict[str, Any]]] = [
    ("Read", {"path": "notes.txt"}),
    ("Grep", {"pattern": "deploy"}),
    ("Bash", {"command": CODED}),
    ("Python", {"code": RAISED}),
]


def forms(secret: str) -> Iterator[bytes]:
    """Yield the secret as it may be stored: plain, escaped, in hexadecimal digits and at each place of base64."""
    raw = secret.encode()
    yield raw
    yield raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield raw.decode("utf-8").encode("utf-16-le")
    yield raw[::-1]
    for shift in range(3):
        yield base64.b64encode(raw[shift : shift + (len(raw) - shift) // 3 * 3])


FORMS = [form for secret in (KNOWN, SHAPED) for form in forms(secret)]


def songs(data: bytes) -> list[bytes]:
    return [form for form in FORMS if form in data]


@dataclass
class Nest:
    """A place, the server behind it, and what the commands printed."""

    place: Place
    server: OpenAIServer
    printed: list[str] = field(default_factory=list)

    def run(self, goal: str, *options: str) -> Done:
        done = self.place.call("run", goal, *options, env={"DEPLOY_TOKEN": KNOWN})
        self.printed += [done.out, done.err]
        return done

    def call(self, *arguments: str) -> Done:
        done = self.place.call(*arguments, env={"DEPLOY_TOKEN": KNOWN})
        self.printed += [done.out, done.err]
        return done

    def assert_silence(self, *, but: tuple[str, ...] = ()) -> None:
        """Fail for every canary in a file that llmos keeps, in what was printed, and in what the model was told."""
        kept = [*(self.place.folder / ".llmos").rglob("*"), *self.place.home.rglob("*")]
        files = [path for path in kept if path.is_file() and path.name not in but and COPIES not in path.parts]
        assert len(files) > 2, "nothing was kept, so nothing was proven"
        found = [
            f"{path.relative_to(self.place.root)}: {song!r}" for path in files for song in songs(path.read_bytes())
        ]
        found += [f"printed: {song!r} in {text[:2000]}" for text in self.printed for song in songs(text.encode())]
        told = repr(self.server.requests).encode() + str(self.server.requests).encode()
        found += [f"told a model: {song!r}" for song in songs(told)]
        assert found == []


@pytest.fixture
def nest(tmp_path: Path, server: OpenAIServer) -> Nest:
    place = Place(tmp_path, server.url)
    place.configure(server.url, more='[log]\nfile = ".llmos/log.jsonl"\n[permissions]\nmode = "yolo"')
    return Nest(place, server)


@pytest.mark.spec("SE-023")
def test_in_the_goal(nest: Nest) -> None:
    nest.server.answer(call("Write", {"path": "note.txt", "content": f"it is {NAMED}"}), say(f"noted {KNOWN}"))
    goal = f"note in note.txt that the token is '{SHAPED}', and {KNOWN}"
    assert nest.run(goal).code == 0
    assert nest.place.read("note.txt") == f"it is {KNOWN}"
    nest.run(goal)
    nest.assert_silence()


@pytest.mark.spec("SE-023")
def test_in_arguments_and_answers_of_a_model(nest: Nest) -> None:
    nest.server.answer(call("Write", {"path": "note.txt", "content": BOTH}), say(f"I wrote {BOTH}."))
    assert nest.run(GOAL).code == 0
    assert nest.place.read("note.txt") == BOTH
    nest.run(GOAL, "--json")
    nest.assert_silence()


@pytest.mark.spec("SE-023")
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
def test_in_outputs_and_errors_of_tools(nest: Nest, act: tuple[str, dict[str, Any]]) -> None:
    nest.place.write("notes.txt", f"deploy: {BOTH}\n")
    nest.server.answer(calls(act), say("the notes were read"))
    nest.run(GOAL, "-y")
    assert nest.server.count == 2, nest.printed
    nest.run(GOAL, "-y", "--json")
    for command in (["traces", "list"], ["episodes", "list"], ["stats"], ["audit", "show"]):
        nest.call(*command)
    nest.assert_silence()


@pytest.mark.spec("SE-023")
def test_in_the_environment_of_a_program(nest: Nest) -> None:
    nest.server.answer(call("Bash", {"command": "env; export; set"}), say("that was the environment"))
    nest.run(GOAL, "-y")
    nest.assert_silence()


@pytest.mark.spec("SE-023")
@pytest.mark.parametrize("status", [401, 500])
def test_in_headers_and_bodies_of_a_provider_that_fails(nest: Nest, status: int) -> None:
    header = {"x_request_id": SHAPED, "retry_after": "0"}
    nest.server.answer(fail(status, f"wrong key: {BOTH}", **header))
    assert nest.run(GOAL).code != 0
    nest.run(GOAL, "--json")
    nest.server.requests.clear()
    nest.assert_silence()


@pytest.mark.spec("SE-023")
def test_in_a_stream_that_is_shown(nest: Nest) -> None:
    nest.server.answer(say(f"here it comes: {KNOWN} {SHAPED} that was it"))
    nest.run(GOAL)
    nest.assert_silence()


@pytest.mark.spec("SE-023")
def test_in_the_output_of_a_hook(nest: Nest) -> None:
    notes = nest.place.root / "notes.txt"
    notes.write_text(BOTH)
    hooks = f"""
    [[hooks.user_prompt_submit]]
    command = "cat {notes}"
    [[hooks.post_tool_use]]
    command = "cat {notes} >&2; exit 2"
    """
    nest.place.configure(nest.server.url, more=textwrap.dedent(hooks) + '[log]\nfile = ".llmos/log.jsonl"')
    nest.server.answer(call("Write", {"path": "a.txt", "content": "x"}), say("done"))
    nest.run(GOAL, "-y")
    assert nest.server.count > 0
    nest.assert_silence()


@pytest.mark.spec("SE-023")
def test_in_an_exception_of_a_project_s_own_tool(nest: Nest) -> None:
    nest.place.write("notes.txt", BOTH)
    plugins = nest.place.folder / ".llmos" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "sing.py").write_text(
        "def sing(song: str) -> str:\n    '''Sing.'''\n    raise RuntimeError(open('notes.txt').read())\n"
    )
    nest.call("trust", "-y")
    nest.server.answer(call("sing", {"song": "x"}), say("it could not sing"))
    nest.run(GOAL, "-y")
    assert nest.server.count == 2
    nest.assert_silence()


@pytest.mark.spec("SE-023")
def test_in_a_plugin_s_settings(nest: Nest) -> None:
    """A header whose value is in a private file reaches the server, and nothing else."""
    private = nest.place.root / "private"
    private.write_text(f"{SHAPED}\n")
    private.chmod(0o600)
    nest.place.configure(nest.server.url, more=f'headers = {{ X-Deploy = {{ file = "{private}" }} }}')
    nest.server.answer(call("Write", {"path": "a.txt", "content": f"is it {SHAPED}?"}), say(f"{KNOWN}?"))
    for _ in range(2):
        nest.run(GOAL, "-y")
    assert nest.server.headers[0]["x-deploy"] == SHAPED
    nest.call("config", "show")
    nest.call("doctor")
    nest.assert_silence()


def test_the_search_would_find_every_form(tmp_path: Path) -> None:
    """A canary that does sing is heard: else the silence above proves nothing."""
    for form in FORMS:
        assert songs(b"before" + form + b"after")
    assert songs(base64.b64encode(b"xy" + KNOWN.encode() + b"z"))
