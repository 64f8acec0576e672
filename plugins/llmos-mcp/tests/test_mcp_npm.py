"""Servers that others have written and published on npm work as they are: the reference servers of MCP."""

import json
import os
import pwd
import shutil
import subprocess
from pathlib import Path

import pytest

from llmos_core.types.result import Status

PACKAGES = ("@modelcontextprotocol/server-everything@2026.8.31", "@modelcontextprotocol/server-filesystem@2026.8.31")

pytestmark = pytest.mark.skipif(
    shutil.which("npm") is None, reason="npm is not installed; it brings the public servers"
)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Install the two servers into a folder of the test's own."""
    folder = tmp_path_factory.mktemp("npm")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    command += ["--fetch-retries=1", "--fetch-timeout=20000", *PACKAGES]
    try:
        done = subprocess.run(
            command, cwd=folder, env=npm_environ(), capture_output=True, text=True, timeout=75, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not reach its registry, which has the public servers")
    if done.returncode:
        pytest.skip(f"npm cannot install the public servers here: {' '.join(done.stderr.split())[:300]}")
    return folder / "node_modules" / "@modelcontextprotocol"


def npm_environ():
    """Return the environment, with the person's own npm settings (a registry, a proxy) whatever HOME the tests have."""
    own = Path(pwd.getpwuid(os.getuid()).pw_dir) / ".npmrc"
    return {**({"NPM_CONFIG_USERCONFIG": str(own)} if own.exists() else {}), **os.environ}


def table(packages, server, *arguments):
    return {"command": "node", "args": [str(packages / server / "dist" / "index.js"), *arguments]}


def call(world, table, name, arguments):
    return world.call(name, arguments, server=table)


@pytest.fixture
def everything(packages):
    return table(packages, "server-everything")


@pytest.fixture
def files(packages, world):
    return table(packages, "server-filesystem", str(world.workspace))


def test_text_structure_pictures_and_resources_arrive(world, everything):
    assert call(world, everything, "raw__echo", {"message": "hi"}) == "Echo: hi"
    weather = call(world, everything, "raw__get-structured-content", {"location": "New York"})
    assert weather.keys() == {"temperature", "conditions", "humidity"}
    picture = call(world, everything, "raw__get-tiny-image", {})["content"][1]
    assert (picture["type"], picture["mime_type"], picture["size_bytes"]) == ("image", "image/png", 4033)
    link = call(world, everything, "raw__get-resource-links", {"count": 1})["content"][1]
    assert (link["type"], link["uri"]) == ("resource_link", "demo://resource/dynamic/blob/1")


def test_effects_are_those_that_the_authors_annotated(world, everything):
    import asyncio

    async def effects():
        async with world.source(server=everything) as source:
            return {tool.spec.name: tool.spec.effect.value for tool in await source.tools()}

    found = asyncio.run(effects())
    assert found["raw__echo"] == "read"
    assert found["raw__gzip-file-as-resource"] == "idempotent_write"
    assert found["raw__toggle-simulated-logging"] == "irreversible"


def test_reading_a_file_is_learned_and_replayed_and_a_changed_file_is_a_surprise(world, files):
    path = world.workspace / "a.txt"
    path.write_text("alpha", encoding="utf-8")
    turns = [{"calls": [{"tool": "raw__read_text_file", "arguments": {"path": str(path)}}]}, {"text": "It says alpha."}]
    learned, _ = world.run("what does a.txt say?", turns, server=files)
    assert learned.success, learned.reason
    replayed, _ = world.run("what does a.txt say?", None, server=files)
    assert (replayed.mode, replayed.model_calls, replayed.output) == ("FOLLOWER", 0, "It says alpha.")
    path.write_text("beta", encoding="utf-8")
    surprised, _ = world.run("what does a.txt say?", None, server=files)
    assert surprised.status is Status.PARTIAL


def test_writing_needs_a_yes(world, files):
    path = world.workspace / "new.txt"
    turns = [
        {"calls": [{"tool": "raw__write_file", "arguments": {"path": str(path), "content": "new"}}]},
        {"text": "Written."},
    ]
    denied, _ = world.run("write new.txt", turns, server=files)
    assert denied.status is Status.DENIED
    assert not path.exists()
    allowed, _ = world.run("write new.txt", turns, server=files, yes=True)
    assert allowed.success, json.dumps(allowed.to_json())
    assert path.read_text(encoding="utf-8") == "new"
