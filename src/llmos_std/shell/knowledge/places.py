# ruff: noqa: E501
"""Which files and folders matter: secrets, what starts by itself, the system, and what is harmless to write."""

import re

SECRET_NAME = re.compile(
    r"\.env(\.(?!example|sample|template|dist).*)?|\.?env\.(local|prod\w*|secret)|\.netrc|_netrc|\.npmrc|\.pypirc|\.htpasswd|\.git-credentials|\.pgpass|\.my\.cnf"
    r"|\.(ssh|aws|gnupg|docker|kube|azure|password-store|vault-token|gcloud|boto|s3cfg|mozilla|thunderbird|bitcoin)"
    r"|\.(bash|zsh|python|node_repl|mysql|psql|sqlite|rediscli)_?history|\.history|id_(rsa|dsa|ecdsa|ed25519)(\..*)?(?<!\.pub)"
    r"|.*\.(pem|p12|pfx|kdbx|jks|keystore|ppk|ovpn|asc\.key)|(server|private|privkey|client|tls|ssl|host|ca|my|id|api|secret)[\w.-]*\.key"
    r"|(?!.*\.(py|js|ts|go|rs|java|md|html|c|h|rb)$).*(secrets?|credentials?)(\.\w+)?|.*(passwd|password)s?\.(txt|csv|json|ya?ml|db|master)"
    r"|shadow-?|gshadow-?|sudoers(\.d)?|master\.passwd|logins\.json|key[34]\.db|cookies\.sqlite|login\.keychain.*|keyrings?|wallet\.dat"
    r"|terraform\.tfstate.*|.*\.tfvars|kubeconfig|authorized_keys|known_hosts|(?:.*_)?token(\.txt)?|application_default_credentials.*",
    re.IGNORECASE,
)
"""The name of a file or folder that holds secrets, as far as names tell."""

SECRET_PATH = re.compile(
    r"/etc/(ssh|ssl/private|security|pam\.d|sudoers|gshadow|shadow|krb5|openvpn|wireguard|NetworkManager|polkit-1|opasswd)"
    r"|/(usr/share/base-passwd|var/lib/(pam|sss|private|secrets?)|var/backups|var/spool/(cron|mail|at)|var/mail|run/secrets)"
    r"|/var/log/([bw]tmp|lastlog|faillog|tallylog|auth\.log|secure|audit|sudo|cloud-init)"
    r"|/proc/(?!(cpuinfo|meminfo|version|uptime|loadavg|mounts|filesystems|swaps|stat|partitions|diskstats|net/(dev|route|tcp|udp|arp)|[^/]+/(mounts|status|stat|exe|limits|io|comm)|\d+|x|self|sys(/.*)?|sys/(?!kernel/core).*)$)[^/]|/dev/(mem|kmem|port|kmsg)"
    r"|/sys/(kernel|firmware|hypervisor|module/\w+/parameters)|/root(/|$)|/boot(/|$)|/home/[^/]+/(Library/Keychains|\.config/(gcloud|gh|git/credentials|google-chrome|chromium|op|rclone|hub))"
    r"|/home/[^/]+/\.local/share/keyrings|/dev/(sd|nvme|vd|hd|xvd|disk|mapper)"
)

SECRET_SAMPLES = (
    ".env", ".env.local", "id_rsa", "id_ed25519", "server.key", "cert.pem", "secrets.json", "credentials", ".netrc", ".ssh", ".aws",
    "shadow", ".gnupg", ".pgpass", ".npmrc", "sudoers", ".bash_history", "key.pem", "private.key", ".git-credentials", "logins.json",
)  # fmt: skip
ORDINARY_SAMPLES = (
    "README.md", "main.py", "a.txt", "data.csv", "package.json", "Makefile", ".gitignore", "x", "index.html", "config.yaml", "app.log",
    "src", "build", "output", "users.txt", "file1", "scripts", "server.py", "setup.py", "image.png", "test.sh", "old", "backup.tar.gz",
    "cache", "docs", "img_001.jpg", "license", "x1", "a.log.1", "page.htm", "Album 01", "lib", "test_a.c", "foo~", "#a#", "1", "A.TXT",
)  # fmt: skip
HOMES = ("/root", "/home/*", "/Users/*")
"""Where Unix systems keep homes: the administrator's, and everybody's on Linux and macOS; none is this machine's."""
SECRET_PATH_SAMPLES = (
    "/etc/shadow",
    "/etc/gshadow",
    "/etc/sudoers",
    *(f"{home}/.ssh/id_rsa" for home in HOMES),
    "/proc/self/environ",
    "/etc/ssh/x",
)
"""Paths that hold secrets; a part that is * has some name."""

