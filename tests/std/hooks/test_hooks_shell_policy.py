"""Law of the shell policy: commands, code and addresses pass unasked only when known harmless; other tools pass by."""

import pytest
from hook_actions import STRICT_MODES, action, classified_as, context
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.errors import PluginError
from llmos_core.types.decision import Decision
from llmos_std.hooks.config import ShellConfig
from llmos_std.hooks.shell_policy import judge_address, open_shell_policy

HOSTS = ("example.org", "*.example.net")


class WebSection:
    allow_hosts = HOSTS


def judged(tool, mode="accept-edits", *, shell=None, **arguments):
    gate = open_shell_policy(context(web=WebSection(), shell=shell or ShellConfig()))
    return gate.check(action(tool, mode=mode, **arguments))


@given(st.text("ab.:/@%\\?#[] \t-_1", max_size=20), st.sampled_from(["http://", "https://", "//", "file://", ""]))
def test_only_an_address_of_a_known_host_passes_unasked(rest, scheme):
    verdict = judge_address(scheme + rest, ("ab", "*.ab"))
    if verdict.decision is Decision.ALLOW:
        host = rest.replace("/", " ").replace("?", " ").replace("#", " ").split(" ")[0].split(":")[0].rstrip(".")
        assert scheme in ("http://", "https://")
        assert host == "ab" or host.endswith(".ab")


@pytest.mark.parametrize("mode", STRICT_MODES)
def test_python_asks_in_every_mode_but_yolo(mode):
    assert judged("Python", mode, code="1").decision is Decision.ASK
    assert judged("Python", "yolo", code="1").decision is Decision.ALLOW


def test_yolo_turns_ask_into_allow_and_leaves_deny():
    for level, decision in {"unknown": Decision.ALLOW, "destructive": Decision.DENY}.items():
        with classified_as(level):
            assert judged("Bash", "yolo", command="x").decision is decision


def test_the_users_own_patterns_count():
    shell = ShellConfig(allow=("make *",), deny=("make deploy*",))
    with classified_as("unknown"):
        assert judged("Bash", shell=shell, command="make test").decision is Decision.ALLOW
        assert judged("Bash", shell=shell, command="make deploy").decision is Decision.DENY
        assert judged("Bash", "yolo", shell=shell, command="make deploy").decision is Decision.DENY


@pytest.mark.parametrize(
    "url", ["https://example.org", "http://EXAMPLE.org:8080/x?y", "https://a.b.example.net/", "https://example.org./x"]
)
def test_a_known_host_passes(url):
    assert judged("WebFetch", url=url).decision is Decision.ALLOW


@pytest.mark.parametrize(
    "url",
    [
        *("https://evil.org", "https://example.org.evil.org", "https://xexample.org", "https://example.net"),
        *("https://example.org@evil.org/", "https://user@example.org/", "https://evil.org\\@example.org/"),
        *("https://example.org%00.evil.org/", "https://еxample.org/", "https://169.254.169.254/", "http://[::1]/"),
        *("https://evil.org#@example.org", "https://evil.org?.example.org", "https://exa\tmple.org/"),
    ],
)
def test_any_other_or_doubtful_host_asks(url):
    assert judged("WebFetch", url=url).decision is Decision.ASK


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org", "example.org", "", None, 3, "http://[", "javascript:1"]
)
def test_what_is_no_web_address_is_denied_even_in_yolo(url):
    for mode in (*STRICT_MODES, "yolo"):
        assert judged("WebFetch", mode, url=url).decision is Decision.DENY


def test_other_tools_pass_by():
    assert judged("Write", path="x").decision is Decision.ALLOW


def test_a_web_section_that_is_not_there_allows_no_host():
    def section(name):
        if name == "shell":
            return ShellConfig()
        raise PluginError(f"no section {name}")

    found = context()
    found.section = section
    gate = open_shell_policy(found)
    assert gate.check(action("WebFetch", url="https://example.org")).decision is Decision.ASK


def test_its_policy_changes_with_the_users_rules():
    policies = {
        open_shell_policy(context(shell=ShellConfig(allow=allow))).policy for allow in ((), ("make",), ("make *",))
    }
    assert len(policies) == 3
