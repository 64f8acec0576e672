"""What several end-to-end tests share: one model server, and one workspace in which one goal was learned."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from command import Done, Place

from servers.openai_server import OpenAIServer
from servers.replies import call, say

GOAL = "write 3 greetings for Ada, not for Bob, into hello.txt"
TEXT = "Hello, Ada!\nGood morning, Ada!\nHi, Ada – ½ past ten!\n"


class Learned(NamedTuple):
    """A workspace that knows GOAL, and how the run ended in which it was learned (`requests` were needed)."""

    place: Place
    done: Done
    requests: int

    def copied_to(self, folder: Path) -> Place:
        """Return a copy of the workspace and its home, to be spoilt by one test."""
        return self.place.copied_to(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[OpenAIServer]:
    """A server that speaks the OpenAI protocol over real TCP."""
    with OpenAIServer() as running:
        yield running


@pytest.fixture(scope="session")
def learned(server: OpenAIServer, tmp_path_factory: pytest.TempPathFactory) -> Learned:
    """One goal, learned with the model behind the server. Tests leave it as it is and spoil only copies."""
    place = Place(tmp_path_factory.mktemp("learned"), server.url)
    server.answer(call("Write", {"path": "hello.txt", "content": TEXT}), say("hello.txt greets Ada three times."))
    done = place.run(GOAL)
    return Learned(place, done, server.count)


@pytest.fixture(autouse=True, scope="session")
def _heed_interrupts() -> None:
    """Let the commands under test heed Ctrl-C, though tests in the background may have to ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
