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


@pytest.mark.parametrize("folder", ["/tmp/x", "../other", "~/other", "/opt/x", "/"])
@pytest.mark.parametrize(
    "command",
    [
        *(
            "git status",
            "git log",
            "make",
            "npm test",
            "python -m pytest",
            "pytest -q",
            "cargo build",
            "docker compose up",
        ),
        *("./run.sh", "python a.py", "go test ./...", "uv run pytest"),
    ],
)
def test_code_and_settings_of_a_folder_that_a_line_goes_to_are_not_of_the_workspace(command: str, folder: str) -> None:
    assert decided(f"cd {folder} && {command}") is not Decision.ALLOW
    assert decided(f"(cd {folder}; {command})") is not Decision.ALLOW
    for here in ("src", "./lib", '"$PWD"', "."):
        assert decided(f"cd {here} && {command}") is Decision.ALLOW


@pytest.mark.parametrize("verb", ["status", "log", "diff", "-P show"])
def test_git_obeys_the_settings_of_a_folder_so_looking_elsewhere_is_asked_about(verb: str) -> None:
    for folder, decision in (("/tmp/x", "ask"), ("~bob/x", "ask"), ("../x", "ask"), ("sub", "allow"), (".", "allow")):
        assert decided(f"git -C {folder} {verb}").value == decision


@pytest.mark.parametrize(
    "command",
    [
        *(
            "tar cf host:a.tar .",
            "tar cf me@host:/x src",
            "tar -cf/etc/x.tar src",
            "tar xf a.tar -C/etc",
            "cpio -o < list",
        ),
        *("tar xf a -C build -C /etc", "tar --extract --file a.tar --dir /usr", "tar -g /etc/x -cf a.tar ."),
        *("tar --files-from=list -cf a.tar", "tar -cT list -f a.tar", "tar cfT a.tar list", "cat list | tar cf a -T -"),
        *(
            "tar x --to-c=sh -f a",
            "tar -xPf a.tar",
            "tar cIf 'sh x' a.tar .",
            "tar cf a.tar --add-file=/home",
        ),
        *("tar cf a.tar -C ~ .ssh", "tar cf a.tar -C / home", "find ~ -type f | tar cf a -T -", "csplit -f/etc/x a 1"),
    ],
)
def test_what_tar_and_its_like_pack_from_and_unpack_to_elsewhere_is_asked_about(command: str) -> None:
    assert decided(command) is not Decision.ALLOW


@pytest.mark.parametrize(
    "command",
    [
        *(
            "git ls-files | tar czf a.tgz -T -",
            "tar czf a.tgz -C src .",
            "jar cfe app.jar Main *.class",
            "tar rf a.tar b",
        ),
        *(
            "jar cfm x.jar m.txt classes",
            "tar -czvf a.tgz --exclude node_modules .",
            "tar tvf a.tar",
            "tar -xOf a.tar b",
        ),
        *("find . -name '*.c' | cpio -o > a.cpio", "tar --force-local -cf a:b.tar src", "csplit a.md '/^#/' '{*}'"),
        *("tar xf a.tar --strip-components 1 -C out", "tar -cf - src | gzip > a.tgz", "tar --list --file a.tar"),
    ],
)
def test_everyday_packing_passes(command: str) -> None:
    assert decided(command) is Decision.ALLOW
