"""Law: nothing is imported before a model is asked; then it happens in silence, and the process stays as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

from servers.openai_server import OpenAIServer
from servers.replies import broken, call, fail, say

TESTS = Path(__file__).parents[2]
HEAVY = ("litellm", "openai", "httpx", "asyncio", "tenacity", "pydantic", "logging", "aiohttp", "numpy", "rich")

BEFORE = """
import json, sys
from pathlib import Path
from llmos_std.providers.litellm.provider import open_litellm
from llmos_std.providers.litellm.config import LitellmConfig
sys.path.insert(0, {tests!r})
from llmos_core.protocols.context import Paths, PluginContext
from llmos_core.runtime.clock import SystemClock, sortable_id
here = Path({folder!r})
paths = Paths(workspace=here, user_config=here, user_data=here, user_state=here, user_cache=here)
context = PluginContext(paths=paths, clock=SystemClock(), new_id=sortable_id, environ={{}},
                        section=lambda name: None, config=LitellmConfig(**{settings!r}))
provider = open_litellm(context)
assert provider.ready() == ""
heavy = [name for name in {heavy!r} if name in sys.modules]
"""
AFTER = """
import gc, os, warnings
from llmos_core import aio
from llmos_core.types.model import Message, ModelRequest
request = ModelRequest(messages=(Message(role="user", text="hi"),), timeout_s=120.0)
environ = dict(os.environ)
provider.quote(request)
async def three():
    replies = [await provider.complete(request, lambda text: None) for _ in range(3)]
    return [reply.text or [call.tool for call in reply.calls] for reply in replies]
texts = aio.run(aio.call(three))
gc.collect()
assert dict(os.environ) == environ, "the environment was changed"
assert gc.isenabled()
"""


def run(code, folder, **environ):
    env = {**os.environ, "PYTHONWARNINGS": "always::ResourceWarning", "HOME": str(folder), **environ}
    program = [sys.executable, "-c", code]
    done = subprocess.run(program, cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


def test_being_ready_costs_no_import(tmp_path):
    settings = {"model": "openai/x", "api_base": "http://127.0.0.1:1/v1"}
    code = BEFORE.format(tests=str(TESTS), folder=str(tmp_path), settings=settings, heavy=HEAVY)
    assert run(code + "print(json.dumps(heavy))", tmp_path) == []


def test_asking_is_silent_and_leaves_the_process_as_it_was(tmp_path):
    (tmp_path / ".env").write_text("OPENAI_API_KEY=from-a-file\n")
    with OpenAIServer() as server:
        server.answer(say("one"), broken("cut"), fail(500), call("Write", {"path": "a"}), say("three"))
        settings = {"model": "openai/gpt-4o-mini", "api_base": server.url, "retry_delay_s": 0.01}
        code = BEFORE.format(tests=str(TESTS), folder=str(tmp_path), settings=settings, heavy=HEAVY)
        assert run(f"{code}{AFTER}print(json.dumps(texts))", tmp_path) == ["one", ["Write"], "three"]
        assert server.headers[0]["authorization"] == "Bearer no-key-needed"


def test_the_server_answers_from_a_script_in_a_process_of_its_own(tmp_path):
    from urllib.request import urlopen

    script = tmp_path / "replies.json"
    script.write_text(json.dumps([{"text": "hello"}, {"calls": [{"tool": "Read", "arguments": {"path": "a"}}]}]))
    program = [sys.executable, str(TESTS / "servers" / "openai_server.py"), "--script", str(script)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            with urlopen(url.removesuffix("/v1") + "/requests", timeout=60) as response:
                assert json.load(response) == {"count": 0, "requests": []}
        finally:
            process.terminate()
