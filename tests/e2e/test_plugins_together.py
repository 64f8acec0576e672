"""Law: strangers' packages work together and take each other's place by the rules, as pip installed them.

A plugin may specify a hook of its own, which others implement; any piece is swapped by installing a package, or by one
line of the user's configuration.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command import Place
from strangers import hook, pip_install, wheel

ROOM = {
    "room_pkg/__init__.py": "",
    "room_pkg/hooks.py": """
        import pluggy

        @pluggy.HookspecMarker("llmos")
        def room_sayings():
            '''Offer sayings; the factory makes a function that returns one.'''
        """,
    "room_pkg/plugin.py": hook("llmos_hookspecs", "name='sayings', summary='sayings', factory='room_pkg.hooks'")
    + """
@hookimpl
def llmos_tools():
    return (Contribution(name="Say", summary="says everything", factory="room_pkg.tool:Say"),)
""",
    "room_pkg/tool.py": """
        from llmos_core.plugins.loading import load_object
        from llmos_core.types.tools import Effect, ToolSpec

        class Say:
            spec = ToolSpec(name="Say", description="x", parameters={"type": "object"}, effect=Effect.PURE)
            def __init__(self, context):
                self._context = context
            def call(self, arguments, context):
                return [load_object(one.factory)(self._context) for one in self._context.offers("room_sayings")]
        """,
}


def guest(number: int, *, name: str = "", before: str = "") -> dict[str, str]:
    offered = f"name='{name or f'saying-{number}'}', summary='a saying', factory='guest_{number}.parts:say'"
    return {
        f"guest_{number}/__init__.py": "",
        f"guest_{number}/plugin.py": before + hook("room_sayings", offered),
        f"guest_{number}/parts.py": f"def say(context):\n    return 'saying {number}'\n",
    }


SAY = """
import sys
from llmos_core import aio
from llmos_core.protocols.acting import ToolContext
from llmos_std.boot import LLMOS

async def main():
    async with LLMOS() as os:
        context = ToolContext(workspace=os.kernel.paths.workspace, run_id="x", timeout_s=9.0, environ={})
        print(*(await os.kernel.tool("Say")).call({}, context), sep="\\n")

aio.run(main())
"""

STRATEGY = """
    from llmos_core.types.decision import ModeDecision
    from llmos_core.types.task import ModeName

    class Never:
        def __init__(self, context): pass
        def decide(self, context):
            return ModeDecision(mode=ModeName.LEARNER, confidence=0.0, reasoning="never {who} replays")
    """


class Scene:
    """A workspace whose llmos sees some packages of strangers."""

    def __init__(self, root: Path, packages: dict[str, dict[str, str]]) -> None:
        self.place = Place(root)
        self._config = '[model]\nprovider = "builtin"\n'
        self.configure("")
        wheels = [
            wheel(
                root,
                name,
                files,
                plugins={name: next(path for path in files if "plugin" in path)[:-3].replace("/", ".")},
            )
            for name, files in packages.items()
        ]
        self.env = {"PYTHONPATH": str(pip_install(root / "site", *wheels))}

    def configure(self, text: str) -> None:
        (self.place.home / "config.toml").write_text(self._config + text)

    def said(self) -> list[str]:
        """What the tool says that asks for what the guests offer."""
        done = subprocess.run(
            [sys.executable, "-c", SAY],
            cwd=self.place.folder,
            env={**self.place.environ, **self.env},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def reason(self) -> str:
        """Why the mode was chosen that a goal would be executed with."""
        done = self.place.call("traces", "explain", "create a file a.txt that says hello", env=self.env)
        assert done.code == 0, done.err
        return done.out


@pytest.mark.spec("PA-014")
def test_a_plugin_of_plugins_uses_what_strangers_offer_to_its_hook(tmp_path: Path) -> None:
    here = Scene(tmp_path, {"room": ROOM, "guest-1": guest(1), "guest-2": guest(2)})
    for _ in range(3):  # the first start imports them, later ones remember what they offer
        assert here.said() == ["saying 1", "saying 2"]
    shown = json.loads(here.place.call("plugins", "show", "guest-1", "--json", env=here.env).out)
    assert [(offer["kind"], offer["name"]) for offer in shown[0]["offers"]] == [("room_sayings", "saying-1")]
    here.configure('[plugins]\ndisabled = ["guest-1"]\n')
    assert here.said() == ["saying 2"]


@pytest.mark.spec("PA-014", "PA-031")
def test_names_in_a_strangers_hook_obey_the_same_rules(tmp_path: Path) -> None:
    packages = {"room": ROOM, "guest-1": guest(1, name="wise"), "guest-2": guest(2, name="wise"), "guest-3": guest(3)}
    here = Scene(tmp_path, packages)
    assert here.said() == ["saying 3"]
    listed = here.place.call("plugins", "list", env=here.env)
    assert "room_sayings 'wise' is claimed by 2" in listed.err
    here.configure('[llmos.prefer]\nroom_sayings.wise = "guest-2"\n')
    assert here.said() == ["saying 3", "saying 2"]


@pytest.mark.spec("PA-013", "PA-014")
def test_without_the_plugin_that_specifies_it_a_hook_is_unknown_and_all_else_works(tmp_path: Path) -> None:
    here = Scene(tmp_path, {"guest-1": guest(1)})
    listed = here.place.call("plugins", "list", env=here.env)
    assert "'room_sayings', which is no hook" in listed.err
    assert here.place.run("create a file a.txt that says hello", env=here.env).result["status"] == "succeeded"


@pytest.mark.spec("PA-060")
def test_a_broken_guest_leaves_the_other_guests(tmp_path: Path) -> None:
    here = Scene(tmp_path, {"room": ROOM, "guest-1": guest(1, before="1 / 0\n"), "guest-2": guest(2)})
    assert here.said() == ["saying 2"]


def never(who: str, **fields: str) -> dict[str, str]:
    package = f"never_{who}"
    offered = ", ".join(f"{name}='{value}'" for name, value in fields.items())
    return {
        f"{package}/plugin.py": hook(
            "llmos_mode_strategies", f"summary='x', factory='{package}.parts:Never', {offered}"
        ),
        f"{package}/parts.py": STRATEGY.replace("{who}", who),
    }


@pytest.mark.spec("PA-031")
def test_a_piece_is_swapped_by_installing_and_by_configuration(tmp_path: Path) -> None:
    packages = {"never-ada": never("ada", name="ada", replaces="auto"), "never-bob": never("bob", name="bob")}
    here = Scene(tmp_path, packages)
    assert "never ada replays" in here.reason()
    here.configure('[dispatcher]\nstrategy = "bob"\n')
    assert "never bob replays" in here.reason()
    here.configure('[llmos.prefer]\nstrategy.auto = "std-strategies"\n')
    assert "never" not in here.reason()
    here.configure('[plugins]\ndisabled = ["never-ada"]\n')
    assert "never" not in here.reason()
