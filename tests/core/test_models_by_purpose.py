"""Law: each purpose is asked of its own model, and ledger and events say which model it was and what for."""

import os
from decimal import Decimal

import pytest

from llmos_core import aio
from llmos_core.errors import NoModelError, ProviderError
from llmos_core.protocols.context import Paths
from llmos_core.protocols.storing import BudgetLimits
from llmos_core.runtime.kernel import Kernel
from llmos_core.runtime.limits import Limits
from llmos_core.runtime.models import GuardedModels
from llmos_core.runtime.scene import Scene
from llmos_core.testing.fakes import FixedClock, RecordingObserver, counting_ids
from llmos_core.types.model import Message, ModelRequest, Quote
from llmos_core.types.task import TaskBlock
from worlds.kernel import REGISTRY, AllowAll, Defaults, World

ECHO = 'sed \'s/.*"model": "\\([a-z]*\\)".*/answered by \\1/\''
MODEL = {
    "provider": "builtin",
    "aliases": {"strong": "command:big", "cheap": "command:small"},
    "roles": {"learn": "strong", "match": "cheap", "fill": "cheap"},
}


@pytest.fixture
def ask(tmp_path):
    """Return a function that asks for purposes in one run and returns answers, bookings and events."""

    def asked(*purposes, settings=MODEL, model_of_run=""):
        config = Defaults(
            **{"model": settings, "provider.command": {"argv": ("sh", "-c", ECHO), "cost_usd": Decimal("0.01")}},
            **{"provider.scripted": {"path": "script.toml"}},
        )
        home = tmp_path / "home"
        kernel = Kernel(
            registry=REGISTRY,
            config=config,
            paths=Paths(workspace=tmp_path, user_config=home, user_data=home, user_state=home, user_cache=home),
            environ={"PATH": os.environ["PATH"]},
            parts={"gates": (AllowAll(),)},
            clock=FixedClock(),
            new_id=counting_ids(),
        )
        return aio.run(_asked(kernel, purposes, TaskBlock(goal="any", model=model_of_run)))

    return asked


async def _asked(kernel, purposes, task):
    observer = RecordingObserver()
    kernel.watch("test", observer)
    limits = Limits(clock=kernel.clock, timeout_s=60, max_turns=99, budget=BudgetLimits())
    scene = Scene(kernel, run_id="run", task=task, limits=limits, journal=None)
    models, answers = GuardedModels(scene), []
    try:
        for purpose in purposes:
            request = ModelRequest(messages=(Message(role="user", text="hi"),), purpose=purpose)
            answers.append((await models.ask(request)).text)
        booked = [(each.operation, each.answered_by) for each in (await kernel.service("ledger")).bookings()][::-1]
    finally:
        await kernel.close()
    return answers, booked, observer.events, scene.provider_name


def test_each_purpose_is_asked_of_its_own_model_and_booked_under_both(ask):
    answers, booked, events, provider = ask("match", "fill", "learn", "answer", "mixed")
    assert answers == ["answered by small", "answered by small", *["answered by big"] * 3]
    assert booked == [
        ("match", "command:small"),
        ("fill", "command:small"),
        ("learn", "command:big"),
        ("answer", "command:big"),
        ("mixed", "command:big"),
    ]
    told = [event.data for event in events if event.kind == "model_call_ended"]
    assert [(one["purpose"], one["model"]) for one in told] == booked
    begun = [event.data for event in events if event.kind == "model_call_started"]
    assert [(one["purpose"], one["model"]) for one in begun] == booked
    assert {one["provider"] for one in begun} == {"command"}
    assert provider == "command"


def test_the_model_of_a_run_moves_reasoning_only(ask):
    answers, *_ = ask("match", "learn", "plan", model_of_run="command:third")
    assert answers == ["answered by small", "answered by third", "answered by third"]


def test_the_provider_that_reasons_gives_the_run_its_name(ask):
    roles = {"learn": "builtin:", "match": "cheap"}
    *_, provider = ask("match", settings={**MODEL, "roles": roles})
    assert provider == "command"
    with pytest.raises(NoModelError):  # the planner does not take this
        ask("match", "learn", settings={**MODEL, "roles": roles})


def test_a_provider_without_models_is_named_none_and_that_is_said_once(ask, tmp_path):
    (tmp_path / "script.toml").write_text('turns = [{text = "one"}]', "utf-8")
    answers, booked, events, _ = ask("learn", "learn", settings={"model": "scripted:big"})
    assert answers == ["one", "one"]
    assert booked == [("learn", "scripted")] * 2
    notes = [event.data["text"] for event in events if event.kind == "note"]
    assert notes == ["the provider 'scripted' has no models to choose from; 'big' is ignored"]


class Late:
    """A provider that fails because the run's time has passed meanwhile."""

    def __init__(self, clock, seconds):
        self._clock, self._seconds = clock, seconds

    def ready(self):
        return ""

    def quote(self, _request):
        return Quote(cost_usd=Decimal("0.5"), model="late")

    def complete(self, _request, _on_text):
        self._clock.advance(self._seconds)
        raise ProviderError("it did not answer in time")


@pytest.mark.parametrize(("seconds", "status"), [(299.0, "failed"), (301.0, "timed-out")])
def test_a_call_that_fails_because_the_time_of_the_run_is_up_is_that_limit(tmp_path, seconds, status):
    world = World(tmp_path)
    assert world.run("any goal", Late(world.clock, seconds)).status == status


class Particular(Late):
    """A provider that has one model, and no choice of its own."""

    def ready(self):
        return "there is no model"

    def ready_for(self, model):
        return "" if model == "mine" else f"no key for {model}"


@pytest.mark.parametrize(
    ("model", "said"), [("mine", "it did not answer in time"), ("other", "no key for other"), ("", "there is no model")]
)
def test_a_model_that_was_named_is_the_one_that_has_to_be_ready(tmp_path, model, said):
    world = World(tmp_path)
    assert said in world.run("any goal", Particular(world.clock, 0.0), model=model).reason
