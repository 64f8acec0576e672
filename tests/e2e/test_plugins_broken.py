"""Law: a stranger's package, broken in any way, is named, isolated, and never weakens policy.

Every package is a wheel that pip installed. Beside it lies a sound one, whose tool must still be there and whose gate
must still be heard. What a broken package does not touch goes on; where a gate of it may be lost, everything is denied.
"""

import json
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from command import Done, Place
from strangers import hook, pip_install, wheel

GOAL = "create a file a.txt that says hello"
FORBIDDEN = "create a file forbidden.txt that says hello"

SOUND = {
    "sound_pkg/__init__.py": "",
    "sound_pkg/plugin.py": hook("llmos_tools", "name='Sound', summary='a tool', factory='sound_pkg.parts:Sound'")
    + """
@hookimpl
def llmos_hooks():
    return (Contribution(name="no-forbidden", summary="a gate", factory="sound_pkg.parts:Gate", role=Role.GATE,
                         moments=("pre_tool_use",)),)
""",
    "sound_pkg/parts.py": """
        from llmos_core.types.decision import ALLOW, Decision, Verdict
        from llmos_core.types.tools import Effect, ToolSpec

        class Sound:
            spec = ToolSpec(name="Sound", description="x", parameters={"type": "object"}, effect=Effect.PURE)
            def __init__(self, context): pass
            def call(self, arguments, context): return "sound"

        class Gate:
            def __init__(self, context): pass
            def check(self, action):
                if "forbidden" in str(dict(action.call.arguments)):
                    return Verdict(decision=Decision.DENY, reason="it is forbidden")
                return ALLOW
        """,
}

TOOL = "name='Odd', summary='a tool', factory='odd_pkg.parts:make'"
GATE = "name='odd-gate', summary='a gate', factory='odd_pkg.parts:make', role='gate', moments=('pre_tool_use',)"
TOOL_PLUGIN = hook("llmos_tools", TOOL)
GATE_PLUGIN = hook("llmos_hooks", GATE)

ISOLATED = {
    "import error": ("import not_there_at_all\n" + TOOL_PLUGIN, "", "not_there_at_all"),
    "a fault at import": ("1 / 0\n" + TOOL_PLUGIN, "", "ZeroDivisionError"),
    "exit at import": ("raise SystemExit(0)\n" + TOOL_PLUGIN, "", "SystemExit"),
    "interrupt at import": ("raise KeyboardInterrupt\n" + TOOL_PLUGIN, "", "KeyboardInterrupt"),
    "an odd end at import": ("class Odd(BaseException): ...\nraise Odd('x')\n" + TOOL_PLUGIN, "", "Odd"),
    "no such module": (None, "", "no module"),
    "no Python": ("def (", "", "SyntaxError"),
    "a hook with parameters": (TOOL_PLUGIN.replace("llmos_tools()", "llmos_tools(config)"), "", "parameters"),
    "an async hook": (TOOL_PLUGIN.replace("def llmos", "async def llmos"), "", "async"),
    "an exit in a hook": (TOOL_PLUGIN.replace("return (", "raise SystemExit\n    return ("), "", "SystemExit"),
    "an unknown hook": (TOOL_PLUGIN.replace("llmos_tools", "llmos_tolls"), "", "no hook"),
    "a bad type": (hook("llmos_tools", "name=7, summary='x', factory='a:b'"), "", "fields must be text"),
    "a record too many": (TOOL_PLUGIN.replace("return (", "return 2000 * ("), "", "more than 1000"),
    "an enormous record": (hook("llmos_tools", "name='x' * 10**7, summary='x', factory='a:b'"), "", "at most 100"),
    "a loud record": (hook("llmos_tools", "name='x', summary='\\x1b[2J', factory='a:b'"), "", "printable"),
    "no record": (TOOL_PLUGIN.replace("Contribution(", "dict("), "", "expected a Contribution"),
}
"""Each: the plugin's source, further parts, and a word of the problem. The goal is reached nevertheless."""

