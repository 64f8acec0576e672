"""Law: a person is asked until what they say can be used; only then is anything given on, and it costs nothing."""

from contextlib import contextmanager

import pytest

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.testing.suites.provider import provider_suite
from llmos_core.types.model import Message, ModelRequest
from llmos_core.types.money import ZERO
from llmos_core.types.record import evolve
from llmos_core.types.tools import ToolCall, ToolSpec
from llmos_std.providers.human.provider import HumanProvider

WRITE = ToolSpec(
    name="Write",
    description="Write a file.\nAll of it.",
    parameters={
        "type": "object",
        "properties": {"path": {"type": "string"}, "content": {"type": "string"}},
        "required": ["path", "content"],
    },
)
ASKED = ModelRequest(
    messages=(Message(role="system", text="be brief"), Message(role="user", text="greet Ada")), tools=(WRITE,)
)


class Talk:
    """A person who says prepared lines, then nothing more."""

    def __init__(self, *lines):
        self.lines, self.shown = list(lines), ""

    def write(self, text):
        self.shown += text

    async def line(self, prompt):
        self.shown += prompt
        return self.lines.pop(0) if self.lines else None


def _talking(talk):
    """Return a provider that asks this person."""

    @contextmanager
    def opened():
        yield talk

    return HumanProvider(opened, str)


def ask(*lines, request=ASKED):
    """Return what is made of prepared lines, and the person who said them."""
    talk = Talk(*lines)
    return aio.run(aio.call(_talking(talk).complete, request, len)), talk


def test_a_call_is_given_on_and_costs_nothing():
    reply, talk = ask('Write path=hello.txt content="hi Ada"')
    assert [(call.tool, call.arguments) for call in reply.calls] == [
        ("Write", {"path": "hello.txt", "content": "hi Ada"})
    ]
    assert (reply.text, reply.usage.cost_usd, reply.usage.model) == ("", ZERO, "human")
    assert "greet Ada" in talk.shown
    assert "be brief" not in talk.shown


def test_text_is_the_answer():
    assert ask("Ada is greeted.")[0].text == "Ada is greeted."
    assert ask("say Write path=x")[0].text == "Write path=x"


def test_several_lines_make_one_value():
    reply, _ = ask("Write path=<<A content=<<B", "x.txt", "A", "one", "A", "", "three", "B")
    assert reply.calls[0].arguments == {"path": "x.txt\n", "content": "one\nA\n\nthree\n"}
    assert ask("say <<END", "two", "lines", "END")[0].text == "two\nlines\n"


def test_a_mistake_is_explained_and_asked_again():
    reply, talk = ask("Writ path=x", "Write path=x", "", "say", 'Write path="x', "Write path=x content=y")
    assert len(reply.calls) == 1
    assert "did you mean 'Write'" in talk.shown
    assert "content is missing" in talk.shown
    assert talk.shown.count("next> ") == 6


def test_a_question_is_answered_and_asked_again():
    _, talk = ask("?", "? Write", "done")
    assert "Write path=TEXT content=TEXT" in talk.shown
    assert talk.shown.count("All of it.") == 1


def test_the_end_of_input_is_to_abstain_and_in_a_value_to_take_it_back():
    with pytest.raises(NoModelError, match="ended"):
        ask()
    talk = Talk("Write path=x content=<<END", "half")
    with pytest.raises(NoModelError):
        aio.run(aio.call(_talking(talk).complete, ASKED, len))
    assert "nothing was done" in talk.shown


DONE = ToolCall(id="c1", tool="Write", arguments={"path": "a", "content": "b"})
LATER = evolve(
    ASKED,
    messages=(
        *ASKED.messages,
        Message(role="assistant", calls=(DONE,)),
        Message(role="tool", call_id="c1", text="written\nwell" + "x" * 5000),
        Message(role="user", text="the run was interrupted"),
    ),
)


def test_what_happened_since_is_shown_and_the_rest_is_not():
    talk = Talk("Write path=a content=b", "done")
    provider = _talking(talk)
    for request in (ASKED, LATER):
        aio.run(aio.call(provider.complete, request, len))
    assert "Write: written\n  | well" in talk.shown
    assert "characters are not shown" in talk.shown
    assert talk.shown.count("greet Ada") == 1
    assert talk.shown.count("Show the next step") == 1


def test_who_is_asked_in_the_middle_of_a_run_is_shown_all_of_it():
    _, talk = ask("done", request=LATER)
    shown = [
        talk.shown.index(text) for text in ("goal: greet Ada", 'done: Write {"content":"b"', "Write: written", "note")
    ]
    assert shown == sorted(shown)
    assert "Show the next step" in talk.shown
    assert "be brief" not in talk.shown


def test_another_run_is_shown_from_its_beginning():
    talk = Talk("done", "done")
    provider = _talking(talk)
    other = evolve(LATER, messages=(Message(role="user", text="greet Eve"), *LATER.messages[2:]))
    for request in (ASKED, other):
        aio.run(aio.call(provider.complete, request, len))
    assert "goal: greet Eve" in talk.shown
    assert 'done: Write {"content":"b"' in talk.shown


def test_where_json_is_asked_for_only_fitting_json_is_taken():
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    reply, talk = ask("five", '{"n": "five"}', ' {"n": 5} ', request=evolve(ASKED, json_schema=schema))
    assert reply.text == '{"n":5}'
    assert "no JSON" in talk.shown
    assert "expected integer" in talk.shown


def test_without_a_terminal_nobody_is_asked():
    provider = HumanProvider(Talk, lambda: "no terminal")
    assert provider.ready() == "no terminal"
    with pytest.raises(NoModelError, match="no terminal"):
        aio.run(aio.call(provider.complete, ASKED, len))


def test_a_terminal_that_goes_away_is_a_failure():
    @contextmanager
    def gone():
        raise OSError(5, "Input/output error")
        yield

    with pytest.raises(ProviderError, match="terminal is gone"):
        aio.run(aio.call(HumanProvider(gone, str).complete, ASKED, len))


TestCalling = provider_suite(lambda: _talking(Talk("Write path=a content=b", "say it")))
TestAnswering = provider_suite(lambda: _talking(Talk("hello")))
TestGivingUp = provider_suite(lambda: _talking(Talk()))
TestNobody = provider_suite(lambda: HumanProvider(Talk, lambda: "no terminal"))
