"""Law: a folder that git prints, or that an option of git or unzip names, is the folder that it is."""

import pytest

from llmos_core.types.decision import Decision
from llmos_std.shell.judging.policy import judge


def decided(command: str) -> Decision:
    return judge(command, home="/home/user").deciding.decision


@pytest.mark.parametrize("option", ["--show-toplevel", "--git-dir", "--absolute-git-dir", "--git-common-dir"])
@pytest.mark.parametrize(
    "command", ["rm -rf {}", 'rm -rf "{}"', "rm -rf {}/*", "mv {} /tmp/x", "echo x > {}/.git/config"]
)
def test_the_folders_that_git_prints_are_the_workspace_and_its_git(command: str, option: str) -> None:
    assert decided(command.format(f"$(git rev-parse {option})")) is Decision.DENY
    assert decided(f"git rev-parse {option} | xargs rm -rf") is Decision.DENY


@pytest.mark.parametrize(
    "command",
    [
        *("rm -rf $(git rev-parse ..)", "rm -rf $(git branch --format=/)", "rm -rf $(git describe --dirty=/..)"),
        *(
            "cp a $(git rev-parse --git-path hooks)/pre-commit",
            "git mv a .git/hooks/pre-commit",
            "git mv .git/config a",
        ),
        *("git --git-dir=/tmp/x status", "git --git-dir x log", "git --git-dir=../x/.git log"),
        *("unzip -o a.zip -d/etc", "unzip a.zip -d/usr/lib", "unzip -od/etc a.zip", "unzip a.zip -d../../x"),
        "7z x a.7z -o/etc",
    ],
)
def test_what_such_a_folder_opens_is_judged(command: str) -> None:
    assert decided(command) is not Decision.ALLOW


@pytest.mark.parametrize(
    "command",
    [
        *('cd "$(git rev-parse --show-toplevel)" && rm -rf build', "rm -rf $(git rev-parse --show-toplevel)/build"),
        *(
            "touch build-$(git rev-parse --short HEAD)",
            "cat $(git rev-parse --git-dir)/HEAD",
            "git mv a b",
            "git mv -f a .",
        ),
        *(
            "git --git-dir=.git log",
            "unzip -l a.zip",
            "unzip -qo a.zip -d out",
            "unzip a.zip -dout",
        ),
        *("git rev-parse --abbrev-ref HEAD", "git checkout $(git rev-parse --verify -q HEAD~2)", "7z x a.7z -oout"),
    ],
)
def test_everyday_uses_of_them_pass(command: str) -> None:
    assert decided(command) is Decision.ALLOW


@pytest.mark.parametrize("option", ["--lua-filter={}", "-L {}", "-F {}", "--filter {}", "--pdf-engine={}", "-d {}"])
def test_what_pandoc_runs_has_to_be_in_the_workspace(option: str) -> None:
    for path, decision in (("/tmp/x", Decision.ASK), ("filters/x", Decision.ALLOW), ("name", Decision.ALLOW)):
        assert decided(f"pandoc {option.format(path)} a.md -o a.pdf") is decision
