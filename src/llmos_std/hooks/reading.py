"""Where commands as hooks stand: hooks.json and `[hooks]`, both of the user's own and of a trusted project's files.

All of them count: a project adds to the user's hooks and never replaces one, unlike other settings.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from llmos_core.errors import StorageError
from llmos_core.types.record import values_of
from llmos_std.hooks.form import GUARDED, CommandHook, Hooks, read_json, read_table
from llmos_std.storage.ownership import require_own

if TYPE_CHECKING:
    from pathlib import Path

    from llmos_std.hooks.hook_config import HooksConfig
    from llmos_std.trust.project import ProjectFiles

FILE = "hooks.json"


def own_hooks(folder: Path, config: bytes | None, section: HooksConfig, project: Hooks) -> Hooks:
    """Return the user's own hooks: of `folder`/hooks.json, of their configuration file, and whatever else is in force.

    `section` is `[hooks]` as all layers together make it; what is in it and neither in the file nor in `project` was
    given for this time.
    """
    file = _file(folder / FILE)
    own = _table(config, "config.toml")
    given = read_table(_said(section), "given")
    known = {_meaning(hook) for hook in (*own.commands, *project.commands)}
    rest = tuple(hook for hook in given.commands if _meaning(hook) not in known)
    return Hooks((*file.commands, *own.commands, *rest), tuple(dict.fromkeys((*file.notes, *own.notes))))


def project_hooks(project: ProjectFiles) -> Hooks:
    """Return the commands that a project's files bring, exactly as they were read."""
    file = Hooks() if project.hooks is None else read_json(project.hooks, f".llmos/{FILE}")
    table = _table(project.config, ".llmos/config.toml")
    return Hooks((*file.commands, *table.commands), (*file.notes, *table.notes))


def _file(path: Path) -> Hooks:
    """Return the hooks of the user's own file; one that cannot be read, or others may write, is a hook that fails."""
    try:
        require_own(path)
        data = path.read_bytes()
    except FileNotFoundError:
        return Hooks()
    except StorageError as error:
        problem = str(error)
    except OSError as error:
        problem = f"{path} cannot be read ({error.strerror})"
    else:
        return read_json(data, FILE)
    return Hooks((CommandHook(name=FILE, moment=GUARDED, problem=problem),))


def _table(config: bytes | None, label: str) -> Hooks:
    if not config or b"hooks" not in config:
        return Hooks()
    table = tomllib.loads(config.decode("utf-8-sig")).get("hooks", {})
    return read_table({event: groups for event, groups in table.items() if event != "timeout_s"}, label)


def _said(section: HooksConfig) -> dict[str, Any]:
    values = values_of(section).items()
    return {event: list(groups) for event, groups in values if event != "timeout_s" and groups}


def _meaning(hook: CommandHook) -> tuple[str, str, str, str]:
    return hook.moment, hook.matcher, hook.command, hook.problem.partition(": ")[2]
