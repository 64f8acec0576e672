"""Made-up secrets in the forms that well-known services give them, and lines that hold none. All random, none real."""

import base64
import json
import random
import string
from collections.abc import Callable, Iterator

LOWER = string.ascii_lowercase + string.digits
UPPER = string.ascii_uppercase + string.digits
BASE62 = string.ascii_letters + string.digits
BASE64URL = BASE62 + "-_"
HEX = "0123456789abcdef"

Draw = Callable[[random.Random], str]


def _of(alphabet: str, length: int) -> Draw:
    return lambda chance: "".join(chance.choice(alphabet) for _ in range(length))


def _joined(*parts: str | Draw) -> Draw:
    return lambda chance: "".join(part if isinstance(part, str) else part(chance) for part in parts)


def _uuid(chance: random.Random) -> str:
    return "-".join("".join(chance.choice(HEX) for _ in range(length)) for length in (8, 4, 4, 4, 12))


def _jwt(chance: random.Random) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": str(chance.randrange(10**9)), "iat": chance.randrange(10**9)})
    coded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*coded, _of(BASE64URL, 43)(chance)))


def _private_key(chance: random.Random) -> str:
    kind = chance.choice(("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"))
    lines = "\n".join(_of(BASE62 + "+/", 64)(chance) for _ in range(6))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


def _base64(size: int) -> Draw:
    return lambda chance: base64.b64encode(chance.randbytes(size)).decode()


