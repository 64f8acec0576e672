"""Turn whatever LiteLLM raises into one clear sentence: which model, where, what was found, what to do. Never a key.

LiteLLM wraps transport errors into invented HTTP statuses; the truth is in the chain of causes, read here by name, so
that no HTTP library has to be imported for it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from llmos_std.providers.litellm.endpoints import NO_KEY, Endpoint

RETRYABLE = frozenset({408, 409, 425, 429})
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _SERVER = 401, 403, 404, 429, 500
_LONGEST_DETAIL = 200
_PREFIX = re.compile(r"^(?:litellm\.)?(?:\w*(?:Error|Exception|Timeout)(?:Error)?(?:: | - ))+")
_TOKEN = re.compile(r"\b(?:sk|pk|rk|gsk|xai|key|AIza)[-_][\w*.\-]{6,}")


class CallFailureError(Exception):
    """One attempt failed. `wait_s` is what the server asked for; `status` is real, never invented.

    `is_free` says that it certainly cost nothing: it was never sent, or answered with an error.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        is_retryable: bool = False,
        wait_s: float | None = None,
        is_free: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.is_retryable = is_retryable
        self.wait_s = wait_s
        self.is_free = is_free or status is not None


def said_by(endpoint: Endpoint, finding: str, **facts: Any) -> CallFailureError:
    """Return a failure of `endpoint`; `finding` says what was found and what to do."""
    return CallFailureError(f"{endpoint.model} at {endpoint.place}: {finding}", **facts)


def status_of(error: BaseException) -> int | None:
    """Return the HTTP status that a server really sent, None when there was none."""
    kinds = _kinds(error)
    if "MidStreamFallbackError" in kinds or kinds & _TRANSPORT.keys() or "JSONDecodeError" in kinds:
        return None
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def headers_of(error: BaseException) -> Mapping[str, str]:
    """Return the headers of the answer that an error stands for, {} when there are none."""
    found: dict[str, str] = {}
    for headers in (getattr(getattr(error, "response", None), "headers", None), _own_headers(error)):
        if headers:
            found.update({str(name).lower(): str(value) for name, value in dict(headers).items()})
    return found


def _own_headers(error: BaseException) -> Any:
    return getattr(error, "litellm_response_headers", None)


def failure_from(error: BaseException, endpoint: Endpoint, *, wait_s: float | None) -> CallFailureError:
    """Return what `error`, raised while `endpoint` was asked, means; `wait_s` is what the server asked for."""
    status = status_of(error)
    if status is None:
        return _transport(error, endpoint)
    is_spent = "insufficient_quota" in str(error)
    is_retryable = (status in RETRYABLE or status >= _SERVER) and not is_spent
    finding = _answered(status, error, endpoint)
    return said_by(endpoint, finding, status=status, is_retryable=is_retryable, wait_s=wait_s)


def _answered(status: int, error: BaseException, endpoint: Endpoint) -> str:
    if status in (_UNAUTHORIZED, _FORBIDDEN):
        return f"{_key_refused(endpoint)} (HTTP {status})"
    detail = _detail(error, endpoint)
    if status == _NOT_FOUND:
        return f"there is no such model or address (HTTP 404: {detail}); check model and api_base"
    if status == _TOO_MANY:
        return f"too many requests (HTTP 429: {detail}); wait, lower rpm or tpm, or add fallbacks"
    if status >= _SERVER:
        return f"the server failed (HTTP {status}: {detail}); try again later or add fallbacks"
    return f"the request was refused (HTTP {status}: {detail})"


def _key_refused(endpoint: Endpoint) -> str:
    if endpoint.key is None or endpoint.key == NO_KEY:
        return "a key is wanted; put it into an environment variable and name that under api_key"
    source = endpoint.key_env or "the environment"
    return f"the key from {source} was rejected; check it, or name another place with api_key"


_TRANSPORT = {
    "ConnectError": "it cannot be reached; is it running, and is api_base right?",
    "ConnectTimeout": "it cannot be reached in time; is api_base right?",
    "PoolTimeout": "no answer in time; raise timeout_s or add fallbacks",
    "ReadTimeout": "no answer in time; raise timeout_s or add fallbacks",
    "WriteTimeout": "it took the request too slowly; try again later",
    "ReadError": "the connection broke in the middle of the answer",
    "WriteError": "the connection broke while the request was sent",
    "RemoteProtocolError": "the connection broke in the middle of the answer",
    "UnsupportedProtocol": "its address is no http:// or https:// address; check api_base",
    "InvalidURL": "its address cannot be read; check api_base",
}
_HOPELESS = frozenset({"UnsupportedProtocol", "InvalidURL"})
_NEVER_SENT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"}) | _HOPELESS


def _transport(error: BaseException, endpoint: Endpoint) -> CallFailureError:
    """Return the failure for an error that is no HTTP status."""
    kinds = _kinds(error)
    for kind, finding in _TRANSPORT.items():
        if kind in kinds:
            return said_by(endpoint, finding, is_retryable=kind not in _HOPELESS, is_free=kind in _NEVER_SENT)
    if "JSONDecodeError" in kinds or "UnicodeDecodeError" in kinds:
        finding = "what came back is no answer in the protocol that was expected; is api_base right?"
        return said_by(endpoint, finding, is_retryable=True)
    finding = f"the call failed: {_detail(error, endpoint)}"
    return said_by(endpoint, finding, is_retryable="MidStreamFallbackError" in kinds)


def _kinds(error: BaseException) -> set[str]:
    return {kind.__name__ for link in _chain(error) for kind in type(link).__mro__}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _detail(error: BaseException, endpoint: Endpoint) -> str:
    """Return what the server said, on one line, shortened, without prefixes of libraries and without secrets."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())
    text = text.partition(" Original exception:")[0]
    while (bare := _PREFIX.sub("", text)) != text:
        text = bare
    for secret in endpoint.secrets:
        text = text.replace(secret, "***")
    text = _TOKEN.sub("***", text)
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:_LONGEST_DETAIL]}…"
