"""Law: where the user's folder lies and whose it is changes no decision about what is in it."""

import json
from pathlib import Path

import pytest

from llmos_core.types.decision import Decision
from llmos_std.shell.judging.policy import judge

DATA = Path(__file__).parent / "data"
ROWS = [json.loads(line)["command"] for line in (DATA / "own.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("command", [row for row in ROWS if "~" in row or "$HOME" in row])
def test_a_home_below_tmp_is_a_home(command: str) -> None:
    usual, below = judge(command, home="/home/user"), judge(command, home="/tmp/some/one")
    assert (below.decision, below.rule) == (usual.decision, usual.rule)


@pytest.mark.parametrize("home", ["/root", "/home/user", "/home/*", "/h*/?*", "/Users/someone"])
def test_a_pattern_that_fits_a_key_in_a_home_is_asked_about_whosever_it_is(home: str) -> None:
    assert judge(f"cat {home}/.*/i*", home="/home/user").deciding.rule == "secret"


@pytest.mark.parametrize("pattern", [".*", ".*/*", ".[a-z]*/*", ".??*", ".g*/*"])
def test_a_pattern_for_hidden_names_takes_in_the_secrets_of_a_home_and_only_their_names_are_free(pattern: str) -> None:
    def decided(command: str) -> Decision:
        return judge(command, home="/home/user").deciding.decision

    assert {decided(f"{verb} ~/{pattern}") for verb in ("cat", "head -n1", "grep -h x")} == {Decision.ASK}
    assert decided(f"cp -r ~/{pattern} copy") is Decision.ASK
    assert {decided(f"ls -d ~/{pattern}"), decided(f"cat {pattern}")} == {Decision.ALLOW}


@pytest.mark.parametrize(
    "many",
    [
        *("$(find ~ -type f)", "$(find /home)", "$(find ~ -name x -o -type f)", "$(ls ~)", "~/*", "~/*/*", "/home/*/*"),
        *("/etc/*", "$(find / -name '.*')", "$(find ~ -name '.b*')", "~bob/.*", "/home/bob/*"),
    ],
)
@pytest.mark.parametrize(
    "line", ["cat {}", "for f in {}; do cat $f; done", "cp {} b", "echo {} | xargs head", "base64 {}", "grep '' {}"]
)
def test_what_takes_in_all_of_a_home_or_of_the_system_is_asked_about(line: str, many: str) -> None:
    assert judge(line.format(many), home="/home/user").deciding.decision is Decision.ASK


@pytest.mark.parametrize(
    "folder", ["~", "/home", "/home/bob", "~bob", "/", "/etc", "~/.config", "/home/*", "~/*", "/Users/x"]
)
@pytest.mark.parametrize("line", ["cp -r {} b", "rsync -a {} b", "tar czf b.tgz {}", "zip -r b.zip {}", "grep -r x {}"])
def test_a_folder_that_holds_a_home_is_not_packed_unasked(line: str, folder: str) -> None:
    assert judge(line.format(folder), home="/home/user").deciding.decision is Decision.ASK


@pytest.mark.parametrize(
    "command",
    [
        *(
            "find ~ -name '*.txt' -exec cat {} +",
            "for f in ~/*.txt; do cat $f; done",
            "cp -r ~/docs b",
            "ls -A ~ | sort",
        ),
        *("find / -type f -exec grep -l needle {} +", "find / -type f | xargs md5sum", "file ~/*", "wc -l /etc/*"),
        *(
            "find ~ -name a -o -name b | xargs cat",
            "find . -type f | xargs cat",
            "cat /tmp/.*",
            "cat /tmp/*",
            "cp -r * b",
        ),
        *("find . -name x -prune -o -name '*.c' -print | xargs cat", "ls | xargs -I{} cat ./{}", "grep -rn x ~/docs"),
    ],
)
def test_named_files_of_a_home_and_names_alone_are_free(command: str) -> None:
    assert judge(command, home="/home/user").deciding.decision is Decision.ALLOW


@pytest.mark.parametrize(("folder", "decision"), [("~", "ask"), ("/", "ask"), ("~/.ssh", "ask"), ("src", "allow")])
def test_a_folder_that_tar_goes_into_first_is_what_it_packs(folder: str, decision: str) -> None:
    for command in (f"tar czf a.tgz -C {folder} .", f"tar -C {folder} -czf a.tgz .", f"tar cf - -C {folder} ./"):
        assert judge(command, home="/home/user").deciding.decision.value == decision
