"""What the providers family offers. Only names here: nothing is imported before a model is asked."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl

_HERE = "llmos_std.providers"


@hookimpl
def llmos_providers() -> tuple[Contribution, ...]:
    """Offer LiteLLM (real models), the built-in planner and scripted answers (for demonstrations and tests)."""
    return (
        Contribution(
            name="litellm",
            summary="language models of any vendor through LiteLLM, local ones first",
            factory=f"{_HERE}.litellm.provider:open_litellm",
            section="provider.litellm",
            config=f"{_HERE}.litellm.config:LitellmConfig",
        ),
        Contribution(
            name="builtin",
            summary="an embedded planner for simple goals about files, text and commands; not a language model",
            factory=f"{_HERE}.builtin.provider:open_builtin",
        ),
        Contribution(
            name="scripted",
            summary="answers that somebody wrote beforehand, read from a file; for demonstrations and tests",
            factory=f"{_HERE}.scripted:open_scripted",
            section="provider.scripted",
            config=f"{_HERE}.config:ScriptedConfig",
        ),
    )
