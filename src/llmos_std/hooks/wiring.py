"""Give a kernel the hooks of its user, if there are any; imported only where there may be some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import PluginError
from llmos_core.types.record import Record
from llmos_std.hooks.collecting import CHANGED, Origin, UserHooks
from llmos_std.hooks.form import Hooks
from llmos_std.hooks.panel import Panel
from llmos_std.hooks.reading import own_hooks, project_hooks
from llmos_std.hooks.seats import seats_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmos_core.config.loading import Config
    from llmos_core.contrib import Contribution
    from llmos_core.protocols.context import Paths
    from llmos_std.tools.workspace_modules import Loaded
    from llmos_std.trust.project import ProjectFiles


class Seated(Record, kw_only=False):
    """A panel of hooks, and what to give a kernel so that it is asked."""

    panel: Panel
    seats: tuple[tuple[Contribution, Any], ...]


def gather(
    config: Config,
    paths: Paths,
    environ: Mapping[str, str],
    *,
    user_config: bytes | None,
    project: ProjectFiles | None,
    loaded: Loaded | None,
    is_guarded: bool,
) -> tuple[Seated | None, tuple[str, ...]]:
    """Return the hooks that are in force, None when there are none and never were any, and what the user should know.

    `loaded` are the project's modules. With `is_guarded` the user once trusted hooks of this workspace. Without the
    section `hooks` (its plugin is switched off) there are none.
    """
    try:
        section = config.section("hooks")
    except PluginError:
        return None, ()
    theirs = Hooks() if project is None else project_hooks(project)
    own = own_hooks(paths.user_config.parent, user_config, section, theirs)
    origin = Origin(
        paths=paths,
        environ=environ,
        own=own.commands,
        project=project,
        loaded=loaded,
        timeout_s=section.timeout_s,
        is_guarded=is_guarded,
    )
    hooks = UserHooks(origin)
    notes = (*own.notes, *theirs.notes, *((CHANGED,) if is_guarded and project is None else ()))
    if not hooks.is_needed:
        return None, notes
    panel = Panel(hooks, workspace=paths.workspace, permission_mode=config.section("permissions").mode)
    return Seated(panel, seats_of(panel)), notes
