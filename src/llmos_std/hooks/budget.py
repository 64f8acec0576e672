"""Refuse a model call that would pass the cost limit given for this very run.

The kernel shows a model call as an action named `model` whose arguments are money as text; day, project and total
limits are kept by the ledger. An amount that is no finite number of 0 or more dollars never passes.
"""

from decimal import Decimal

from llmos_core.protocols.acting import ActionContext
from llmos_core.protocols.context import PluginContext
from llmos_core.types.decision import Verdict
from llmos_core.types.money import optional_usd, plain
from llmos_std.hooks.verdicts import allow, deny

MODEL_TOOL = "model"


class BudgetGate:
    """Judges model calls by `quote_usd`, `spent_usd` and `max_cost_usd`; every other action passes."""

    def check(self, action: ActionContext) -> Verdict:
        """Allow what fits under the run's own limit; without such a limit every honest quote fits."""
        if action.call.tool != MODEL_TOOL:
            return allow("not-a-model-call")
        money = action.call.arguments
        try:
            quote, limit = optional_usd(money.get("quote_usd")), optional_usd(money.get("max_cost_usd"))
            spent = optional_usd(money.get("spent_usd", "0"))
        except ValueError as error:
            return deny("no-amount", f"the cost of this model call cannot be told: {error}")
        if limit is None:
            return allow("no-run-limit")
        if quote is None or spent is None:
            return deny("unknown-price", _unknown(str(money.get("model", "")), limit))
        if spent + quote > limit:
            return deny("over-run-limit", _too_much(quote, spent, limit))
        return allow("within-run-limit")


def open_budget(_context: PluginContext) -> BudgetGate:
    """Return the gate."""
    return BudgetGate()


def _unknown(model: str, limit: Decimal) -> str:
    return (
        f"no price is known for model {model!r}, so the limit of ${plain(limit)} cannot be kept: set input_usd_per_mtok"
        " and output_usd_per_mtok in [provider.litellm], or drop --max-cost"
    )


def _too_much(quote: Decimal, spent: Decimal, limit: Decimal) -> str:
    return (
        f"this model call may cost up to ${plain(quote)}; with ${plain(spent)} spent that would pass the run's limit of"
        f" ${plain(limit)}: raise --max-cost, or choose a cheaper model"
    )
