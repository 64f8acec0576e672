"""Law: what was recorded is answered again, word for word and for nothing; nothing else is ever answered."""

import asyncio
import base64
import json
from decimal import Decimal

import pytest

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.testing.fakes.provider import Fault, FaultyProvider
from llmos_core.testing.suites.provider import REQUESTS, provider_suite
from llmos_core.types.model import Message, ModelReply, ModelRequest, Quote
from llmos_core.types.record import evolve
from llmos_core.types.tools import ToolCall
from llmos_core.types.transcript import Usage
from llmos_std.providers.config import RecordedConfig
from llmos_std.providers.litellm.config import LitellmConfig
from llmos_std.providers.recorded.file import Recording
from llmos_std.providers.recorded.provider import Playback, Recorder, open_recorded
from llmos_std.providers.recorded.secrets import Secrets
from servers.asking import WRITE, context_of

KEY = "sk-live-0123456789/+abcdef"
ASKED = ModelRequest(
    messages=(Message(role="system", text="be brief"), Message(role="user", text="say hi")), tools=(WRITE,)
)
CALL = ToolCall(id="x", tool="Write", arguments={"path": "a", "content": "½"})
USAGE = Usage(model="openai/gpt-4o-mini", input_tokens=10, output_tokens=5, cost_usd=Decimal("0.0123"))
REPLY = ModelReply(text="hello", calls=(CALL,), usage=USAGE)


class Model:
    """A provider that gives the replies it was made with, and counts."""

    def __init__(self, *replies, problem=""):
        self.replies, self.problem, self.asked = list(replies), problem, 0

    def ready(self):
        return self.problem

    def quote(self, request):
        return Quote(cost_usd=Decimal("0.5"), tokens=99, model="openai/gpt-4o-mini")

    async def complete(self, request, on_text):
        self.asked += 1
        on_text(self.replies[0].text)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Recorded:
    """The provider in one folder, opened anew for every question as processes do."""

    def __init__(self, folder, model=None):
        self.folder, self.model, self.environ = folder, model or Model(REPLY), {"OPENAI_API_KEY": KEY}
        self.section = LitellmConfig()
        self.path = folder / ".llmos/recordings/model.jsonl"

    def use(self, mode, question, **config):
        """Open the provider, ask it with `question`, and close it."""

        async def opening(name):
            assert name == "litellm"
            return self.model

        async def used():
            config_of = RecordedConfig(mode=mode, **config)
            context = evolve(
                context_of(config_of, self.folder, environ=self.environ),
                open_provider=opening,
                section={"provider.litellm": self.section}.__getitem__,
            )
            made = open_recorded(context)
            if not hasattr(made, "__aenter__"):
                return await aio.call(question, made)
            async with made as provider:
                return await aio.call(question, provider)

        return asyncio.run(used())

    def ask(self, mode, request=ASKED, on_text=len, **config):
        async def question(provider):
            return await aio.call(provider.complete, request, on_text)

        return self.use(mode, question, **config)


@pytest.fixture
def recorded(tmp_path):
    return Recorded(tmp_path)


@pytest.mark.spec("MX-010")
def test_what_was_recorded_is_played_back_for_nothing_and_says_what_it_had_cost(recorded):
    fresh = recorded.ask("record")
    assert fresh == REPLY
    pieces = []
    played = recorded.ask("replay", on_text=pieces.append)
    assert (played.text, [(c.tool, c.arguments) for c in played.calls]) == ("hello", [("Write", CALL.arguments)])
    assert "".join(pieces) == "hello"
    assert played.usage == Usage(model="recorded:openai/gpt-4o-mini", cost_usd=Decimal(0))
    assert played.recorded_cost_usd == Decimal("0.0123")
    assert recorded.use("replay", lambda provider: provider.quote(ASKED)).cost_usd == 0
    assert recorded.model.asked == 1


def test_record_asks_every_time_and_the_newest_answer_counts(recorded):
    recorded.model = Model(REPLY, evolve(REPLY, text="good day"))
    recorded.ask("record")
    recorded.ask("record")
    assert recorded.ask("replay").text == "good day"
    assert recorded.model.asked == 2


def test_auto_asks_only_for_what_is_missing(recorded):
    other = evolve(ASKED, messages=(Message(role="user", text="say ho"),))
    for _ in range(3):
        recorded.ask("auto")
        recorded.ask("auto", other)
    assert recorded.model.asked == 2
    quotes = recorded.use("auto", lambda provider: [provider.quote(ASKED), provider.quote(evolve(other, model="m"))])
    assert [quote.cost_usd for quote in quotes] == [0, Decimal("0.5")]


