"""Which files inside a workspace are not like the others: sealed, self-starting, secret, or obeyed by agents.

A path is judged by its parts below the workspace; upper and lower case and look-alike spellings count as the same.
"""

from collections.abc import Sequence
from itertools import pairwise

from llmos_std.lookalike import meanings

SEALED = frozenset({".git", ".llmos"})
"""Folders that belong to a program: reading is harmless, writing there changes what runs or what is remembered."""

_SELF_STARTING = frozenset(
    {
        *(".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".inputrc"),
        *(".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc", ".tcshrc", ".login"),
        *(".envrc", ".gitconfig", ".gitmodules", ".gitlab-ci.yml", ".pre-commit-config.yaml", ".mcp.json"),
        *(".vimrc", ".exrc", ".gdbinit", ".ripgreprc", "sitecustomize.py", "usercustomize.py", "authorized_keys"),
    }
)
_SELF_STARTING_FOLDERS = frozenset({".husky", ".vscode", ".idea", ".devcontainer", ".circleci"})

_INSTRUCTIONS = frozenset(
    {
        *("agents.md", "claude.md", "gemini.md", "memory.md", "copilot-instructions.md", ".cursorrules"),
        *(".windsurfrules", ".clinerules", ".aider.conf.yml", "skill.md"),
    }
)
_INSTRUCTION_FOLDERS = frozenset({".claude", ".cursor", ".clinerules", ".roo", ".codex", ".gemini"})

_SECRET = frozenset(
    {
        *(".env", ".netrc", ".npmrc", ".pypirc", ".git-credentials", ".pgpass", ".htpasswd", ".dockercfg"),
        *("credentials.json", "secrets.json", "secrets.toml", "secrets.yaml", "secrets.yml"),
    }
)
_SECRET_FOLDERS = frozenset({".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker"})
_SECRET_ENDINGS = (".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ppk")
_KEY_BEGINNINGS = ("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_xmss")
_HARMLESS_ENDINGS = (".example", ".sample", ".template", ".dist", ".pub")


def is_sealed(parts: Sequence[str]) -> bool:
    """Say whether the path leads to or into a folder of git or of llmos itself."""
    return any(part in SEALED for part in _plain(parts))


def is_self_starting(parts: Sequence[str]) -> bool:
    """Say whether something runs or obeys this file without being asked: shells, editors, git, CI."""
    names = _plain(parts)
    is_workflow = (".github", "workflows") in pairwise(names)
    return is_workflow or any(n in _SELF_STARTING_FOLDERS for n in names) or _last(names) in _SELF_STARTING


def is_instruction(parts: Sequence[str]) -> bool:
    """Say whether agents take the file for their memory or their orders: writing there outlives the run."""
    names = _plain(parts)
    return any(name in _INSTRUCTION_FOLDERS for name in names) or _last(names) in _INSTRUCTIONS


def is_secret(parts: Sequence[str]) -> bool:
    """Say whether the path looks like one that holds passwords, tokens or private keys."""
    names = _plain(parts)
    if any(name in _SECRET_FOLDERS for name in names):
        return True
    name = _last(names)
    if name.endswith(_HARMLESS_ENDINGS):
        return False
    is_key_file = name.endswith(_SECRET_ENDINGS) and not name.startswith(".")
    return is_key_file or name in _SECRET or name.startswith((".env.", *_KEY_BEGINNINGS))


def _last(names: list[str]) -> str:
    return names[-1] if names else ""


def _plain(parts: Sequence[str]) -> list[str]:
    """Return the names as they may be taken, in their order."""
    return [meant for part in parts for meant in meanings(part)]