LOST = {
    "import error beside a gate": ("import not_there_at_all\n" + GATE_PLUGIN, "", "not_there_at_all"),
    "an async hook of gates": (GATE_PLUGIN.replace("def llmos", "async def llmos"), "", "async"),
    "a fault in the hook of gates": (GATE_PLUGIN.replace("return (", "1 / 0\n    return ("), "", "ZeroDivision"),
    "a gate with a loud name": (GATE_PLUGIN.replace("odd-gate", "odd\\x1b"), "", "letters"),
    "a gate of no role": (GATE_PLUGIN.replace("role='gate'", "role='gatte'"), "", "role"),
}
"""Each: something of a plugin that may have brought a gate cannot be used: everything is denied until it is mended."""

FALSE_GATES = {
    "raises": "class Gate:\n    def check(self, action): raise LookupError('lost')",
    "exits": "class Gate:\n    def check(self, action): raise SystemExit(0)",
    "interrupts": "class Gate:\n    def check(self, action): raise KeyboardInterrupt",
    "says True": "class Gate:\n    def check(self, action): return True",
    "says allow": "class Gate:\n    def check(self, action): return 'allow'",
    "says nothing": "class Gate:\n    def check(self, action): pass",
    "says a kin of a verdict": "from llmos_core.types.decision import ALLOW, Decision, Verdict\n"
    "class Kin(Verdict): ...\nclass Gate:\n    def check(self, action): return Kin(decision=Decision.ALLOW)",
    "says a word as decision": "from llmos_core.types.decision import Verdict\n"
    "class Gate:\n    def check(self, action): return Verdict(decision='allow')",
    "awaits nonsense": "class Later:\n    def __await__(self): yield 'allow'\n"
    "class Gate:\n    def check(self, action): return Later()",
    "is opened in vain": "class Gate:\n    def __init__(self): raise OSError('no luck')",
    "is no gate": "class Gate: ...",
    "is not there": "Gateway = None",
}

HANGING_GATES = {
    "sleeps": "import time\nclass Gate:\n    def check(self, action): time.sleep(3600)",
    "spins": "class Gate:\n    def check(self, action):\n        while True: pass",
    "spins while async": "class Gate:\n    async def check(self, action):\n        while True: pass",
    "awaits for ever": "import asyncio\nclass Gate:\n    async def check(self, action): await asyncio.Event().wait()",
    "hangs while opening": "import time\nclass Gate:\n    def __init__(self): time.sleep(3600)",
}


HANGING_PLUGINS = ("hook", "import")

HANGING_HOOKS = {
    "an observer's factory": ("role='observer'", "def make(context):\n    sleep(3600)", "succeeded"),
    "a transform's factory": (
        "role='transform', moments=('pre_tool_use',)",
        "def make(context):\n    sleep(3600)",
        "denied",
    ),
    "a transform": (
        "role='transform', moments=('pre_tool_use',)",
        "class make:\n    def __init__(self, context): ...\n    def apply(self, moment, value): sleep(3600)",
        "denied",
    ),
}
"""Each: how the hook is offered, its source, and how a run ends that it must not hold up."""


