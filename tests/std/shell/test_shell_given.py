"""Law: what a line hands over to its own code – $0, $1, parts of a list or a text – is judged where it is used."""

import pytest

from llmos_core.types.decision import Decision
from llmos_std.shell.judging.policy import judge

GRAVE = ["/", "~", "/etc", "$HOME", "/home/user"]


def decided(command: str) -> Decision:
    return judge(command, home="/home/user").deciding.decision


@pytest.mark.parametrize("path", GRAVE)
@pytest.mark.parametrize(
    "command",
    [
        *("sh -c 'rm -rf \"$0\"' {}", "bash -c 'rm -rf $0' {}", "sh -c 'rm -rf ${{0}}' {} x", "sh -c 'rm -rf $1' x {}"),
        *("sh -c 'shift; rm -rf $1' x a {}", "set -- a {}; shift; rm -rf $1", "set a b {}; shift 2; rm -rf $1"),
        *("f() {{ shift; rm -rf $1; }}; f a {}", "echo {} | xargs sh -c 'rm -rf $0'", "exec -a ls rm -rf {}"),
        *("x=([1]={}); rm -rf ${{x[1]}}", 'read a b <<< "x {}"; rm -rf $b', 'read -a x <<< "a {}"; rm -rf ${{x[1]}}'),
        *('IFS=,; y="-rf,{}"; rm $y', 'IFS=, read a b <<< "x,{}"; rm -rf $b', 'read -d, a <<< "{},x"; rm -rf $a'),
        *("mapfile -t x < <(printf '%s\\n' a {}); rm -rf ${{x[1]}}", 'mapfile -d, x <<< "a,{}"; rm -rf ${{x[1]}}'),
        "set -- a b {}; while [ $# -gt 0 ]; do rm -rf $1; shift; done",
    ],
)
def test_what_is_handed_over_is_no_way_round(command: str, path: str) -> None:
    assert decided(command.format(path)) is not Decision.ALLOW


@pytest.mark.parametrize("command", ["rm -rf $0", "rm -rf $(dirname $0)", "sh -c 'rm -rf $0'", "hash -p ./x ls; ls"])
def test_how_the_shell_was_started_is_not_known_and_names_are_not_turned_into_others(command: str) -> None:
    assert decided(command) is Decision.ASK


@pytest.mark.parametrize(
    "command",
    [
        *("sh -c 'rm -rf \"$0\"' build", "set -- a build; shift; rm -rf $1", "f() { shift; echo $1; }; f a b"),
        *("IFS=$'\\n'; for x in $(ls); do echo $x; done", "while IFS=, read -r a b; do echo $a; done < a.csv"),
        *("cd $(dirname $0)", "echo $0", "x=(a b); rm ${x[1]}", "exec > log", "mapfile -t x < a.txt", "hash -r"),
    ],
)
def test_what_is_handed_over_and_harmless_still_passes(command: str) -> None:
    assert decided(command) is Decision.ALLOW


def test_a_secret_on_standard_input_is_asked_about_like_one_among_the_arguments() -> None:
    given = ("cat <<< $API_KEY", "cat <<E\n$API_KEY\nE", 'sh -c cat <<< "$API_KEY"', "cat <<< $NAME")
    assert [decided(command) for command in given] == [Decision.ASK, Decision.ASK, Decision.ASK, Decision.ALLOW]