HELD_SECRETS = tuple(
    path.split("/")
    for path in (
        "/etc/shadow", "/etc/ssh/x", "/run/secrets/x", "/var/backups/x", "/proc/self/environ",
        *(f"{home}/.ssh" for home in HOMES),
        *("/home/*/.config/gcloud", "/home/*/.local/share/keyrings", "/home/*/.mozilla/x/logins.json"),
        *("/Users/*/.config/gcloud", "/Users/*/Library/Keychains"),
    )
)  # fmt: skip
"""Secrets by where they lie, in parts: who takes everything in a folder above one takes it as well."""

SECRET_VARIABLE = re.compile(
    r".*(SECRET|TOKEN|PASSW(OR)?D|PASSPHRASE|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_KEY).*|.*_(KEY|PWD|PASS|PAT|AUTH)|DATABASE_URL|DSN",
    re.IGNORECASE,
)
"""A variable that probably holds a secret."""

STARTUP = re.compile(
    r"(^|/)\.(bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|inputrc|gitconfig|vimrc|exrc|tmux\.conf"
    r"|screenrc|gdbinit|pythonrc.*|pam_environment|xinitrc|xsession(rc)?|xprofile|login|cshrc|tcshrc|kshrc|curlrc|wgetrc|npmrc|condarc|Rprofile|irbrc|pryrc)$"
    r"|(^|/)authorized_keys|(^|/)\.(ssh|gnupg)(/|$)|(^|/)\.config/(autostart|systemd|fish|git|pip|environment\.d|nvim)|(^|/)LaunchAgents|/cron|(^|/)\.crontab"
    r"|(^|/)\.local/(bin|share/(applications|systemd))|(^|/)sitecustomize\.py$|(^|/)usercustomize\.py$|site-packages/.*\.pth$|(^|/)\.pip/"
)
"""A file that something runs or obeys by itself."""

SYSTEM = re.compile(
    r"/(etc|usr|bin|sbin|lib\w*|boot|sys|proc|dev|opt|var|root|run|System|Library|Applications|srv|snap)(/|$)"
)
HARMLESS_DEVICE = re.compile(r"/dev/(null|stdout|stderr|stdin|tty|fd/[012]|full)$")
READABLE_DEVICE = re.compile(
    r"/dev/(null|zero|u?random|full|stdin|stdout|stderr|tty|fd/\d+|disk/by-\w+/.*|disk(/by-\w+)?|shm/.*)$"
)
ADDRESS = re.compile(r"(?!file:)[A-Za-z][\w+.-]+://(?!(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$))")
"""An address on another machine."""

NETWORK_DEVICE = re.compile(r"/dev/(tcp|udp)(/|$)")
TEMPORARY = re.compile(r"/(tmp|var/tmp|private/tmp|dev/shm)/[^/]")
TOP = re.compile(r"/|/[^/]+|/(home|Users|root|mnt|media|var|usr|etc|opt|srv)/[^/]*")

GUARDED = frozenset([".git", ".llmos"])
"""Folders of the workspace that decide what runs, or what is remembered."""

OBEYED = re.compile(
    r"/(sitecustomize\.py|usercustomize\.py|authorized_keys2?|\.envrc|\.gitmodules|\.gitlab-ci\.yml|\.pre-commit-config\.yaml|\.mcp\.json|\.gitconfig|\.?(ba|z|k|c|tc)?shrc|\.inputrc"
    r"|\.(bash_profile|bash_login|profile|zshenv|zprofile|vimrc|exrc|gdbinit|curlrc|wgetrc)|agents\.md|claude\.md|gemini\.md|memory\.md|copilot-instructions\.md|\.cursorrules|\.windsurfrules|\.clinerules"
    r"|\.aider\.conf\.yml|skill\.md)$|/(\.ssh|\.husky|\.vscode|\.idea|\.devcontainer|\.circleci|\.claude|\.cursor|\.roo|\.codex|\.gemini)(/|$)|/\.github/workflows(/|$)|\.pth$"
)
"""A file of the workspace that shells, editors, agents or services obey by themselves; spelt in lower case."""