@pytest.fixture(scope="module", autouse=True)
def hung(request: pytest.FixtureRequest, sound: Path, tmp_path_factory: Any) -> Iterator[dict[str, Future[None]]]:
    """Every scene in which something hangs, by its case: they are begun at once, since they do little but wait."""
    scenes = [(a_plugin_hangs, case) for case in HANGING_PLUGINS] + [(a_hook_hangs, case) for case in HANGING_HOOKS]
    scenes += [(a_gate_hangs, case) for case in HANGING_GATES]
    if not any("_hangs_" in item.name for item in request.session.items):
        scenes = []
    folders = [tmp_path_factory.mktemp("hung") for _ in scenes]
    with ThreadPoolExecutor(4) as pool:
        yield {
            case: pool.submit(play, folder, sound, case) for (play, case), folder in zip(scenes, folders, strict=True)
        }


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the sound package."""
    folder = tmp_path_factory.mktemp("wheels")
    return wheel(folder, "sound-pkg", SOUND, plugins={"sound": "sound_pkg.plugin"})


class Scene:
    """A workspace whose llmos sees the sound package and a broken one."""

    def __init__(self, root: Path, *wheels: Path) -> None:
        self.place = Place(root)
        (self.place.home / "config.toml").write_text('[model]\nprovider = "builtin"\n')
        self._env = {"PYTHONPATH": str(pip_install(root / "site", *wheels))}

    def call(self, *arguments: str) -> Done:
        return self.place.call(*arguments, env=self._env)

    def run(self, goal: str = GOAL) -> Done:
        return self.place.run(goal, env=self._env)

    def findings(self) -> list[dict[str, str]]:
        """What the doctor finds that is no plain ok."""
        found = json.loads(self.call("doctor", "--json").out)["findings"]
        return [finding for finding in found if finding["level"] != "ok"]

    def assert_named(self, word: str, *, plugin: str = "odd") -> None:
        """The broken plugin is named by list, show and doctor, which says how to mend it; the sound one is there."""
        listed = self.call("plugins", "list", "--kind", "tool")
        assert "Sound" in listed.out
        assert any(f"'{plugin}'" in line and word in line for line in listed.err.splitlines()), listed.err
        found = [one for one in self.findings() if f"'{plugin}'" in one["what"] and word in one["what"]]
        assert found
        assert found[0]["level"] == "problem"
        assert "disabled" in found[0]["mend"]
        shown = self.call("plugins", "show", plugin)
        assert shown.code == 0
        assert word in shown.out
        assert all(character.isprintable() or character == "\n" for character in shown.out + listed.out + listed.err)

    def switch_off(self, plugin: str = "odd") -> None:
        with (self.place.home / "config.toml").open("a") as file:
            file.write(f'\n[plugins]\ndisabled = ["{plugin}"]\n')


def scene(tmp_path: Path, sound: Path, plugin: str | None, parts: str = "") -> Scene:
    files = {"odd_pkg/__init__.py": "", "odd_pkg/parts.py": parts}
    if plugin is not None:
        files["odd_pkg/plugin.py"] = plugin
    return Scene(tmp_path, sound, wheel(tmp_path, "odd-pkg", files, plugins={"odd": "odd_pkg.plugin"}))


@pytest.mark.spec("PA-054", "PA-060", "PA-062", "PA-026")
@pytest.mark.parametrize("case", ISOLATED)
def test_a_broken_plugin_is_named_and_all_else_goes_on(tmp_path: Path, sound: Path, case: str) -> None:
    plugin, parts, word = ISOLATED[case]
    here = scene(tmp_path, sound, plugin, parts)
    here.assert_named(word)
    assert here.run().result["status"] == "succeeded"
    assert here.place.read("a.txt") == "hello"
    assert here.run(FORBIDDEN).result["status"] == "denied"
    assert here.place.names == {"a.txt"}


@pytest.mark.spec("PA-053", "PA-062")
@pytest.mark.parametrize("case", LOST)
def test_where_a_gate_may_be_lost_nothing_is_done_until_that_is_mended(tmp_path: Path, sound: Path, case: str) -> None:
    plugin, parts, word = LOST[case]
    here = scene(tmp_path, sound, plugin, parts)
    here.assert_named(word)
    denied = here.run()
    assert denied.result["status"] == "denied"
    assert "'odd'" in denied.result["reason"]
    assert here.place.names == set()
    here.switch_off()
    assert here.run().result["status"] == "succeeded"
    assert here.run(FORBIDDEN).result["status"] == "denied"


@pytest.mark.spec("PA-050", "PA-052")
@pytest.mark.parametrize("case", FALSE_GATES)
def test_a_gate_that_fails_or_lies_denies_and_is_named(tmp_path: Path, sound: Path, case: str) -> None:
    here = scene(tmp_path, sound, GATE_PLUGIN, f"{FALSE_GATES[case]}\n\ndef make(context):\n    return Gate()\n")
    done = here.run()
    assert done.result["status"] == "denied"
    assert "odd-gate" in done.result["reason"]
    assert here.place.names == set()


@pytest.mark.spec("PA-051")
@pytest.mark.slow
@pytest.mark.parametrize("case", HANGING_GATES)
def test_a_gate_that_hangs_denies_within_its_limit(hung: dict[str, Future[None]], case: str) -> None:
    hung[case].result()


def a_gate_hangs(folder: Path, sound: Path, case: str) -> None:
    here = scene(folder, sound, GATE_PLUGIN, f"{HANGING_GATES[case]}\n\ndef make(context):\n    return Gate()\n")
    done = here.run()
    assert done.result["status"] == "denied"
    assert "odd-gate" in done.result["reason"]
    assert here.place.names == set()


@pytest.mark.spec("PA-061")
@pytest.mark.slow
@pytest.mark.parametrize("where", HANGING_PLUGINS)
def test_a_plugin_that_hangs_is_left_behind(hung: dict[str, Future[None]], where: str) -> None:
    hung[where].result()


def a_plugin_hangs(folder: Path, sound: Path, where: str) -> None:
    waits = "import time\ntime.sleep(3600)\n"
    plugin = waits + TOOL_PLUGIN if where == "import" else TOOL_PLUGIN.replace(
        "return (", "import time\n    time.sleep(3600)\n    return ("
    )  # fmt: skip
    here = scene(folder, sound, plugin)
    done = here.run()
    assert done.result["status"] == "succeeded"
    assert here.place.read("a.txt") == "hello"
    if where == "import":
        assert "'odd' is broken and left out: importing it did not end" in done.err
    else:
        assert any("did not end" in one["what"] and "'odd'" in one["what"] for one in here.findings())
    here.switch_off()
    assert here.run().err == ""


@pytest.mark.spec("PA-031")
def test_a_name_that_two_claim_is_nobodys_and_lists_both_until_the_user_chooses(tmp_path: Path, sound: Path) -> None:
    claim = hook("llmos_tools", "name='Sound', summary='another', factory='sound_pkg.parts:Sound'")
    here = scene(tmp_path, sound, claim)
    listed = here.call("plugins", "list", "--kind", "tool", "--json")
    assert "Sound" not in {row["name"] for row in json.loads(listed.out)}
    assert "Sound of odd (odd-pkg)" in listed.err
    assert "Sound of sound (sound-pkg)" in listed.err
    assert here.run().result["status"] == "succeeded"
    with (here.place.home / "config.toml").open("a") as file:
        file.write('\n[llmos.prefer]\ntool.Sound = "odd"\n')
    rows = json.loads(here.call("plugins", "list", "--kind", "tool", "--json").out)
    assert [row["plugin"] for row in rows if row["name"] == "Sound"] == ["odd"]


@pytest.mark.spec("PA-032", "PA-034")
def test_a_project_cannot_choose_for_its_user(tmp_path: Path, sound: Path) -> None:
    gate = hook("llmos_hooks", GATE.replace("odd-gate", "no-forbidden"))
    lax = "from llmos_core.types.decision import ALLOW\nclass Gate:\n    def check(self, action): return ALLOW\n"
    here = scene(tmp_path, sound, gate, f"{lax}\ndef make(context):\n    return Gate()\n")
    assert here.run(FORBIDDEN).result["status"] == "denied"
    house = here.place.folder / ".llmos"
    house.mkdir(exist_ok=True)
    for text in ('[llmos.prefer]\nhook.no-forbidden = "odd"\n', '[plugins]\ndisabled = ["sound"]\n'):
        (house / "config.toml").write_text(text)
        assert here.call("trust", "-y").code == 0
        done = here.call("run", FORBIDDEN, "--json")
        assert done.code != 0
        assert "forbidden.txt" not in here.place.names
    (house / "config.toml").unlink()
    with (here.place.home / "config.toml").open("a") as file:
        file.write('\n[llmos.prefer]\nhook.no-forbidden = "odd"\n')
    assert here.run(FORBIDDEN).result["status"] == "succeeded"


@pytest.mark.spec("PA-064")
@pytest.mark.slow
def test_a_heavy_plugin_works_and_is_named_with_what_it_costs(tmp_path: Path, sound: Path) -> None:
    quiet = "import os\nos.environ['LITELLM_LOCAL_MODEL_COST_MAP'] = 'True'\nimport litellm\n"
    here = scene(tmp_path, sound, quiet + TOOL_PLUGIN, "make = None")
    (facts,) = json.loads(here.call("plugins", "show", "odd", "--json").out)
    assert facts["status"] == "active"
    assert facts["import"]["is_heavy"]
    assert facts["import"]["ms"] > 100
    worst = {package["name"] for package in facts["import"]["packages"]}
    assert "litellm" in worst
    found = [one for one in here.findings() if "'odd' is heavy" in one["what"]]
    assert "litellm" in found[0]["what"]
    assert "ms" in found[0]["what"]
    assert here.run().result["status"] == "succeeded"


@pytest.mark.spec("PA-041", "PA-042")
@pytest.mark.parametrize(
    "make", ["1 / 0", "raise SystemExit", "return None", "return object()", "return type('T', (), {'call': 1})()"]
)
def test_a_factory_that_fails_or_makes_the_wrong_thing_spoils_only_its_own_tool(
    tmp_path: Path, sound: Path, make: str
) -> None:
    here = scene(tmp_path, sound, TOOL_PLUGIN, f"def make(context):\n    {make}\n")
    assert here.run().result["status"] == "succeeded"
    assert [one for one in here.findings() if "tool 'Odd'" in one["what"] and "plugins show odd" in one["mend"]]


@pytest.mark.spec("PA-043")
def test_an_observer_that_cannot_be_opened_changes_nothing(tmp_path: Path, sound: Path) -> None:
    observer = hook("llmos_hooks", "name='eyes', summary='sees', factory='odd_pkg.parts:make', role='observer'")
    here = scene(tmp_path, sound, observer, "def make(context):\n    1 / 0\n")
    assert here.run().result["status"] == "succeeded"
    assert [one for one in here.findings() if "hook 'eyes'" in one["what"] and one["level"] == "problem"]


@pytest.mark.spec("PA-043")
def test_what_a_transform_that_cannot_be_opened_should_have_changed_does_not_pass(tmp_path: Path, sound: Path) -> None:
    offered = "name='veil', summary='x', factory='odd_pkg.parts:make', role='transform', moments=('pre_tool_use',)"
    here = scene(tmp_path, sound, hook("llmos_hooks", offered), "def make(context):\n    1 / 0\n")
    done = here.run().result
    assert done["status"] != "succeeded"
    assert "veil" in done["reason"]
    assert here.place.names == set()
    assert here.call("traces", "list").code == 0
    assert [one for one in here.findings() if "hook 'veil'" in one["what"]]


@pytest.mark.slow
@pytest.mark.spec("PA-043")
@pytest.mark.parametrize("case", HANGING_HOOKS)
def test_a_hook_that_hangs_holds_up_neither_a_run_nor_the_doctor(hung: dict[str, Future[None]], case: str) -> None:
    hung[case].result()


def a_hook_hangs(folder: Path, sound: Path, case: str) -> None:
    role, source, status = HANGING_HOOKS[case]
    offered = hook("llmos_hooks", f"name='slow', summary='x', factory='odd_pkg.parts:make', {role}")
    here = scene(folder, sound, offered, f"from time import sleep\n{source}\n")
    done = here.run().result
    assert done["status"] == status
    assert ("slow" in done["reason"]) == (status == "denied")
    named = [one for one in here.findings() if "'slow'" in one["what"] and "no answer within" in one["what"]]
    assert bool(named) == ("factory" in case)


@pytest.mark.spec("PA-026")
def test_a_gate_cannot_speak_to_the_terminal(tmp_path: Path, sound: Path) -> None:
    loud = """
        from llmos_core.types.decision import Decision, Verdict
        class Gate:
            def check(self, action):
                return Verdict(decision=Decision.DENY, reason="no\\x1b[2J\\n" * 10**5)
        def make(context):
            return Gate()
        """
    here = scene(tmp_path, sound, GATE_PLUGIN, loud)
    done = here.call("run", GOAL)
    assert "no" in done.out + done.err
    assert "\x1b[2J" not in done.out + done.err
    assert len(done.out + done.err) < 20_000
