"""The only module that touches LiteLLM: it is imported quietly, asked once for an answer, and its clients are closed.

Importing costs seconds, so it happens when a model is really about to be asked. LiteLLM keeps its HTTP clients per
event loop and closes none of them; `keep_clients` makes them live exactly as long as their loop.
"""

import asyncio
import gc
import inspect
import os
import sys
import weakref
from collections.abc import AsyncGenerator, Callable
from typing import Any

from llmos_core.types.model import ModelRequest
from llmos_std.providers.litellm.answers import Answer, Assembly, Speaker, answer_of
from llmos_std.providers.litellm.endpoints import Endpoint
from llmos_std.providers.litellm.failures import said_by
from llmos_std.providers.litellm.translation import response_format, wire_messages, wire_tools

_WHILE_IMPORTING = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else a price list is fetched, and offline that takes seconds
    "LITELLM_MODE": "PRODUCTION",  # else ./.env is loaded into the environment
    "HF_HUB_OFFLINE": "1",  # else tokenizers are fetched
}
_leases: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncGenerator[None, None]]" = (
    weakref.WeakKeyDictionary()
)


def load_litellm() -> Any:
    """Return the module, imported without network, telemetry or output; the environment is left as it was."""
    if "litellm" in sys.modules:
        return sys.modules["litellm"]
    missing = {name: value for name, value in _WHILE_IMPORTING.items() if name not in os.environ}
    was_collecting = gc.isenabled()
    gc.disable()  # the import makes a million objects that all stay: collecting meanwhile doubles its time
    os.environ.update(missing)
    try:
        import litellm
    finally:
        for name in missing:
            os.environ.pop(name, None)
        gc.freeze()
        if was_collecting:
            gc.enable()
    _hush(litellm)
    return litellm


def _hush(litellm: Any) -> None:
    import logging
    import warnings

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.disable_hf_tokenizer_download = True
    if "LITELLM_LOG" not in os.environ:
        for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydantic\..*")


async def ask(
    endpoint: Endpoint, request: ModelRequest, *, timeout_s: float, speaker: Speaker, on_piece: Callable[[], None]
) -> Answer:
    """Send one request, once, and return the whole answer; raises whatever LiteLLM raises, or CallFailureError.

    `timeout_s` bounds each silence on the wire; `on_piece` is called for every piece of a stream. LiteLLM keeps a
    connection for each time-out it is given, so let it be the same for every call.
    """
    litellm = load_litellm()
    await keep_clients(litellm)
    parameters = _parameters(litellm, endpoint, request, timeout_s)
    speaker.begin()
    if not parameters["stream"]:
        answer = answer_of(await litellm.acompletion(**parameters))
        if answer is None:
            raise said_by(endpoint, "the answer is empty; try again or another model", is_retryable=True)
        speaker.hear(answer.text)
        return answer
    return await _streamed(endpoint, await litellm.acompletion(**parameters), speaker, on_piece)


async def _streamed(endpoint: Endpoint, stream: Any, speaker: Speaker, on_piece: Callable[[], None]) -> Answer:
    assembly = Assembly()
    try:
        async for chunk in stream:
            on_piece()
            text = assembly.add(chunk)
            speaker.received = assembly.size
            if text:
                speaker.hear(text)
    finally:
        await stream.aclose()
    usage = _usage_of(stream)
    finish = stream.received_finish_reason
    if finish is None and usage is None:
        finding = "the answer broke off before its end; try again, or set stream = false"
        raise said_by(endpoint, finding, is_retryable=True)
    return assembly.answer(finish=finish or "", usage=usage)


def _usage_of(stream: Any) -> Any:
    """Return what the server reported in a stream, None when nothing: then LiteLLM would count by itself."""
    reports = [usage for chunk in stream.chunks if (usage := getattr(chunk, "usage", None)) is not None]
    if len(reports) <= 1:
        return reports[0] if reports else None
    built = load_litellm().stream_chunk_builder(stream.chunks)
    return getattr(built, "usage", None)


def _parameters(litellm: Any, endpoint: Endpoint, request: ModelRequest, timeout_s: float) -> dict[str, Any]:
    settings = endpoint.settings
    model = wire_model(litellm, endpoint)
    is_streamed = (
        settings.stream and request.stream and request.json_schema is None
    )  # LiteLLM loses a refusal that is streamed
    parameters = {
        "model": model,
        "messages": wire_messages(request, settings),
        "api_key": endpoint.key,
        "api_base": endpoint.api_base or None,
        "temperature": settings.temperature if request.temperature is None else request.temperature,
        "max_tokens": settings.max_tokens if request.max_tokens is None else request.max_tokens,
        "timeout": timeout_s,
        "max_retries": 0,
        "num_retries": 0,
        "drop_params": True,
        "stream": is_streamed,
        "stream_options": {"include_usage": True} if is_streamed else None,
        "tools": wire_tools(request.tools) or None,
        "response_format": response_format(request, settings),
        "extra_headers": dict(endpoint.headers) or None,
    }
    if request.tools:
        _check_tools(litellm, endpoint, model)
    return {name: value for name, value in parameters.items() if value is not None}


def wire_model(litellm: Any, endpoint: Endpoint) -> str:
    """Return the model as LiteLLM wants it: behind an address of the user's own, any other name speaks OpenAI."""
    is_known = endpoint.vendor in litellm.provider_list or not endpoint.api_base
    return endpoint.model if is_known else f"openai/{endpoint.model}"


def _check_tools(litellm: Any, endpoint: Endpoint, model: str) -> None:
    """Raise when the tools would be dropped silently on the way: an answer without them looks like a success."""
    supported = litellm.get_supported_openai_params(model=model)
    if supported is not None and "tools" not in supported:
        raise said_by(endpoint, "this model cannot call tools; choose another model")


async def keep_clients(litellm: Any) -> None:
    """Let the HTTP clients of the running loop live until the loop ends, and be closed then.

    An event loop finalises the asynchronous generators that were begun in it: that is its last act before it closes.
    """
    loop = asyncio.get_running_loop()
    if loop not in _leases:
        lease = _leases[loop] = _lease(litellm, str(id(loop)))
        await anext(lease)


async def _lease(litellm: Any, loop_id: str) -> AsyncGenerator[None, None]:
    clients: dict[str, Any] = litellm.in_memory_llm_clients_cache.cache_dict
    try:
        yield
    finally:
        _leases.pop(asyncio.get_running_loop(), None)
        for key in [key for key in clients if key.endswith(f"-{loop_id}")]:
            await _close(clients.pop(key))
        await _close(vars(litellm).get("module_level_aclient"))  # some vendors use this one in every loop
        await asyncio.sleep(0)  # sockets are closed one turn of the loop after they were told to


async def _close(client: Any) -> None:
    """Close an asynchronous client; one that is asked for again opens itself again."""
    close = getattr(client, "close", None)
    if inspect.iscoroutinefunction(close):
        await close()