BARE: dict[str, Draw] = {
    "openai": _joined("sk-", _of(BASE62, 48)),
    "openai-project": _joined("sk-proj-", _of(BASE64URL, 120), _of(BASE62, 4)),
    "anthropic": _joined("sk-ant-api03-", _of(BASE64URL, 93), "AA"),
    "openrouter": _joined("sk-or-v1-", _of(HEX, 64)),
    "deepseek": _joined("sk-", _of(HEX, 32)),
    "google-api": _joined("AIza", _of(BASE64URL, 34), _of(BASE62, 1)),
    "google-oauth": _joined("ya29.", _of(BASE64URL, 120), _of(BASE62, 4)),
    "google-client": _joined("GOCSPX-", _of(BASE64URL, 27), _of(BASE62, 1)),
    "huggingface": _joined("hf_", _of(BASE62, 34)),
    "groq": _joined("gsk_", _of(BASE62, 52)),
    "xai": _joined("xai-", _of(BASE62, 80)),
    "perplexity": _joined("pplx-", _of(BASE62, 48)),
    "replicate": _joined("r8_", _of(BASE62, 37)),
    "tavily": _joined("tvly-", _of(BASE62, 32)),
    "nvidia": _joined("nvapi-", _of(BASE64URL, 63), _of(BASE62, 1)),
    "pinecone": _joined("pcsk_", _of(BASE62, 6), "_", _of(BASE62, 63)),
    "langsmith": _joined("lsv2_pt_", _of(HEX, 32), "_", _of(HEX, 10)),
    "fireworks": _joined("fw_", _of(BASE62, 24)),
    "aws-id": _joined("AKIA", _of(UPPER, 16)),
    "aws-session-id": _joined("ASIA", _of(UPPER, 16)),
    "github-classic": _joined("ghp_", _of(BASE62, 36)),
    "github-oauth": _joined("gho_", _of(BASE62, 36)),
    "github-app": _joined("ghs_", _of(BASE62, 36)),
    "github-fine": _joined("github_pat_", _of(BASE62, 22), "_", _of(BASE62, 59)),
    "gitlab": _joined("glpat-", _of(BASE64URL, 19), _of(BASE62, 1)),
    "gitlab-runner": _joined("glrt-", _of(BASE64URL, 19), _of(BASE62, 1)),
    "bitbucket": _joined("ATBB", _of(BASE62, 32)),
    "atlassian": _joined("ATATT3xFfGF0", _of(BASE64URL, 172), "=", _of(UPPER, 8)),
    "slack-bot": _joined("xoxb-", _of(string.digits, 12), "-", _of(string.digits, 12), "-", _of(BASE62, 24)),
    "slack-user": _joined("xoxp-", _of(string.digits, 11), "-", _of(string.digits, 11), "-", _of(HEX, 32)),
    "slack-app": _joined("xapp-1-", _of(UPPER, 11), "-", _of(string.digits, 13), "-", _of(HEX, 64)),
    "slack-hook": _joined(
        "https://hooks.slack.com/services/T", _of(UPPER, 8), "/B", _of(UPPER, 8), "/", _of(BASE62, 24)
    ),
    "discord-hook": _joined("https://discord.com/api/webhooks/", _of(string.digits, 18), "/", _of(BASE64URL, 68)),
    "discord-bot": _joined("MTA", _of(BASE62, 21), ".", _of(BASE62, 6), ".", _of(BASE64URL, 38)),
    "telegram": _joined("8", _of(string.digits, 9), ":AA", _of(BASE64URL, 32), _of(BASE62, 1)),
    "stripe-live": _joined("sk_live_", _of(BASE62, 24)),
    "stripe-test": _joined("sk_test_", _of(BASE62, 99)),
    "stripe-restricted": _joined("rk_live_", _of(BASE62, 24)),
    "stripe-hook": _joined("whsec_", _of(BASE62, 32)),
    "square": _joined("sq0atp-", _of(BASE64URL, 21), _of(BASE62, 1)),
    "square-new": _joined("EAAA", _of(BASE64URL, 59), _of(BASE62, 1)),
    "shopify": _joined("shpat_", _of(HEX, 32)),
    "paypal-braintree": _joined("access_token$production$", _of(LOWER, 16), "$", _of(HEX, 32)),
    "sendgrid": _joined("SG.", _of(BASE64URL, 21), _of(BASE62, 1), ".", _of(BASE64URL, 42), _of(BASE62, 1)),
    "mailgun": _joined("key-", _of(HEX, 32)),
    "mailchimp": _joined(_of(HEX, 32), "-us", _of("12", 1)),
    "brevo": _joined("xkeysib-", _of(HEX, 64), "-", _of(BASE62, 16)),
    "resend": _joined("re_", _of(BASE62, 8), "_", _of(BASE62, 24)),
    "twilio": _joined("SK", _of(HEX, 32)),
    "npm": _joined("npm_", _of(BASE62, 36)),
    "pypi": _joined("pypi-AgEIcHlwaS5vcmc", _of(BASE64URL, 80), _of(BASE62, 1)),
    "rubygems": _joined("rubygems_", _of(HEX, 48)),
    "crates": _joined("cio", _of(BASE62, 32)),
    "clojars": _joined("CLOJARS_", _of(LOWER, 60)),
    "nuget": _joined("oy2", _of(string.ascii_lowercase + "234567", 43)),
    "docker": _joined("dckr_pat_", _of(BASE64URL, 26), _of(BASE62, 1)),
    "digitalocean": _joined("dop_v1_", _of(HEX, 64)),
    "heroku-new": _joined("HRKU-AA", _of(BASE64URL, 57), _of(BASE62, 1)),
    "fly": _joined("fo1_", _of(BASE64URL, 42), _of(BASE62, 1)),
    "netlify": _joined("nfp_", _of(BASE62, 36)),
    "render": _joined("rnd_", _of(BASE62, 28)),
    "neon": _joined("napi_", _of(LOWER, 64)),
    "planetscale": _joined("pscale_tkn_", _of(BASE64URL, 42), _of(BASE62, 1)),
    "supabase": _joined("sbp_", _of(HEX, 40)),
    "databricks": _joined("dapi", _of(HEX, 32)),
    "grafana": _joined("glsa_", _of(BASE62, 32), "_", _of(HEX, 8)),
    "vault": _joined("hvs.", _of(BASE64URL, 94), _of(BASE62, 1)),
    "terraform": _joined(_of(BASE62, 14), ".atlasv1.", _of(BASE64URL, 66), _of(BASE62, 1)),
    "doppler": _joined("dp.pt.", _of(BASE62, 43)),
    "pulumi": _joined("pul-", _of(HEX, 40)),
    "sentry": _joined("sntryu_", _of(HEX, 64)),
    "newrelic": _joined("NRAK-", _of(UPPER, 27)),
    "dynatrace": _joined("dt0c01.", _of(UPPER, 24), ".", _of(UPPER, 64)),
    "sonar": _joined("sqp_", _of(HEX, 40)),
    "snyk": _joined("snyk_uat.", _of(HEX, 8), ".", _of(BASE64URL, 60), _of(BASE62, 1)),
    "circleci": _joined("CCIPAT_", _of(BASE62, 22), "_", _of(HEX, 40)),
    "buildkite": _joined("bkua_", _of(HEX, 40)),
    "postman": _joined("PMAK-", _of(HEX, 24), "-", _of(HEX, 34)),
    "figma": _joined("figd_", _of(BASE64URL, 39), _of(BASE62, 1)),
    "linear": _joined("lin_api_", _of(BASE62, 40)),
    "notion": _joined("ntn_", _of(string.digits, 11), _of(BASE62, 35)),
    "notion-old": _joined("secret_", _of(BASE62, 43)),
    "airtable": _joined("pat", _of(BASE62, 14), ".", _of(HEX, 64)),
    "hubspot": _joined("pat-na1-", _uuid),
    "typeform": _joined("tfp_", _of(BASE64URL, 58), _of(BASE62, 1)),
    "contentful": _joined("CFPAT-", _of(BASE64URL, 42), _of(BASE62, 1)),
    "mapbox": _joined("sk.eyJ", _of(BASE62, 70), ".", _of(BASE64URL, 21), _of(BASE62, 1)),
    "tailscale": _joined("tskey-auth-", _of(BASE62, 11), "CNTRL-", _of(BASE62, 32)),
    "launchdarkly": _joined("sdk-", _uuid),
    "posthog": _joined("phx_", _of(BASE62, 43)),
    "plaid": _joined("access-production-", _uuid),
    "facebook": _joined("EAACEdEose0cBA", _of(BASE62, 100)),
    "dropbox": _joined("sl.", _of(BASE64URL, 134), _of(BASE62, 1)),
    "alibaba": _joined("LTAI", _of(BASE62, 20)),
    "age": _joined("AGE-SECRET-KEY-1", _of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
    "artifactory": _joined("AKCp", _of(BASE62, 69)),
    "jwt": _jwt,
    "private-key": _private_key,
}
"""Secrets that are told by their own form."""

BESIDE: dict[str, tuple[str, Draw]] = {
    "aws-secret": ("AWS_SECRET_ACCESS_KEY", _base64(30)),
    "azure-storage": ("AccountKey", _base64(64)),
    "datadog": ("DD_API_KEY", _of(HEX, 32)),
    "heroku": ("HEROKU_API_KEY", _uuid),
    "cloudflare": ("CLOUDFLARE_API_TOKEN", _of(BASE64URL, 40)),
    "mistral": ("MISTRAL_API_KEY", _of(BASE62, 32)),
    "cohere": ("COHERE_API_KEY", _of(BASE62, 40)),
    "twilio-auth": ("TWILIO_AUTH_TOKEN", _of(HEX, 32)),
    "wandb": ("WANDB_API_KEY", _of(HEX, 40)),
    "algolia": ("ALGOLIA_ADMIN_KEY", _of(HEX, 32)),
    "okta": ("OKTA_API_TOKEN", _joined("00", _of(BASE64URL, 40))),
    "client-secret": ("client_secret", _of(BASE62, 40)),
    "password": ("password", lambda chance: "".join(chance.choice(BASE62 + "!#%^*-_") for _ in range(16)) + "7a"),
    "session": ("session_token", _of(BASE62, 48)),
    "django": ("SECRET_KEY", lambda chance: "".join(chance.choice(LOWER + "!@#%^*-_=+") for _ in range(50))),
}
"""Secrets that nothing but the name beside them tells: name and value."""

PLACES = (
    "{token}",
    "use {token} for the call",
    'curl -H "X-Auth: {token}" https://api.example.com/v1',
    '{{"value": "{token}", "ok": true}}',
    "(found: {token}).",
    "export TOKEN={token}",
)
ASSIGNMENTS = (
    "{name}={value}",
    "export {name}='{value}'",
    '{{"{name}": "{value}"}}',
    "{name}: {value}",
    '  {name} = "{value}"  # keep',
)


def tokens(number: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Yield `number` (service, secret, text that holds it), every service by turns."""
    chance = random.Random(seed)
    services = [*BARE, *BESIDE, "url", "bearer", "basic"]
    for index in range(number):
        service = services[index % len(services)]
        if service in BARE:
            secret = BARE[service](chance)
            yield service, secret, chance.choice(PLACES).format(token=secret)
        elif service in BESIDE:
            name, draw = BESIDE[service]
            secret = draw(chance)
            yield service, secret, chance.choice(ASSIGNMENTS).format(name=name, value=secret)
        else:
            yield service, *_of_a_request(service, chance)


def _of_a_request(service: str, chance: random.Random) -> tuple[str, str]:
    secret = _of(BASE62, 20)(chance)
    if service == "url":
        return secret, f"git clone https://deploy:{secret}@git.example.com/team/app.git"
    if service == "bearer":
        return secret, f"Authorization: Bearer {secret}"
    secret = base64.b64encode(f"user:{secret}".encode()).decode()
    return secret, f"authorization: Basic {secret}"


def harmless(number: int, seed: int) -> Iterator[str]:
    """Yield `number` lines without any secret, full of what merely looks random."""
    chance = random.Random(seed)
    for index in range(number):
        yield _HARMLESS[index % len(_HARMLESS)](chance)


_SENTENCE = "the model reads every line of this file before it answers and keeps what worked for later"
_WORDS = _SENTENCE.split()


def _prose(chance: random.Random) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(14)).capitalize() + "."


def _image(chance: random.Random) -> str:
    return f'<img src="data:image/png;base64,iVBORw0KGgo{_base64(300)(chance)}" alt="logo">'


_HARMLESS: tuple[Draw, ...] = (
    _joined("request id ", _uuid, " finished in 12 ms"),
    _joined('{"id": "', _uuid, '", "parent_id": "', _uuid, '"}'),
    _joined("commit ", _of(HEX, 40)),
    _joined(_of(HEX, 7), " Merge branch 'token-refresh' into main"),
    _joined("sha256:", _of(HEX, 64), "  dist/app-1.2.0.tar.gz"),
    _joined(_of(HEX, 64), "  ./build/output.bin"),
    _joined('"integrity": "sha512-', _base64(64), '"'),
    _joined("golang.org/x/net v0.1.0 h1:", _base64(32)),
    _joined("pip install foo --hash=sha256:", _of(HEX, 64)),
    _joined("md5 ", _of(HEX, 32)),
    _image,
    _prose,
    _joined("/usr/lib/python3.11/site-packages/", _of(LOWER, 12), "/tokens/secret_keys.py"),
    _joined("/nix/store/", _of(LOWER, 32), "-python3-3.11.9/bin/python"),
    lambda _: "The password must be at least 12 characters long and the token expires after 30 days.",
    lambda _: "def rotate_api_key(secret: SecretRef, token_count: int = 4096) -> None:",
    lambda _: 'api_key = os.environ["OPENAI_API_KEY"]',
    lambda _: "password: ${DB_PASSWORD}",
    lambda _: "token = tokenizer.encode(sentence_with_many_words)",
    lambda _: 'export GITHUB_TOKEN="<your-token-here>"',
    lambda _: "SECRET_KEY=changeme",
    lambda _: "max_tokens: 4096, top_p: 0.95, cache_key: goals/v2/list",
    lambda _: "primary_key=True, foreign_key='account.identifier', sort_key=lambda entry: entry.name",
    _joined("https://example.com/watch?v=", _of(BASE62, 11), "&list=", _of(BASE62, 18)),
    _joined("https://docs.google.com/document/d/1", _of(BASE62, 43), "/edit"),
    _joined("static/js/main.", _of(HEX, 20), ".chunk.js"),
    _joined("arn:aws:iam::", _of(string.digits, 12), ":role/deploy-production"),
    _joined("AccessKeyId is described in chapter ", _of("123456789", 1), " of the guide"),
    _joined("2026-11-21T17:00:00Z INFO trace ", _of(HEX, 32), " span ", _of(HEX, 16)),
    _joined("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", _of(BASE62, 43), " user@example.com"),
    lambda _: "-----BEGIN CERTIFICATE-----",
    lambda _: "-----BEGIN PUBLIC KEY-----",
    lambda _: "test_that_the_quick_brown_fox_jumps_over_13_lazy_dogs_and_keeps_its_token",
    lambda _: "GetUserAuthenticationTokenFromSessionStorageProviderFactory2",
    lambda _: "skip-links and sk-learn: task-force, risk-assessment-2024, disk-usage-by-folder-1234567890",
    lambda _: "Basic authentication and Bearer authorization are explained below",
    lambda _: "scp user@host:/var/lib/data ./backup && http://localhost:8080/@scope/package",
    lambda _: '{"token": null, "secret": false, "password": "", "api_key": "…"}',
    lambda _: "secretName: my-database-credentials-2024",
    lambda _: "apiVersion: v1, kind: Secret, tokenUrl: https://auth.example.com/oauth2/token",
    lambda _: 'passwordField.text = "Password"; tokenLabel = "access token"',
    lambda _: "Type the passphrase: correct horse battery staple is an example from a comic",
    lambda _: "if token == previous_token: return cached_authorization_header",
    lambda _: "The cookie banner: accept-all-cookies-button-2",
    _joined('etag: W/"', _of(HEX, 32), '"'),
    _joined("chrome-extension://", _of(string.ascii_lowercase, 32), "/popup.html"),
    _joined("docker pull registry.example.com/app@sha256:", _of(HEX, 64)),
    _joined("public_key: ", _base64(32)),
    _joined("idempotency key ", _uuid),
    _joined("tool call call_", _of(BASE62, 24), " of chatcmpl-", _of(BASE62, 29), " ended"),
    _joined('{"id": "pi_', _of(BASE62, 24), '", "customer": "cus_', _of(BASE62, 14), '"}'),
    _joined("| ", _of(HEX, 8), " | learned | 3 | 12 | create a file token.txt |"),
)
"""One maker per kind of line. The number of kinds is what counts, not the number of lines."""
