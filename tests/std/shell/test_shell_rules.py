"""Laws of the user's rules: they fit what they say, tests of their own hold, and every fault is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.decision import Decision
from llmos_std.hooks.commands import judge_command
from llmos_std.shell.judging.policy import judge
from llmos_std.shell.rules import Rule, UserRules, read_rules

WORDS = st.sampled_from(["push", "-f", "--force", "--force=1", "origin", "-uf", "x y", ""])


def programs(command):
    return judge(command).programs()


def read(**table):
    return read_rules([{"decision": "deny", "program": "git", **table}], programs)


@given(st.lists(st.sampled_from(list(Decision)), max_size=5), st.lists(WORDS, max_size=4))
def test_the_strictest_of_several_rules_counts(decisions, arguments):
    rules = UserRules([Rule(decision=decision, program="git") for decision in decisions])
    said = rules("git", arguments)
    assert (said[0] if said else None) == max(decisions, key=lambda d: d.rank, default=None)


@given(st.lists(WORDS, max_size=4))
def test_a_flag_is_found_alone_with_a_value_and_among_other_letters(arguments):
    long, short = (Rule(decision=Decision.DENY, program="git", flags=(flag,)) for flag in ("--force", "-f"))
    assert long.fits("git", arguments) == any(word in ("--force", "--force=1") for word in arguments)
    assert short.fits("git", arguments) == any(word in ("-f", "-uf") for word in arguments)


def test_a_program_by_its_path_is_met_by_rules_that_tighten_only():
    deny, allow = (Rule(decision=decision, program="git") for decision in (Decision.DENY, Decision.ALLOW))
    assert deny.fits("./git", [])
    assert not allow.fits("./git", [])
    assert allow.fits("/usr/bin/git", [])


def test_arguments_and_target_are_patterns():
    rule = Rule(decision=Decision.ASK, program="cp", arguments="-r *", target="/mnt/*")
    assert rule.fits("cp", ["-r", "a", "/mnt/x"])
    assert not rule.fits("cp", ["a", "/mnt/x"])
    assert not rule.fits("cp", ["-r", "a", "b"])


def test_self_tests_look_inside_of_wrappers_and_quotes():
    assert read(arguments="push*", match=["g'i't push", "sh -c 'git push -f'", "env git push"], not_match=["git pull"])


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({"match": ["git push"], "arguments": "pull"}, "does not fit its own test 'git push'"),
        ({"not_match": ["git push"]}, "fits its own test 'git push'"),
        ({"decision": "no"}, "'no'"),
        ({"program": ""}, "'program'"),
        ({"flags": "-f"}, "'flags'"),
        ({"arguments": 3}, "'arguments'"),
        ({"args": "x"}, "args"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named(table, named):
    with pytest.raises(ValueError, match="rule 1") as caught:
        read(**table)
    assert named in str(caught.value)


def test_what_is_no_table_is_refused():
    with pytest.raises(ValueError, match="no table"):
        read_rules(["git"], programs)


@pytest.mark.parametrize(
    "command",
    [
        *(
            "cat .env",
            "cat .env.local",
            "make TOKEN=$API_TOKEN",
            "mytool $API_TOKEN",
            "cp -r ~ b",
            "env",
            "cat ~/.*",
        ),
        *("mytool --key $(cat .env) $API_KEY", "sort -o b .env", "yq -i .x .env", "xargs cat < .env"),
    ],
)
def test_no_rule_and_no_pattern_allows_what_is_about_secrets_but_the_whole_command_does(command):
    rules = [{"decision": "allow", "program": "*"}]
    assert judge_command(command, rules=rules).decision is Decision.ASK
    assert judge_command(command, allowed=["*"]).decision is Decision.ASK
    assert judge_command(command, allowed=[command]).decision is Decision.ALLOW


def test_a_rule_allows_its_program_where_no_secret_is_at_stake():
    rules = [{"decision": "allow", "program": "mytool"}]
    assert judge_command("mytool a b", rules=rules).decision is Decision.ALLOW
