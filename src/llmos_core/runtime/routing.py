"""Which provider and which model a purpose is taken to: aliases, roles, and what one run overrides.

The rule: a role of its own in `[model.roles]` wins for match, fill, plan and answer; everything else follows "learn",
which is `--model`, else `[model.roles] learn`, else `[model] model`. A name belongs to its provider and is never handed
to another one. Written in full a model is `vendor/name`, or `provider:name` to choose the provider as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmos_core.errors import ConfigError, UsageError
from llmos_core.suggestion import did_you_mean
from llmos_core.types.model import ROLES, role_of
from llmos_core.types.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

AUTO_PROVIDERS = ("litellm", "builtin")
"""The order in which providers are tried when the configuration says "auto"; unqualified names belong to the first."""


class Route(Record):
    """Where one purpose is taken. `model` is "" for the provider's own choice; `why` names what decided."""

    role: str
    provider: str
    model: str
    why: str


def route(
    purpose: str,
    settings: Any,
    providers: Collection[str],
    *,
    provider: str = "",
    model: str = "",
    wanted: str = "",
) -> Route:
    """Return where a request goes. `settings` is the section `model`, `providers` are the names of all providers.

    `provider` and `model` are what the run was given (`--provider`, `--model`), `wanted` is what the caller of this one
    request asks for. Raises UsageError when `model` and `provider` contradict each other, ConfigError for a misspelt
    provider.
    """
    role = role_of(purpose)
    own = settings.roles.get(role, "") if role != "learn" else ""
    name, why = _name(settings, role, own=own, model=model, wanted=wanted)
    given = "" if wanted or own else provider
    found, rest = _parts(settings.aliases.get(name, name), providers)
    if found and given and found != given:
        if model:
            raise UsageError(
                f"the model '{model}' belongs to the provider '{found}', not to '{given}'; name one of them"
            )
        return Route(role=role, provider=given, model="", why="the run's provider")
    if found:
        return Route(role=role, provider=found, model=rest, why=why)
    is_ours = not given or bool(model) or _home(given) == _home(settings.provider)
    return Route(
        role=role, provider=given or settings.provider, model=rest if is_ours else "", why=why if is_ours else _GIVEN
    )


_GIVEN = "the run's provider"


def _name(settings: Any, role: str, *, own: str, model: str, wanted: str) -> tuple[str, str]:
    """Return the model's name as somebody wrote it, and where."""
    learn = settings.roles.get("learn", "")
    choices = (
        (wanted, "the request itself"),
        (own, f"model.roles.{role}"),
        (model, "the run's model"),
        (learn, "model.roles.learn"),
        (settings.model, "model.model"),
    )
    return next(((name, why) for name, why in choices if name), ("", "the provider's own choice"))


def _home(provider: str) -> str:
    """Return the provider that unqualified names belong to."""
    return AUTO_PROVIDERS[0] if provider == "auto" else provider


def _parts(name: str, providers: Collection[str]) -> tuple[str, str]:
    """Return provider ("" when none is named) and model of a full name."""
    prefix, colon, rest = name.partition(":")
    if colon and prefix in providers:
        return prefix, rest
    if colon and "/" not in prefix and (hint := did_you_mean(prefix, providers)).startswith("; did you mean"):
        advice = f"a model of that name is written with its provider, such as litellm:{name}"
        raise ConfigError([f"model '{name}': no provider named '{prefix}'{hint} Otherwise, {advice}"])
    return "", name


def faults(aliases: Mapping[str, str], roles: Mapping[str, str]) -> Iterator[str]:
    """Yield one sentence for each alias and role that cannot mean anything."""
    for alias, name in aliases.items():
        if not alias or ":" in alias or "/" in alias:
            yield f"aliases: '{alias}' is no alias; expected a word without ':' and '/'"
        if not name:
            yield f"aliases.{alias} is empty; expected a model such as openai/gpt-4o-mini or command:mine"
        elif name in aliases:
            yield f"aliases.{alias} is '{name}', which is an alias itself; expected the model's own name"
    for role, name in roles.items():
        if role not in ROLES:
            yield f"roles: no role '{role}'{did_you_mean(role, ROLES)}"
        if name not in aliases and ":" not in name and "/" not in name:
            hint = did_you_mean(name, aliases) or "; there are none under [model.aliases]"
            full = f"a model's full name has a vendor or a provider: openai/gpt-4o-mini, litellm:{name}"
            yield f"roles.{role}: no alias '{name}'{hint} ({full})"
