"""The guarded road for money: every model call is quoted, gated, reserved before and settled after."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from llmos_core.errors import DeniedError, LimitError, LowBatteryError, NoModelError, PluginError, ProviderError
from llmos_core.protocols.acting import ActionContext, Question
from llmos_core.runtime.gates import BROKEN_RULES, action_hash, decide, judge
from llmos_core.runtime.guarding import AUDIT_FAILED, decided
from llmos_core.runtime.transforms import apply
from llmos_core.types.decision import Decision
from llmos_core.types.money import ZERO, plain
from llmos_core.types.record import evolve
from llmos_core.types.tools import Effect, ToolCall, ToolSpec
from llmos_core.types.transcript import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmos_core.runtime.routing import Route
    from llmos_core.runtime.scene import Scene
    from llmos_core.types.model import ModelReply, ModelRequest, Quote

MODEL_SPEC = ToolSpec(name="model", description="one model call", parameters={"type": "object"}, effect=Effect.READ)
"""How gates see a model call: an action named `model` whose arguments are money."""

HOOK_RULE = "hook:"
"""How the rule of a verdict begins that is a user's own word, not a matter of money."""

T = TypeVar("T")


class GuardedModels:
    """Makes the model calls of one run and adds up what they cost."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._has_told = False
        self.calls = 0
        self.cost_usd: Decimal | None = ZERO

    async def ask(self, request: ModelRequest) -> ModelReply:
        """Ask the model once.

        Raises LimitError (turns, time), LowBatteryError (a budget), ProviderError (the call failed for good) or
        NoModelError (nobody takes the goal), DeniedError (a hook denied the call or its answer). Failed calls are
        booked as well.
        """
        scene = self._scene
        route, provider = await scene.provider(request.purpose, request.model)
        scene.limits.take_turn()
        request = evolve(
            request,
            model=self._model_for(provider, route),
            stream=request.stream and scene.is_streaming,
            timeout_s=min(request.timeout_s, scene.limits.left_s()),
        )
        request = self._hidden(scene.hider.request, await self._passed("pre_model_call", request))
        quote: Quote = provider.quote(request)
        await self._afford(quote)
        ledger = await scene.ledger()
        reservation = ledger.reserve(
            run_id=scene.run_id,
            project=scene.task.project,
            operation=request.purpose,
            model=quote.model or route.model,
            amount_usd=quote.cost_usd,
            limits=scene.limits.budget,
        )
        scene.publish(
            "model_call_started",
            model=quote.model or route.model,
            provider=route.provider,
            purpose=request.purpose,
            quote_usd=plain(quote.cost_usd),
        )
        reply = await self._asked(provider, request, quote, ledger, reservation)
        reply = self._hidden(scene.hider.reply, reply)
        if not scene.transforms("post_model_call"):
            return reply
        return self._hidden(scene.hider.reply, await self._passed("post_model_call", reply))

    def _hidden(self, hide: Callable[[T], T], value: T) -> T:
        """Return the value without secrets; DeniedError where they cannot be hidden."""
        try:
            return hide(value)
        except PluginError as error:
            raise DeniedError(str(error)) from error

    async def _passed(self, moment: str, value: T) -> T:
        """Return the value as the transforms of a moment want it; DeniedError when one refuses or fails."""
        changed = await apply(self._scene.transforms(moment), moment, value)
        if changed.is_refused:
            raise DeniedError("; ".join(changed.problems))
        return changed.value

    def _model_for(self, provider: Any, route: Route) -> str:
        """Return the model to name to a provider; one that has no models is given none, and that is said once."""
        if not (route.model and getattr(provider, "ignores_models", False)):
            return route.model
        if not self._has_told:
            self._has_told = True
            text = f"the provider '{route.provider}' has no models to choose from; '{route.model}' is ignored"
            self._scene.publish("note", text=text)
        return ""

    async def _asked(
        self, provider: Any, request: ModelRequest, quote: Quote, ledger: Any, reservation: str
    ) -> ModelReply:
        scene = self._scene
        self.calls += 1
        usage, ok, recorded = Usage(model=quote.model, cost_usd=quote.cost_usd), False, None
        try:
            reply: ModelReply = await scene.limits.within(
                provider.complete, request, scene.hider.pieces(lambda text: scene.publish("text", text=text))
            )
            usage, ok, recorded = reply.usage, True, reply.recorded_cost_usd
        except NoModelError:
            self.calls -= 1
            usage = Usage(model=quote.model, cost_usd=ZERO)
            raise
        except ProviderError as error:
            usage = _failed_usage(error, quote)
            scene.limits.left_s()  # a call that failed because the run's time was up is the limit, not a failure
            raise
        except LimitError:
            raise
        except Exception as error:  # a stranger's provider may raise anything
            message = f"the provider failed: {type(error).__name__}: {error}; see `llmos doctor`"
            raise ProviderError(message) from error
        finally:
            ledger.settle(reservation, usage, ok=ok)
            self._add(usage)
            cost = {"cost_usd": plain(usage.cost_usd), "recorded_cost_usd": plain(recorded)}
            scene.publish("model_call_ended", ok=ok, model=usage.model, purpose=request.purpose, **cost)
            await self._warn_when_low(ledger)
        return reply

    async def _afford(self, quote: Quote) -> None:
        """Ask the gates whether this money may be spent; a denial is a budget reached, or somebody's no."""
        scene = self._scene
        arguments = {
            "model": quote.model,
            "quote_usd": plain(quote.cost_usd),
            "max_cost_usd": plain(scene.limits.max_cost_usd),
            "spent_usd": plain(self.cost_usd),
        }
        action = ActionContext(
            call=ToolCall(id="model", tool="model", arguments=arguments),
            spec=MODEL_SPEC,
            effect=Effect.READ,
            origin="model",
            workspace=scene.paths.workspace,
            run_id=scene.run_id,
            permission_mode=scene.permission_mode,
        )
        verdict = await judge(await scene.gates("pre_model_call"), action)
        if verdict.decision is Decision.ASK:
            key = action_hash(action.call, scene.paths.workspace, await scene.policy_version(), action.tier)
            question = Question(action=action, reason=verdict.reason, action_hash=key)
            verdict = await decide(verdict, question, None, await scene.approver(), scene.clock)
        verdict = await decided(scene, self.calls, action, verdict)
        if verdict.decision is not Decision.ALLOW:
            is_other = verdict.rule.startswith(HOOK_RULE) or verdict.rule in BROKEN_RULES | {AUDIT_FAILED}
            if is_other or scene.limits.max_cost_usd is None:  # without a limit, no budget can have been reached
                raise DeniedError(verdict.reason)
            needed, left = plain(quote.cost_usd) or "unknown", plain(scene.limits.max_cost_usd) or ""
            raise LowBatteryError(verdict.reason, limit="run", needed_usd=needed, left_usd=left)

    def _add(self, usage: Usage) -> None:
        if usage.cost_usd is None or self.cost_usd is None:
            self.cost_usd = None
        else:
            self.cost_usd += usage.cost_usd

    async def _warn_when_low(self, ledger: Any) -> None:
        scene = self._scene
        total = scene.limits.budget.total_usd
        if not total:
            return
        spent = ledger.spent()
        left = max(ZERO, total - spent.settled_usd - spent.reserved_usd)
        if left / total < scene.low_battery_fraction:
            scene.publish("low_battery", left_usd=plain(left), budget_usd=plain(total))


def _failed_usage(error: ProviderError, quote: Quote) -> Usage:
    """Say what a failed call is booked at.

    That is what the provider knows; nothing when the vendor answered with an error; and otherwise (a time-out, a cut
    stream) the whole quote, since the vendor may bill it.
    """
    known = getattr(error, "usage", None)
    if isinstance(known, Usage):
        return known
    return Usage(model=quote.model, cost_usd=quote.cost_usd if error.status is None else ZERO)
