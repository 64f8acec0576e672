# ruff: noqa: E501
"""Variables that can make a program run something else: the search path, preloaded libraries, pagers."""

import re

from llmos_core.types.decision import Decision
from llmos_std.shell.judging.places import place_of
from llmos_std.shell.judging.state import State
from llmos_std.shell.judging.values import HOLE, Text
from llmos_std.shell.knowledge.wording import words

_HIJACKS = re.compile(
    r"PATH|LD_\w+|DYLD_\w+|GCONV_PATH|BASH_ENV|ENV|BASH_FUNC.*|BASH_(CMDS|ALIASES|LOADABLES_PATH)|SHELLOPTS|BASHOPTS|PROMPT_COMMAND|PS[0-4]|SHELL|HOME|ZDOTDIR|INPUTRC"
    r"|PYTHON(STARTUP|HOME|INSPECT|BREAKPOINT|WARNINGS|USERBASE|EXECUTABLE)|NODE_(OPTIONS|PATH|REPL\w*)|RUBY(OPT|LIB)|PERL5?(OPT|LIB|DB)|PERL5(OPT|LIB|DB)"
    r"|(JAVA_TOOL|_JAVA|JDK_JAVA|MAVEN|GRADLE|SBT|ANT)_OPT(ION)?S|CLASSPATH|LUA_(INIT|PATH|CPATH).*|PHPRC|PHP_INI_SCAN_DIR|R_PROFILE.*|R_ENVIRON.*"
    r"|GIT_(?!(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)$|PAGER$|TERMINAL_PROMPT$|TRACE\w*$).*|SSH_(ASKPASS|AUTH_SOCK|CONNECTION)|SUDO_\w+|\w*PAGER|EDITOR|VISUAL|FCEDIT|BROWSER"
    r"|LESS(OPEN|CLOSE|KEY\w*)?|MORE|TAR_OPTIONS|MAKEFLAGS|GNUMAKEFLAGS|MAKEFILES|RSYNC_\w+|CURL_HOME|CURL_CA_BUNDLE|WGETRC|SSLKEYLOGFILE|OPENSSL_CONF|SSL_CERT_\w+"
    r"|(https?|ftp|all|no)_proxy|(HTTPS?|FTP|ALL)_PROXY|PIP_\w+|UV_(INDEX|DEFAULT_INDEX|EXTRA_INDEX)\w*|npm_config_\w+|NPM_CONFIG_\w+|YARN_\w+|GOPROXY|GOFLAGS|GONOSUM\w+|GOSUMDB"
    r"|RUSTC(_WRAPPER|_WORKSPACE_WRAPPER)?|CARGO_(HOME|BUILD_RUSTC\w*|TARGET_\w*RUNNER|REGISTR\w+)|DOCKER_HOST|KUBECONFIG|AWS_\w*ENDPOINT\w*|ANSIBLE_\w+|HISTFILE|HISTCONTROL|HISTSIZE|HISTFILESIZE"
    r"|LLMOS_\w+|XDG_(CONFIG|DATA|RUNTIME)\w+|TERMINFO|TERMCAP|LOCPATH|NLSPATH|HOSTALIASES|RES_OPTIONS|GTK_\w*MODULES|QT_PLUGIN_PATH|MANPATH|MANOPT|FPATH|CDPATH"
)
_CAPTURED = words(
    """
    PS1 PS2 PS3 PAGER GIT_PAGER MANPAGER AWS_PAGER EDITOR VISUAL GIT_EDITOR LESS MORE BROWSER HISTSIZE
    HISTFILESIZE HISTCONTROL MAKEFLAGS GOFLAGS GOPROXY
    """
)
"""Variables with harmless values as well: these name a program that is known, or nothing."""

