"""Law: LiteLLM is a provider like any other – the suite that strangers run holds for it too."""

import tempfile
from pathlib import Path

import pytest

from llmos_core.testing.suites.provider import provider_suite
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.litellm.provider import open_litellm
from servers.asking import context_of
from servers.openai_server import OpenAIServer
from servers.replies import call, fail, say

SERVER = OpenAIServer()


def _opened(**settings):
    given = {"model": "openai/gpt-4o-mini", "api_base": SERVER.url, "retries": 1, "retry_delay_s": 0.0, **settings}
    return open_litellm(context_of(LitellmConfig(**given), Path(tempfile.gettempdir())))


@pytest.fixture(autouse=True, scope="module")
def _running():
    with SERVER:
        SERVER.answer_with(_reply)
        yield


def _reply(body):
    if body["model"] == "failing":
        return fail(500)
    return call("Write", {"path": "hello.txt", "content": "hi"}) if body.get("tools") else say("hello there")


TestStreamed = provider_suite(_opened)
TestWhole = provider_suite(lambda: _opened(stream=False))
TestFailing = provider_suite(lambda: _opened(model="openai/failing"))
TestUnconfigured = provider_suite(lambda: _opened(model="", ollama_base="http://127.0.0.1:1"))
