"""What the plugin offers: a matcher with one tier more. Only names: numpy and the model are loaded when it is asked."""

from llmos_core.contrib import Contribution
from llmos_core.hookspecs import hookimpl


@hookimpl
def llmos_services() -> tuple[Contribution, ...]:
    """Offer the standard matcher with the tier `nearest` behind its others."""
    return (
        Contribution(
            name="nearest-matcher",
            summary="the standard matcher, and what lies nearest in meaning as a proposal",
            factory="llmos_embeddings.matcher:open_matcher",
            section="embeddings",
            config="llmos_embeddings.config:EmbeddingsConfig",
            role="matcher",
            replaces="cascade",
        ),
    )


@hookimpl
def llmos_commands() -> tuple[Contribution, ...]:
    """Offer the verb `embeddings`."""
    return (
        Contribution(
            name="embeddings",
            summary="read the meaning of every learned goal, and look for the nearest",
            factory="llmos_embeddings.command:embeddings",
        ),
    )