@pytest.mark.parametrize(
    "drifted",
    [
        evolve(ASKED, timeout_s=3.0, stream=False, purpose="mixed"),
        evolve(ASKED, transcript=None),
    ],
)
def test_what_a_model_does_not_see_changes_nothing(recorded, drifted):
    recorded.ask("record")
    assert recorded.ask("replay", drifted).text == "hello"


@pytest.mark.spec("MX-009")
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"model": "big"}, 'model was unset, now "big"'),
        ({"temperature": 0.5}, "temperature was unset, now 0.5"),
        ({"max_tokens": 5}, "max_tokens was unset, now 5"),
        ({"json_schema": {"type": "object"}}, "json_schema was unset"),
        ({"tools": ()}, "missing tools: Write"),
        ({"tools": (WRITE, evolve(WRITE, name="Read"))}, "new tools: Read"),
        ({"tools": (evolve(WRITE, description="other"),)}, "changed tools: Write"),
        (
            {"messages": (*ASKED.messages, Message(role="user", text="more"))},
            "2 messages were recorded, now there are 3",
        ),
        (
            {"messages": (ASKED.messages[0], Message(role="user", text="say \x1b[2Jho"))},
            "message 2 (user) at character 5: was 'say hi', now 'say \\x1b[2Jho'",
        ),
    ],
)
def test_what_was_not_recorded_is_an_error_that_names_the_difference(recorded, changed, named):
    recorded.ask("record", evolve(ASKED, messages=(Message(role="user", text="nothing alike"),), model="zzz", tools=()))
    recorded.ask("record")
    with pytest.raises(ProviderError) as raised:
        recorded.ask("replay", evolve(ASKED, **changed))
    assert named in str(raised.value)
    assert raised.value.usage.cost_usd == 0
    assert recorded.model.asked == 2


@pytest.mark.spec("MX-009")
def test_of_an_empty_recording_nothing_is_answered(recorded):
    assert "nothing is recorded" in recorded.use("replay", lambda provider: provider.ready())
    with pytest.raises(ProviderError, match="nothing is recorded"):
        recorded.ask("replay")


@pytest.mark.spec("MX-008")
@pytest.mark.parametrize(
    "form", [KEY, base64.b64encode(KEY.encode()).decode(), KEY.encode().hex(), "sk-live-0123456789%2F%2Babcdef"]
)
def test_no_known_secret_is_written_and_an_answer_that_held_one_is_not_played_back(recorded, form):
    recorded.environ["MY_DATABASE"] = "another-secret"
    asked = evolve(ASKED, messages=(Message(role="user", text=f"use {form} and another-secret"),))
    config = {"secret_env": ["MY_DATABASE"]}
    recorded.ask("record", asked, **config)
    stored = recorded.path.read_text("utf-8")
    assert form not in stored
    assert "another-secret" not in stored
    assert json.loads(stored)["redacted"] == []
    assert recorded.ask("replay", asked, **config).text == "hello"
    recorded.model = Model(ModelReply(text=f"it is {form}"))
    recorded.ask("record", asked, **config)
    assert form not in recorded.path.read_text("utf-8")
    with pytest.raises(ProviderError, match="OPENAI_API_KEY"):
        recorded.ask("replay", asked, **config)


@pytest.mark.spec("MX-008")
def test_another_key_asks_the_same_question(recorded):
    asked = evolve(ASKED, messages=(Message(role="user", text=f"use {KEY}"),))
    recorded.ask("record", asked)
    recorded.environ = {"OPENAI_API_KEY": "sk-other-9876543210"}
    again = evolve(ASKED, messages=(Message(role="user", text="use sk-other-9876543210"),))
    assert recorded.ask("replay", again).text == "hello"


@pytest.mark.spec("MX-008")
def test_what_the_provider_s_own_settings_name_is_known_too(recorded, tmp_path):
    file = tmp_path / "key"
    file.write_text("from-a-private-file\n")
    file.chmod(0o600)
    recorded.environ = {"WORK": "from-a-variable", "PLAIN": "from-a-header"}
    recorded.section = LitellmConfig(
        api_key_env="WORK",
        headers={"x-team": "env:PLAIN"},
        models={"openai/big": {"api_key": {"file": str(file)}}, "openai/small": {"api_key": {"env": "ABSENT"}}},
    )
    text = "from-a-private-file from-a-variable from-a-header"
    recorded.ask("record", evolve(ASKED, messages=(Message(role="user", text=text),)))
    assert "from-a" not in recorded.path.read_text("utf-8")


@pytest.mark.spec("MX-008")
def test_what_can_only_be_a_secret_is_not_written_though_nobody_knows_it(recorded):
    token = "ghp_" + "a1B2" * 9
    recorded.ask("record", evolve(ASKED, messages=(Message(role="user", text=f"push with {token}"),)))
    assert token not in recorded.path.read_text("utf-8")


