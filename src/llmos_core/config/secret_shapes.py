"""Tell by its shape whether a text is a secret that somebody wrote down where it does not belong.

Two degrees: `secret_in` knows shapes that nothing but a secret has, `may_be_secret` the look of a random token. Names
of models, addresses, paths, digests of 40 or 64 digits and ordinary sentences are neither.
"""

import re

_SHAPES: tuple[tuple[str, str], ...] = (
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key"),
    (r"(?<![\w-])sk-ant-[A-Za-z0-9_-]{16,}", "an Anthropic key"),
    (r"(?<![\w-])sk-[A-Za-z0-9_-]*?(?=[A-Za-z]*[0-9])[A-Za-z0-9]{10,}", "an API key"),
    (r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}", "a payment key"),
    (r"\bgh[pousr]_[A-Za-z0-9]{30,}", "a GitHub token"),
    (r"\bgithub_pat_[A-Za-z0-9_]{30,}", "a GitHub token"),
    (r"\bgl(?:pat|ptt|dt|rt)-[A-Za-z0-9_-]{18,}", "a GitLab token"),
    (r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", "a Slack token"),
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "an AWS key"),
    (r"\bAIza[0-9A-Za-z_-]{35}", "a Google key"),
    (r"\bya29\.[0-9A-Za-z_-]{20,}", "a Google token"),
    (r"\bhf_[A-Za-z0-9]{30,}", "a Hugging Face token"),
    (r"\bgsk_[A-Za-z0-9]{30,}", "a Groq key"),
    (r"\bxai-[A-Za-z0-9]{30,}", "an xAI key"),
    (r"\bpplx-[A-Za-z0-9]{30,}", "a Perplexity key"),
    (r"\br8_[A-Za-z0-9]{30,}", "a Replicate token"),
    (r"\btvly-[A-Za-z0-9-]{20,}", "a Tavily key"),
    (r"\bnvapi-[A-Za-z0-9_-]{30,}", "an NVIDIA key"),
    (r"\bnpm_[A-Za-z0-9]{36}", "an npm token"),
    (r"\bpypi-[A-Za-z0-9_-]{50,}", "a PyPI token"),
    (r"\bdop_v1_[a-f0-9]{40,}", "a DigitalOcean token"),
    (r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}", "a SendGrid key"),
    (r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}", "a signed token (JWT)"),
    (r"(?i:\b(?:bearer|basic)\s+)(?=[A-Za-z0-9._~+/-]*[0-9A-Z])[A-Za-z0-9._~+/-]{16,}=*", "credentials of a request"),
    (r"://[^\s/:@${}<>*]*:[^\s/:@${}<>*]{3,}@", "a password in an address"),
)
_ANY = re.compile("|".join(shape for shape, _ in _SHAPES))
_KINDS = tuple((re.compile(shape), kind) for shape, kind in _SHAPES)
_RANDOM = re.compile(r"(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[A-Za-z0-9+_-]*[A-Za-z0-9]{28}[A-Za-z0-9+_-]*=*")
_HEXADECIMAL = re.compile(r"(?=[^a-f]*[a-f])(?=[^0-9]*[0-9])[0-9a-f]{32}")
_SECRET_WORDS = frozenset(
    {"key", "apikey", "token", "secret", "password", "passwd", "passphrase", "credential", "credentials"}
    | {"authorization", "cookie"}
)


def secret_in(text: str) -> str:
    """Return what a text certainly holds ("a GitHub token"), "" when nothing in it has the shape of a secret."""
    if not _ANY.search(text):
        return ""
    return next(kind for shape, kind in _KINDS if shape.search(text))


def may_be_secret(text: str) -> bool:
    """Say whether a whole text looks like a random token: long, unbroken, of digits and letters in both cases."""
    return bool(_RANDOM.fullmatch(text) or _HEXADECIMAL.fullmatch(text))


def redacted(text: str) -> str:
    """Return a text in which everything that certainly is a secret is replaced by "***"."""
    return _ANY.sub("***", text)


def is_secret_name(name: str) -> bool:
    """Say whether a key or header of this name holds a secret itself (api_key, x-api-key), not how many or where."""
    words = re.split(r"[_\-. ]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())
    return words[-1] in _SECRET_WORDS
