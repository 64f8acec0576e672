"""Law: every result there can be is printed as one JSON value of specs/result/1, with honest money and exit code.

What a result says of a real run is shown in tests/e2e and tests/std/replay.
"""

import io
import json
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from llmos_core.errors import ConfigError, LlmosError, LowBatteryError, NoModelError, PluginError, UsageError
from llmos_core.types.decision import MatchKind
from llmos_core.types.result import EXIT_CODES, RunResult, Status, StepReceipt
from llmos_core.types.task import ModeName
from llmos_core.types.tools import Effect
from llmos_std.cli.main import exit_code
from llmos_std.cli.output import print_failure
from llmos_std.cli.run import write

SPEC = Path(__file__).parents[2] / "specs" / "result" / "1"
SCHEMA = Draft202012Validator(json.loads((SPEC / "schema.json").read_text("utf-8")))
VALID = sorted((SPEC / "vectors" / "valid").glob("*.json"))
INVALID = sorted((SPEC / "vectors" / "invalid").glob("*.json"))

MONEY = st.one_of(st.none(), st.decimals(0, 10**9, allow_nan=False, allow_infinity=False))
STEPS = st.builds(
    StepReceipt,
    index=st.integers(0, 99),
    tool=st.text(min_size=1, max_size=9),
    status=st.sampled_from(["ok", "error", "denied", "unknown", "repeated", "planned"]),
    effect=st.sampled_from([effect.value for effect in Effect]),
    verified=st.booleans(),
)
RESULTS = st.builds(
    RunResult,
    status=st.sampled_from(Status),
    mode=st.sampled_from([mode.value for mode in ModeName]),
    run_id=st.text("0123456789abcdef", min_size=1),
    output=st.text(),
    model_calls=st.integers(0, 99),
    cost_usd=MONEY,
    saved_usd=MONEY,
    trace_id=st.none() | st.text("0123456789abcdef", min_size=16, max_size=16),
    match=st.sampled_from([kind.value for kind in MatchKind]),
    steps=st.lists(STEPS, max_size=3).map(tuple),
    reason=st.text(),
)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_vector_satisfies_the_schema_and_is_a_result(path: Path) -> None:
    value = json.loads(path.read_text("utf-8"))
    SCHEMA.validate(value)
    assert read(value).to_json() == value


@pytest.mark.spec("RS-001", "RS-002")
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_invalid_vector_is_refused_by_the_schema(path: Path) -> None:
    assert not SCHEMA.is_valid(json.loads(path.read_text("utf-8")))


def read(value: dict[str, Any]) -> RunResult:
    """Return the result that a JSON value tells of."""
    facts = {name: fact for name, fact in value.items() if name != "schema"}
    money = {name: None if facts[name] is None else Decimal(facts[name]) for name in ("cost_usd", "saved_usd")}
    steps = tuple(StepReceipt(**step) for step in facts["steps"])
    return RunResult(**{**facts, **money, "steps": steps, "status": Status(facts["status"])})


@pytest.mark.spec("RS-001", "RS-002")
@given(RESULTS)
def test_every_result_is_printed_as_one_value_of_the_schema(result: RunResult) -> None:
    with redirect_stdout(io.StringIO()) as stream:
        write(json.dumps(result.to_json(), ensure_ascii=False))
    value = json.loads(stream.getvalue())
    SCHEMA.validate(value)
    assert read(value).to_json() == value


@pytest.mark.spec("RS-002")
@given(RESULTS)
def test_money_is_decimal_text_of_the_same_amount_or_null(result: RunResult) -> None:
    value = result.to_json()
    for name in ("cost_usd", "saved_usd"):
        amount = getattr(result, name)
        assert value[name] is None if amount is None else Decimal(value[name]) == amount


@pytest.mark.spec("RS-003", "RS-004")
@given(RESULTS)
def test_only_a_success_ends_with_exit_code_0(result: RunResult) -> None:
    assert result.success is (result.status is Status.SUCCEEDED)
    assert (result.exit_code == 0) is result.success


@pytest.mark.spec("RS-004")
def test_each_status_has_its_own_exit_code() -> None:
    codes = {status.value: code for status, code in EXIT_CODES.items()}
    assert codes == {
        "succeeded": 0,
        "failed": 1,
        "denied": 4,
        "over-budget": 5,
        "partial": 6,
        "timed-out": 8,
        "cancelled": 130,
    }
    assert RunResult(status=Status.FAILED, mode="LEARNER", run_id="r", abstained=True).exit_code == 3


FAILURES = {
    ConfigError(["config.toml:1: one", "config.toml:2: two"]): 7,
    UsageError("no goal was given"): 2,
    NoModelError("nobody is there"): 3,
    LowBatteryError("empty", limit="day", needed_usd="1", left_usd="0"): 5,
    PluginError("broken"): 1,
}


@pytest.mark.spec("RS-001", "RS-004")
@pytest.mark.parametrize(("error", "code"), FAILURES.items(), ids=lambda value: type(value).__name__)
def test_a_run_that_could_not_begin_is_one_value_too(
    error: LlmosError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_failure(error) == exit_code(error) == code
    value = json.loads(capsys.readouterr().out)
    SCHEMA.validate(value)
    assert value["status"] == "failed"
    assert all(problem in value["reason"] for problem in str(error).split("\n"))
