"""A server that speaks the OpenAI protocol for all tests of this folder, and a way to open a provider for it."""

import asyncio

import pytest

from llmos_std.providers.litellm import probing
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.provider import LitellmProvider
from servers.asking import HandClock, context_of
from servers.openai_server import OpenAIServer

MODEL = "openai/gpt-4o-mini"


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """Give a local server on a busy machine more than a fifth of a second to say that it is there."""
    monkeypatch.setattr(probing, "TIMEOUT_S", 60.0)


@pytest.fixture(scope="session")
def _openai_server():
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def server(_openai_server):
    """Return the server, with nothing scripted."""
    _openai_server.answer()
    return _openai_server


@pytest.fixture
def opened(server, tmp_path):
    """Return a function that opens a provider for the server; its waits pass without waiting."""

    def open_provider(*, environ=None, clock=None, **settings):
        clock = HandClock() if clock is None else clock
        sleep = getattr(clock, "sleep", asyncio.sleep)
        given = {"model": MODEL, "api_base": server.url, "timeout_s": 60.0, "retries": 2, **settings}
        context = context_of(LitellmConfig(**given), tmp_path, environ=environ, clock=clock)
        return LitellmProvider(context, sleep=sleep)

    return open_provider
