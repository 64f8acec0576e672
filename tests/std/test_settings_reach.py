"""Law: what a configuration says is what happens, however it was said: keyword, builder, file, preset, variable."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from llmos_core import aio
from llmos_core.errors import ConfigError
from llmos_core.testing.fakes import FakeProvider
from llmos_std.boot import LLMOS, ConfigBuilder, LLMOSConfig

WAYS: dict[str, Any] = {
    "keyword": lambda: {"config": LLMOSConfig(model="vendor/x", max_turns=1)},
    "builder": lambda: {"config": ConfigBuilder().with_model("vendor/x").with_max_turns(1).build()},
    "dictionary": lambda: {"config": LLMOSConfig.from_dict({"model": {"model": "vendor/x", "max_turns": 1}})},
    "captured": lambda: {
        "config": LLMOSConfig.from_env({"LLMOS_MODEL__MODEL": "vendor/x", "LLMOS_MODEL__MAX_TURNS": "1"})
    },
    "variable": lambda: {"environ": {"LLMOS_MODEL__MODEL": "vendor/x", "LLMOS_MODEL__MAX_TURNS": "1"}},
    "file": lambda: {"file": '[model]\nmodel = "vendor/x"\nmax_turns = 1\n'},
    "file over preset": lambda: {"file": 'preset = "production"\n[model]\nmodel = "vendor/x"\nmax_turns = 1\n'},
}


def opened(folder: Path, provider: FakeProvider, *, config: LLMOSConfig | None = None, **more: Any) -> LLMOS:
    home = folder / "home"
    home.mkdir()
    (folder / "work").mkdir()
    (home / "config.toml").write_text(more.pop("file", ""))
    environ = {"LLMOS_HOME": str(home), "PATH": "/usr/bin:/bin", **more.pop("environ", {})}
    if config is not None and config.environment is not None:
        config = LLMOSConfig.from_env({**config.environment, "LLMOS_HOME": str(home)})
    return LLMOS(config=config, workspace=folder / "work", environ=environ, provider=provider)


@contextmanager
def booted(system: LLMOS) -> Iterator[Any]:
    """Boot for a block and shut down, without an event loop."""
    aio.run(system.boot())
    try:
        yield system.kernel
    finally:
        aio.run(system.shutdown())


@pytest.mark.parametrize("way", WAYS)
def test_the_model_and_the_turns_that_were_said_are_those_of_the_run(tmp_path: Path, way: str) -> None:
    provider = FakeProvider()
    provider.call("Read", path="a.txt").call("Read", path="b.txt").say("done")
    system = opened(tmp_path, provider, **WAYS[way]())
    result = system.run("look at both files")
    assert {request.model for request in provider.requests} == {"vendor/x"}
    assert len(provider.requests) == 1
    assert not result.success


@pytest.mark.parametrize("preset", ["development", "production", "testing"])
def test_a_preset_means_the_same_from_a_file_a_variable_and_a_program(tmp_path: Path, preset: str) -> None:
    found = []
    ways: list[dict[str, Any]] = [
        {"file": f'preset = "{preset}"\n'},
        {"environ": {"LLMOS_PRESET": preset}},
        {"config": getattr(LLMOSConfig, preset)()},
        {"config": LLMOSConfig.from_env({"LLMOS_PRESET": preset})},
        {"config": ConfigBuilder().with_preset(preset).build()},
    ]
    for number, way in enumerate(ways):
        folder = tmp_path / str(number)
        folder.mkdir()
        system = opened(folder, FakeProvider(), **way)
        with booted(system) as kernel:
            found.append([kernel.section(name) for name in ("kernel", "memory", "model", "dispatcher")])
    assert all(sections == found[0] for sections in found)
    made = getattr(LLMOSConfig, preset)()
    assert found[0] == [made.kernel, made.memory, made.model, made.dispatcher]


def test_what_a_program_gives_is_checked_together_with_the_files(tmp_path: Path) -> None:
    system = opened(tmp_path, FakeProvider(), config=LLMOSConfig.unchecked({"model.max_turns": 0}), file="[kernl]\n")
    with pytest.raises(ConfigError) as caught, booted(system):
        pass
    assert [problem.rpartition("/")[2][:14] for problem in caught.value.problems] == [
        "config.toml:1:",
        "given value: m",
    ]
