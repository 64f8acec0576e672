"""A program as a model: the request as JSON on its standard input, the reply on its standard output.

The form is specified in specs/model-exchange/1. The program is the user's own: it is named in the user's own
configuration, started without a shell, outside the workspace, and sees little of the environment.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

from llmos_core.errors import NoModelError, ProviderError
from llmos_core.types.model import ModelReply, Quote
from llmos_core.types.money import ZERO, plain
from llmos_core.types.record import evolve
from llmos_core.types.transcript import Usage
from llmos_std.providers.exchanging import REPLY_SCHEMA, json_bytes, reply_from, request_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from llmos_core.protocols.context import PluginContext
    from llmos_core.types.model import ModelRequest
    from llmos_std.providers.command.process import Ended
    from llmos_std.providers.config import CommandConfig

_NAME = "command"
_PASSED = ("HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LOGNAME", "TMPDIR", "TZ", "USER")
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"
_LONGEST_DETAIL = 300
_FOLDER = "/"
_FORM_KEYS = ("text", "calls", "tool_calls", "choices")
_BEGINS_AS_FORM = re.compile(r'\s*\{\s*"(schema|text|calls|usage)"\s*:')


class CommandProvider:
    """Asks a program. The model's name, if any, is in the request: the program may serve several."""

    def __init__(self, config: CommandConfig, environ: Mapping[str, str]) -> None:
        self._config = config
        self._env = _environment(environ, config.env)
        self._secrets = [value for name, value in self._env.items() if name in config.env and value.strip()]

    @property
    def is_configured(self) -> bool:
        """Whether the user has named a program."""
        return bool(self._config.argv)

    def ready(self) -> str:
        """Return "" when the program is there, else what is missing."""
        return self._found()[1]

    def chosen(self) -> str:
        """Return the program, for people."""
        return self._found()[0]

    def quote(self, request: ModelRequest) -> Quote:
        """Return what the user says an answer costs at most; unknown when nothing is said."""
        return Quote(cost_usd=self._config.cost_usd, model=_label(request.model))

    async def complete(self, request: ModelRequest, on_text: Callable[[str], None]) -> ModelReply:
        """Return what the program answers.

        Raises ProviderError, with its exit code and last words, when it fails; NoModelError when it is not there.
        """
        program, problem = self._found()
        if problem:
            raise NoModelError(problem)
        ended = await self._run(program, request)
        if ended.code != 0:
            how = f"was killed by signal {-ended.code}" if ended.code < 0 else f"ended with exit code {ended.code}"
            raise self._failed(how, ended)
        reply = self._reply(ended, request)
        if reply.text:
            on_text(reply.text)
        return reply

    async def _run(self, program: str, request: ModelRequest) -> Ended:
        from llmos_std.providers.command.process import TooMuchError, run

        config = self._config
        timeout_s = min(config.timeout_s, request.timeout_s)
        try:
            return await run(
                [program, *config.argv[1:]],
                json_bytes(request_json(request)) + b"\n",
                folder=_FOLDER,
                env=self._env,
                timeout_s=timeout_s,
                most_bytes=config.reply_bytes,
            )
        except TimeoutError:
            raise self._failed(f"did not answer within {timeout_s:g} s and was killed; raise timeout_s") from None
        except TooMuchError:
            most = config.reply_bytes
            raise self._failed(f"wrote more than {most} bytes and was killed; raise reply_bytes") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self._failed(f"cannot be started: {reason}", is_free=True) from error

    def _failed(self, how: str, ended: Ended | None = None, *, is_free: bool = False) -> ProviderError:
        said = _last_words(ended.stderr, self._secrets) if ended is not None else ""
        usage = Usage(model=_NAME, cost_usd=ZERO) if is_free or self._config.cost_usd == 0 else None
        return ProviderError(f"the program {self._config.argv[0]} {how}{said}", usage=usage)

    def _reply(self, ended: Ended, request: ModelRequest) -> ModelReply:
        """Return the reply in what the program wrote: the JSON form, or else plain text, which is the answer."""
        try:
            written = ended.stdout.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self._failed(f"wrote no UTF-8 text (byte {error.start})", ended) from None
        text = written.strip("\r\n")
        if not text.strip():
            raise self._failed("wrote nothing", ended)
        try:
            form = _form(text, request)
            reply = ModelReply(text=text) if form is None else reply_from(form, request)
        except ValueError as error:
            raise self._failed(f"wrote a reply that cannot be used: {error}", ended) from None
        return evolve(reply, usage=self._usage(reply.usage, request.model))

    def _usage(self, said: Usage, model: str) -> Usage:
        """Return the usage with what the call costs: what the program says, else what the user said."""
        most = self._config.cost_usd
        cost = most if said.cost_usd is None else said.cost_usd
        usage = evolve(said, model=said.model or _label(model), cost_usd=cost)
        if most is not None and cost is not None and cost > most:
            asked = f"says that its answer cost ${plain(cost)}, more than cost_usd = {plain(most)}; raise that"
            raise ProviderError(f"the program {self._config.argv[0]} {asked}", usage=usage)
        return usage

    def _found(self) -> tuple[str, str]:
        """Return the program's absolute path and "", or "" and what is wrong."""
        argv = self._config.argv
        if not argv:
            return "", 'no program is named: write argv = ["my-model"] under [provider.command] in your configuration'
        name = os.path.expanduser(argv[0])  # noqa: PTH111 – a name without a folder stays one
        if "/" in name and not name.startswith("/"):
            return "", f"{name} is a relative path, and a folder could bring its own; write it from / or from ~"
        found = shutil.which(name, path=self._env["PATH"])
        return (found, "") if found else ("", f"there is no program {name} that can be run; see argv")


