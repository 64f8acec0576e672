"""The hooks of one user in one workspace: their own commands, and the project's commands and functions.

The project's count while its files are exactly those that the user trusted, which is looked at each time they are
asked. The rule: hooks that were trusted and are no longer what they were stop everything until the user has decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import DeniedError, StorageError
from llmos_core.types.json import digest
from llmos_core.types.record import Record, evolve
from llmos_std.hooks.entry import Entry
from llmos_std.hooks.functions import Functions, failing
from llmos_std.hooks.reading import project_hooks
from llmos_std.hooks.replies import ReplyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from llmos_core.protocols.context import Paths
    from llmos_std.hooks.form import CommandHook
    from llmos_std.tools.workspace_modules import Loaded
    from llmos_std.trust.project import ProjectFiles

YOURS, PROJECT = "yours", "project"
CHANGED = (
    "this folder's hooks are not those that you trusted; read them and decide: llmos trust (or llmos trust --revoke)"
)


class Origin(Record):
    """What hooks are made from: the user's `own` commands, and what a trusted `project` brings, with its modules.

    `timeout_s` is the usual limit of a command. `is_guarded` says that the user once trusted hooks of this workspace.
    """

    paths: Paths
    environ: Mapping[str, str]
    own: tuple[CommandHook, ...] = ()
    project: ProjectFiles | None = None
    loaded: Loaded | None = None
    timeout_s: float = 60.0
    is_guarded: bool = False


class UserHooks:
    """The hooks of a panel, as they are now."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._functions: Functions | None = None
        self._entries = self._made()

    @property
    def policy(self) -> str:
        """A digest that changes with the user's hooks and with anything that the project brings."""
        own = [[hook.moment, hook.matcher, hook.command, hook.problem] for hook in self._origin.own]
        project = self._origin.project
        return digest([own, "" if project is None else project.digest])[:16]

    @property
    def limits_s(self) -> Sequence[float]:
        """How long each hook may take, as they were when last looked at."""
        return [entry.timeout_s for entry in self._entries]

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to ask, or to hold back."""
        origin = self._origin
        return bool(self._entries) or (origin.is_guarded and origin.project is None)

    def entries(self) -> Sequence[Entry]:
        """Return the hooks; DeniedError while the project's files are not those that the user trusted."""
        origin = self._origin
        if origin.project is not None or origin.is_guarded:
            project = trusted_now(origin.paths)
            if origin.project is None or project.digest != origin.project.digest:
                self._take(project)
        return self._entries

    def close(self) -> None:
        """Let go of what runs the functions."""
        if self._functions is not None:
            self._functions.close()

    def _take(self, project: ProjectFiles) -> None:
        """Go on with other files, which the user has trusted meanwhile."""
        from llmos_std.tools.workspace_modules import load_modules

        loaded = load_modules(self._origin.paths.house / "plugins", project.plugins)
        self._origin = evolve(self._origin, project=project, loaded=loaded)
        self.close()
        self._entries = self._made()

    def _made(self) -> tuple[Entry, ...]:
        origin = self._origin
        found = [self._command(hook, YOURS) for hook in origin.own]
        if origin.project is not None:
            found += [self._command(hook, PROJECT) for hook in project_hooks(origin.project).commands]
            if origin.loaded is not None:
                self._functions = Functions(origin.loaded, origin.project.plugins, PROJECT)
                found += self._functions.entries
        return tuple(_each_named_once(found))

    def _command(self, hook: CommandHook, source: str) -> Entry:
        origin = self._origin
        limit_s = hook.timeout_s or origin.timeout_s
        if hook.problem:
            shown, ask = hook.problem, failing(hook.problem)
        else:
            from llmos_std.hooks.command import asker

            workspace, environ = origin.paths.workspace, origin.environ
            shown = hook.command
            ask = asker(hook.command, hook.moment, workspace=workspace, environ=environ, timeout_s=limit_s)
            ask = _kept_out(origin.paths, hook.command, ask) if source == YOURS else ask
        return Entry(
            name=hook.name,
            moment=hook.moment,
            matcher=hook.matcher,
            after=hook.after,
            timeout_s=limit_s,
            source=source,
            shown=shown,
            ask=ask,
        )


def trusted_now(paths: Paths) -> ProjectFiles:
    """Return the project's files as they are; DeniedError unless the user has trusted exactly these."""
    from llmos_std.trust.guarded import is_guarded
    from llmos_std.trust.project import read_project
    from llmos_std.trust.store import open_trust_store

    try:
        project = read_project(paths.workspace)
    except StorageError as error:
        raise DeniedError(f"this folder's hooks cannot be read, so nothing is done: {error}") from error
    if project.is_empty and not is_guarded(paths.user_state, paths.workspace):
        return project
    with open_trust_store(paths.user_state) as store:
        if not store.is_trusted(paths.workspace, project.digest):
            raise DeniedError(CHANGED)
    return project


def _kept_out(paths: Paths, command: str, ask: Callable[..., Any]) -> Callable[..., Any]:
    """Let a user's own command run only while it names no file that belongs to the workspace.

    Whoever writes there – a project, a model – would otherwise say what the user's hook does.
    """
    from llmos_std.trust.scripts import named_files

    async def checked(event: Mapping[str, Any]) -> Any:
        own = paths.user_config.parent
        inside = [path for path in named_files(paths.workspace, [command]) if own not in path.parents]
        if inside:
            advice = "keep it outside, or make it the project's hook in .llmos/hooks.json"
            raise ReplyError(f"your own hook names {inside[0]}, which the workspace can change; {advice}")
        return await ask(event)

    return checked


def _each_named_once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give every hook a name of its own: a second one of that name is counted."""
    taken: set[str] = set()
    for entry in entries:
        name, number = entry.name, 2
        while name in taken:
            name, number = f"{entry.name}-{number}", number + 1
        taken.add(name)
        yield evolve(entry, name=name)
