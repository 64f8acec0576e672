"""Law: what a transform is given at each moment is what the page about hooks and the suite of transforms say."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docs_scene import ROOT
from llmos_core import aio
from llmos_core.contrib import MOMENTS, Contribution, Role
from llmos_core.runtime.dispatcher import dispatch
from llmos_core.runtime.kernel import Kernel
from llmos_core.testing.suites.transform import VALUES
from llmos_core.types.task import TaskBlock
from llmos_std.assembly import assemble
from llmos_std.boot import LLMOSConfig

EVERYWHERE = Contribution(
    name="seeing", summary="sees types", factory="no.where:at_all", role=Role.TRANSFORM, moments=MOMENTS
)


class Seeing:
    """Keeps the type of what it is given, and changes nothing."""

    def __init__(self) -> None:
        self.types: dict[str, type[Any]] = {}

    def apply(self, moment: str, value: Any) -> Any:
        self.types[moment] = type(value)
        return value


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, type[Any]]:
    """Moment → type, of one run that acts and asks a model, from opening to closing."""
    seeing = Seeing()
    aio.run(_run(tmp_path_factory.mktemp("workspace"), seeing))
    return seeing.types


async def _run(folder: Path, seeing: Seeing) -> None:
    environ = {"LLMOS_HOME": str(folder / "home")}
    made = assemble(config=LLMOSConfig.testing(), workspace=folder, environ=environ).kernel
    kernel = Kernel(
        registry=made.registry, config=made.config, paths=made.paths, environ=environ, hooks=[(EVERYWHERE, seeing)]
    )
    await kernel.boot()
    try:
        result = await dispatch(kernel, TaskBlock(goal="create a file hello.txt that says hello"))
    finally:
        await kernel.close()
    assert result.status.value == "succeeded"


def test_the_page_says_what_a_transform_is_given(seen: dict[str, type[Any]]) -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-hook.md").read_text("utf-8")
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| `(\w+)` \|$", page, re.MULTILINE)
    said = {moment: name for moments, name in rows for moment in re.findall(r"\w+", moments)}
    assert said == {moment: kind.__name__ for moment, kind in seen.items()}
    assert set(said) == set(MOMENTS)


@settings(max_examples=5)
@given(data=st.data())
def test_the_suite_draws_what_a_transform_is_given(seen: dict[str, type[Any]], data: st.DataObject) -> None:
    assert {moment: type(data.draw(draw())) for moment, draw in VALUES.items()}.items() <= seen.items()
