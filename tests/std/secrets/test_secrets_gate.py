"""Law: a call that holds no reference passes; one that could carry a secret away is asked about."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.guarding import UNCONFINED
from llmos_core.types.decision import Decision
from llmos_core.types.tools import Effect, ToolCall, ToolSpec
from llmos_std.secrets.gate import SecretUse

SPEC = ToolSpec(name="T", description="a tool", parameters={"type": "object"}, effect=Effect.READ)


def action(arguments: dict[str, Any], **more: Any) -> ActionContext:
    return ActionContext(
        call=ToolCall(id="1", tool="T", arguments=arguments),
        spec=SPEC,
        effect=Effect.READ,
        origin="model",
        workspace=Path("/w"),
        run_id="1",
        permission_mode="yolo",
        **more,
    )


WAYS_OUT: list[dict[str, Any]] = [{"uses_network": True}, {"tier": UNCONFINED}, {"is_tainted": True}]


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())), st.sampled_from([{}, *WAYS_OUT]))
def test_a_call_without_references_passes(arguments: dict[str, Any], more: dict[str, Any]) -> None:
    if "{{secret:" not in repr(arguments):
        assert SecretUse().check(action(arguments, **more)).decision is Decision.ALLOW


@pytest.mark.parametrize("way", WAYS_OUT, ids=str)
@pytest.mark.parametrize(
    "arguments",
    [{"a": "x {{secret:NAME}} y"}, {"a": [{"b": "{{secret:NAME~base64.1}}"}]}, {"{{secret:NAME#0123}}": 1}],
    ids=str,
)
def test_a_secret_that_could_leave_is_asked_about_even_in_yolo(way: dict[str, Any], arguments: dict[str, Any]) -> None:
    verdict = SecretUse().check(action(arguments, **way))
    assert verdict.decision is Decision.ASK
    assert "NAME" in verdict.reason


def test_a_secret_inside_the_workspace_passes() -> None:
    assert SecretUse().check(action({"content": "KEY={{secret:NAME}}"})).decision is Decision.ALLOW


def test_a_text_that_only_looks_like_a_reference_passes() -> None:
    verdict = SecretUse().check(action({"text": "{{secret::NAME}} {{secret:a b}}"}, uses_network=True))
    assert verdict.decision is Decision.ALLOW
