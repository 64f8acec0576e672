"""Law: whatever lies in the plugins folder, the good tools are there and each bad one is named."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tool_calls import open_scene

from llmos_std.tools.workspace_tools import load_workspace_tools

GOOD = (
    "from llmos_std.tools import llm_tool\n\n@llm_tool(effect='pure')\ndef {name}(n: int) -> int:\n    return n + 1\n"
)
BROKEN = st.sampled_from(
    [
        "def broken(:\n",
        "raise SystemExit(3)\n",
        "1 / 0\n",
        "import no_such_module_anywhere\n",
        "\0",
        "\xff\ud800"[:1] + "é =",
        "x = (\n",
    ]
)


@given(broken=st.dictionaries(st.sampled_from(["a.py", "m.py", "z.py"]), BROKEN))
@settings(deadline=None, max_examples=30)
def test_a_broken_file_is_named_and_left_out(broken):
    with open_scene() as scene:
        folder = scene.put("plugins/good.py", GOOD.format(name="good")).parent
        for name, text in broken.items():
            scene.put(f"plugins/{name}", text)
        tools, problems = load_workspace_tools(folder)
        assert [tool.spec.name for tool in tools] == ["good"]
        assert scene.call(tools[0], n=1) == 2
        assert sorted(problem.partition(":")[0] for problem in problems) == sorted(
            str(folder / name) for name in broken
        )


def test_a_missing_folder_holds_no_tools(scene):
    assert load_workspace_tools(scene.workspace / "none") == ([], [])


def test_only_functions_decorated_in_the_file_itself_count(scene):
    scene.put("plugins/one.py", GOOD.format(name="one"))
    text = "import sys\nfrom llmos_std.tools import llm_tool\nsys.path.insert(0, __file__.rpartition('/')[0])\n"
    scene.put(
        "plugins/two.py",
        text + "from one import one\nsys.path.pop(0)\n\n@llm_tool\ndef two() -> str:\n    return 'two'\n",
    )
    tools, problems = load_workspace_tools(scene.workspace / "plugins")
    assert ([tool.spec.name for tool in tools], problems) == (["one", "two"], [])


def test_of_two_tools_with_one_name_the_first_stays(scene):
    scene.put("plugins/a.py", GOOD.format(name="same"))
    scene.put("plugins/b.py", GOOD.format(name="same").replace("n + 1", "n + 2"))
    tools, problems = load_workspace_tools(scene.workspace / "plugins")
    assert scene.call(tools[0], n=1) == 2
    assert len(tools) == len(problems) == 1
    assert "b.py" in problems[0]


def test_one_bad_function_does_not_take_the_others_along(scene):
    scene.put("plugins/a.py", GOOD.format(name="fine") + "\n@llm_tool\ndef bad(*args):\n    pass\n")
    tools, problems = load_workspace_tools(scene.workspace / "plugins")
    assert [tool.spec.name for tool in tools] == ["fine"]
    assert "bad" in problems[0]


def test_helpers_and_other_files_are_passed_over(scene):
    for name in ("_helper.py", ".hidden.py", "notes.txt", "sub/deep.py"):
        scene.put(f"plugins/{name}", "raise ValueError('never run')")
    assert load_workspace_tools(scene.workspace / "plugins") == ([], [])


def test_a_changed_file_is_read_afresh_and_nothing_is_left_beside_it(scene):
    scene.put("plugins/a.py", GOOD.format(name="t"))
    (old,), _ = load_workspace_tools(scene.workspace / "plugins")
    scene.put("plugins/a.py", GOOD.format(name="t").replace("n + 1", "n + 9"))
    (new,), _ = load_workspace_tools(scene.workspace / "plugins")
    assert (scene.call(old, n=1), scene.call(new, n=1)) == (2, 10)
    assert [path.name for path in (scene.workspace / "plugins").iterdir()] == ["a.py"]


def test_type_hints_as_text_and_dataclasses_work(scene):
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n"
        "from llmos_std.tools import llm_tool\n\n"
        "@dataclass\nclass P:\n    x: int\n\n@llm_tool\ndef take(p: P) -> int:\n    return p.x\n"
    )
    scene.put("plugins/a.py", text)
    tools, problems = load_workspace_tools(scene.workspace / "plugins")
    assert problems == []
    assert scene.call(tools[0], p={"x": 3}) == 3