def _label(model: str) -> str:
    return f"{_NAME}:{model}" if model else _NAME


def _form(text: str, request: ModelRequest) -> dict[str, Any] | None:
    """Return the JSON form in an answer, None when the answer is plain text.

    An object is meant as the form when it says so (`schema`), or when it has its keys (or those of a well-known other
    form, which is then an error) and no answer in JSON was asked for. Raises ValueError for a form that is broken.
    """
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if _BEGINS_AS_FORM.match(text):
            raise ValueError(f"it begins as the JSON form, but is no JSON ({error})") from None
        return None
    says_so = value.get("schema") == REPLY_SCHEMA
    looks_so = request.json_schema is None and not value.keys().isdisjoint(_FORM_KEYS)
    return value if says_so or looks_so else None


def _environment(environ: Mapping[str, str], further: tuple[str, ...]) -> dict[str, str]:
    """Return the environment of the program: the usual names and those the user adds; a PATH of absolute folders."""
    names = dict.fromkeys((*_PASSED, *further))
    passed = {name: environ[name] for name in names if name in environ and "\0" not in environ[name]}
    folders = [folder for folder in environ.get("PATH", "").split(os.pathsep) if folder.startswith("/")]
    return {"LANG": "C.UTF-8", **passed, "PATH": os.pathsep.join(folders) or _DEFAULT_PATH}


def _last_words(stderr: bytes, secrets: Iterable[str]) -> str:
    """Return the end of what the program complained, on one printable line and without what it was given in secret."""
    from llmos_core.config.secret_shapes import redacted

    said = stderr.decode("utf-8", "replace")
    for secret in secrets:
        said = said.replace(secret, "***")
    text = " ".join(redacted(said).split())
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    kept = shown if len(shown) <= _LONGEST_DETAIL else f"…{shown[-_LONGEST_DETAIL:]}"
    return f"; it said: {kept}" if kept else ""


def open_command(context: PluginContext) -> CommandProvider:
    """Return the provider for a section `provider.command`."""
    return CommandProvider(context.config, context.environ)