_HARMLESS_VALUE = re.compile(
    r"|cat|less|more|true|:|-[a-zA-Z0-9]+|\d+|-j\d*|ignore(dups|both|space)|direct|off|on|vim?|nano|emacs|-mod=\w+|code( --wait)?"
)
_CODE_IN_INDEX = re.compile(r"\w\[.*(\$\(|`)", re.DOTALL)
_TOOLS = words(
    "CC CXX LD AR AS CPP FC F77 RANLIB STRIP NM OBJCOPY CARGO RUSTC GO JAVA JAVAC PYTHON NODE MAKE INSTALL CMAKE"
)
"""Variables that name a program for builds."""

_PLAIN_TOOL = re.compile(r"([\w.+-]+ )*[\w.+-]+( -(?!-?e\b|c\b)[\w=,./+-]+)*")
_SHELLS = re.compile(r"\b(ba|da|z|k|c|fi)?sh\b|\benv\b|\beval\b|\bsudo\b")
_WRITTEN = re.compile(r"GIT_TRACE\w*|TMPDIR|TMP|TEMP|DESTDIR")
_WRITABLE = frozenset(["inside", "root", "temporary", "env", "content"])
_SEARCHED = frozenset(["PYTHONPATH", "NODE_PATH", "CLASSPATH", "RUBYLIB", "PERL5LIB", "LD_LIBRARY_PATH_64"])


def judge_assignment(
    name: str, value: tuple[Text, ...], state: State, *, is_appending: bool = False
) -> tuple[Decision, str, str] | None:
    """Return the objection to a variable that is set, None when there is none."""
    text = value[0] if value else Text()
    if any(map(has_code_in_index, (text.text for text in value))):
        return Decision.ASK, "unknown-code", f"{name} holds code that runs where bash takes it for a number"
    if name == "PATH" and (is_appending or _only_appends(text)):
        return None
    is_prompt = name in ("PS1", "PS2") and not re.search(r"`|\$\(", text.text) and not text.holes
    is_captured = name in _CAPTURED and text.literal is not None and _HARMLESS_VALUE.fullmatch(text.text)
    if is_prompt or is_captured:
        return None
    parts = [Text(part, text.holes) for part in text.text.split(":") if part]
    if name in _SEARCHED and all(_is_at_home(part, state) for part in parts):
        return None
    is_tool = name in _TOOLS and not _is_known_tool(text, state)
    is_astray = _WRITTEN.fullmatch(name) and "/" in text.text and place_of(text, state).kind not in _WRITABLE
    if is_astray or is_tool or name in _SEARCHED or _HIJACKS.fullmatch(name):
        return Decision.ASK, "hijack", f"{name} decides what programs run, load, obey or write"
    return None


def has_code_in_index(text: str) -> bool:
    """Say whether a text is a name with code in its index, as a[$(…)], which bash runs where it wants a name or number."""
    return _CODE_IN_INDEX.search(text) is not None


def _is_known_tool(text: Text, state: State) -> bool:
    """Say whether a text names a program with plain options, in the workspace or where programs are looked up."""
    if text.text == HOLE and text.worst() == "names":
        return place_of(text, state).kind in ("inside", "system")
    first, _, options = text.text.partition(" ")
    if "/" in first and place_of(Text(first, text.holes), state).kind in ("inside", "system", "env"):
        first = "tool"
    is_plain = _PLAIN_TOOL.fullmatch(f"{first} {options}".strip()) and not _SHELLS.search(text.text)
    return not text.text or bool(is_plain) or (bool(text.holes) and text.worst() in ("env", "plain", "content"))


def _only_appends(text: Text) -> bool:
    """Say whether the search path stays and folders come after it."""
    return text.text.startswith(HOLE + ":") and text.raw.lstrip("\"'").startswith(("$PATH:", "${PATH}:"))


def _is_at_home(text: Text, state: State) -> bool:
    if text.text == HOLE:
        return text.worst() in ("env", "plain")
    return place_of(Text(text.text), state).kind in ("inside", "root") and not text.holes
