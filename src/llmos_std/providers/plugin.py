"""What the providers family offers. Only names here: nothing is imported before a model is asked."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.providers"


@hookimpl
def llmos_providers() -> tuple[Contribution, ...]:
    """Offer real models, programs and people, recordings of them, a planner, and scripted answers."""
    return (
        Contribution(
            name="builtin",
            summary="an embedded planner for simple goals about files, text and commands; not a language model",
            factory=f"{_HERE}.builtin.provider:open_builtin",
        ),
        Contribution(
            name="command",
            summary="a program of your own that answers as a model does: JSON in, JSON or text out",
            factory=f"{_HERE}.command.provider:open_command",
            section="provider.command",
            config=f"{_HERE}.config:CommandConfig",
        ),
        Contribution(
            name="human",
            summary="you at the terminal: show how a goal is reached once, and it is replayed from then on",
            factory=f"{_HERE}.human.provider:open_human",
        ),
        Contribution(
            name="litellm",
            summary="language models of any vendor through LiteLLM, local ones first",
            factory=f"{_HERE}.litellm.provider:open_litellm",
            section="provider.litellm",
            config=f"{_HERE}.litellm.config:LitellmConfig",
        ),
        Contribution(
            name="recorded",
            summary="what another provider answered, kept in a file and played back without a network",
            factory=f"{_HERE}.recorded.provider:open_recorded",
            section="provider.recorded",
            config=f"{_HERE}.config:RecordedConfig",
        ),
        Contribution(
            name="scripted",
            summary="answers that somebody wrote beforehand, read from a file; for demonstrations and tests",
            factory=f"{_HERE}.scripted:open_scripted",
            section="provider.scripted",
            config=f"{_HERE}.config:ScriptedConfig",
        ),
    )