def test_short_values_and_folders_are_no_secrets(recorded):
    recorded.environ = {"KEY": "hi", "PWD": "say hi now"}
    recorded.ask("record", evolve(ASKED, messages=(Message(role="user", text="say hi now"),)))
    assert "say hi now" in recorded.path.read_text("utf-8")


def test_nothing_is_asked_when_the_answer_could_not_be_kept(recorded):
    recorded.path.parent.mkdir(parents=True)
    recorded.path.mkdir()
    with pytest.raises(ProviderError) as raised:
        recorded.ask("record")
    assert raised.value.usage.cost_usd == 0
    assert recorded.model.asked == 0


ANSWERS = {Fault.NONE, Fault.LENGTH, Fault.REFUSAL, Fault.MALFORMED_CALL, Fault.UNKNOWN_TOOL, Fault.SHARED_IDS}
ANSWERS |= {Fault.DUPLICATE_PIECES}
"""The faults that are answers all the same; after any other there is nothing to keep."""


@pytest.mark.parametrize("fault", sorted(ANSWERS))
def test_whatever_is_answered_is_played_back_as_it_was(recorded, fault):
    recorded.model = FaultyProvider(Model(REPLY), [fault])
    answered, played = recorded.ask("record"), recorded.ask("replay")
    calls = [[(call.tool, call.arguments) for call in reply.calls] for reply in (answered, played)]
    assert calls[0] == calls[1]
    assert (played.text, played.is_cut, played.is_refusal) == (answered.text, answered.is_cut, answered.is_refusal)


@pytest.mark.parametrize("fault", sorted(set(Fault) - ANSWERS - {Fault.STALL}))
def test_what_is_no_answer_is_not_kept(recorded, fault):
    recorded.model = FaultyProvider(Model(REPLY), [fault])
    with pytest.raises((ProviderError, KeyError, AttributeError)):
        recorded.ask("record")
    assert recorded.path.read_bytes() == b""


def test_a_call_that_is_cancelled_leaves_nothing(recorded):
    recorded.model = FaultyProvider(Model(REPLY), [Fault.STALL])

    async def question(provider):
        task = asyncio.create_task(provider.complete(ASKED, len))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    recorded.use("record", question)
    assert recorded.path.read_bytes() == b""


def test_a_provider_that_is_not_ready_is_not_asked(recorded):
    recorded.model = Model(REPLY, problem="no key")
    assert recorded.use("record", lambda provider: provider.ready()) == "no key"
    with pytest.raises(NoModelError, match="no key"):
        recorded.ask("record")


def test_auto_is_ready_with_a_recording_alone(recorded):
    recorded.ask("record")
    recorded.model = Model(REPLY, problem="no key")
    assert recorded.use("auto", lambda provider: provider.ready()) == ""
    assert recorded.ask("auto").text == "hello"


def test_a_damaged_recording_is_said_and_never_a_crash(recorded):
    recorded.ask("record")
    recorded.path.write_text("junk\n", "utf-8")
    assert ":1:" in recorded.use("replay", lambda provider: provider.ready())
    for mode in ("replay", "auto"):
        with pytest.raises(ProviderError, match=":1:"):
            recorded.ask(mode)
    assert recorded.model.asked == 1


@pytest.mark.parametrize("wrong", [{"mode": "play"}, {"provider": "recorded"}, {"provider": "auto"}, {"path": 3}])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RecordedConfig(**wrong)


FOLDERS = []
"""The folder in which the suites find the answers to their own requests; filled by the fixture below."""


@pytest.fixture(autouse=True, scope="module")
def _answers(tmp_path_factory):
    FOLDERS.append(tmp_path_factory.mktemp("suite"))
    holder = Recorded(FOLDERS[0])
    (FOLDERS[0] / "damaged.jsonl").write_text("junk\n")
    for request in REQUESTS:
        holder.ask("record", request)
    yield
    FOLDERS.clear()


def _playback(**config):
    return open_recorded(context_of(RecordedConfig(**config), FOLDERS[0], environ={}))


def _recorder(name="more.jsonl"):
    recording, secrets = Recording(FOLDERS[0] / name), Secrets({})
    playback = Playback(recording, secrets)
    return Recorder(playback, recording, secrets, Model(REPLY), inner_name="m", now=str, is_thrifty=True)


TestPlayback = provider_suite(_playback)
TestEmpty = provider_suite(lambda: _playback(path="absent.jsonl"))
TestRecorder = provider_suite(_recorder)
TestDamaged = provider_suite(lambda: _playback(path="damaged.jsonl"))
TestRecorderOfDamaged = provider_suite(lambda: _recorder("damaged.jsonl"))


def test_the_suite_really_gets_answers():
    assert [_playback().complete(request, len).text for request in REQUESTS] == ["hello", "hello"]
