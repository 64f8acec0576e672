# ruff: noqa: E501
"""Programs with commands of their own (npm test, docker ps, kubectl get): which of these commands may run unasked.

A row holds a program and patterns for its words without options; what fits none is asked about. A word in capitals stands
for: NAME one plain name, NAMES any number of them, ANY anything that stays in the workspace.
"""

import re
from functools import cache

_ROWS = r"""
npm        | (run|run-script|rum)( ANY)? | test ANY | t | tst | start ANY | stop | restart | ci | clean-install | ls ANY | list ANY | ll | outdated ANY | audit( fix)? | view ANY | info ANY | show ANY | root | prefix | bin | help ANY | version( NAME)? | init( -y)? | pack | explain ANY | why ANY | fund | doctor | dedupe | prune | rebuild | search ANY | (i|install|add|isntall)( NAMES)? | (un|uninstall|remove|rm) NAMES | update( NAMES)? | cache verify | link | ping | query ANY | completion | config (list|get NAME) | whoami
yarn       | | (run|workspace NAME|workspaces run)? ?ANY
pnpm       | (run ANY|test ANY|t|start ANY|build ANY|lint ANY|dev ANY|typecheck ANY|format ANY|ls ANY|list ANY|outdated|audit|why ANY|root|bin) | (i|install|add|remove|rm|update|up)( NAMES)? | (?!exec|dlx|publish)[a-z][\w:-]*( ANY)? | -r ANY | --filter ANY
bun        | test ANY | [\w./-]+\.(js|ts|jsx|tsx|mjs)( ANY)? | (run|build) ANY | install | (add|remove) NAMES | pm ls
npx        | (tsc|prettier|eslint|jest|vitest|playwright|cypress|mocha|webpack|vite|rollup|esbuild|tsx|ts-node|stylelint|lint-staged|husky|nx|turbo|next|nuxt|ng|astro|svelte-check|vue-tsc|tailwindcss|postcss|babel|nyc|c8|ava|tap|karma|biome|oxlint|knip|depcheck|madge|npm-check-updates|ncu|typedoc|storybook|sb|prisma|drizzle-kit|sequelize|sequelize-cli|knex|typeorm|serve|http-server|json-server|changeset|commitlint|standard|xo|markdownlint|markdownlint-cli|cspell|size-limit|bundlesize|lighthouse|wait-on|create-react-app|create-next-app|create-vite|react-scripts|expo|gulp|grunt|mkdirp|sass|swc|tsup|unbuild|patch-package|license-checker|sort-package-json|npm-run-all|run-s|run-p|graphql-codegen|openapi-typescript|jsdoc|documentation|speccy|redocly|spectral|ajv|cdk|gatsby|hexo|docusaurus|vuepress|vitepress|eleventy|remix|syncpack|publint|attw|are-the-types-wrong)(@[\w.^~-]+)?( ANY)?
pip        | install ANY | check | list ANY | freeze ANY | show NAMES | download ANY | wheel ANY | uninstall ANY | index versions NAME | debug | inspect | cache (info|list|dir) | hash ANY | help ANY | config (list|get ANY|debug)
pipx       | list | environment
uv         | sync | lock | run ANY | pip (install|list|freeze|check|show|compile|sync|tree|uninstall)( ANY)? | add NAMES | remove NAMES | tree | venv ANY | build | export ANY | init ANY | python (list|find|pin ANY|dir) | cache (dir|prune) | tool list | format | version | self version
poetry     | install | lock | run ANY | add NAMES | remove NAMES | show ANY | check | build | update( NAMES)? | version( NAME)? | env (info|list|use ANY) | export | init | shell | config --list
pdm        | install | lock | run ANY | add NAMES | remove NAMES | list | build | update( NAMES)? | info | show ANY | sync
pipenv     | install( NAMES)? | lock | run ANY | graph | check | sync | update | shell | verify | requirements
rye        | sync | run ANY | lock | show | fmt | lint | test | build | add NAMES
hatch      | (run|test|env|build|version|fmt|shell|status|project|dep|clean)( ANY)?
flit       | (build|install|info|init)( ANY)?
conda      | (list|info|search|env list|config --show|activate|deactivate|install|create|env export|env create|update)( ANY)?
mamba      | (list|info|search|env list|activate|deactivate|install|create|update)( ANY)?
cargo      | (build|b|test|t|check|c|run|r|fmt|clippy|doc|bench|clean|tree|metadata|update|fetch|new|init|add|remove|rm|search|vendor|generate-lockfile|verify-project|locate-project|pkgid|audit|deny|outdated|nextest|expand|bloat|llvm-cov|tarpaulin|machete|udeps|hack|insta|watch -x test|help|version|fix|rustc|rustdoc|package|read-manifest|info)( ANY)?
rustup     | (show|doc|toolchain list|target list|component list|which ANY|update|default|check)( ANY)?
go         | (build|test|vet|fmt|doc|list|version|env|clean|generate|fix|bug|help|tool)( ANY)? | mod (tidy|download|verify|vendor|graph|why|init|edit)( ANY)? | run (\.|\./[\w./-]*|[\w./-]+\.go)( ANY)? | (get|install)( \./\S+| [\w./-]+)? | work ANY
mix        | (test|compile|format|deps\.get|deps\.tree|deps|credo|dialyzer|docs|ecto\.migrate|phx\.server|phx\.routes|run|help)( ANY)?
bundle     | (install|exec ANY|list|check|update|outdated|show|info|lock|config list|doctor|clean|add NAMES|platform|viz)( ANY)?
gem        | (list|search|info|env|environment|outdated|which|contents|specification|dependency|help|build|install)( NAMES)?
rails      | (test|server|s|routes|db:migrate|db:seed|db:create|db:rollback|db:test:prepare|g|generate|stats|notes|about|assets:precompile|zeitwerk:check|new|spec|db:migrate:status|db:setup|middleware|initializers)( ANY)?
rake       | ANY
composer   | (install|update|show|validate|dump-autoload|outdated|test|run-script|run|check-platform-reqs|licenses|require|remove|audit|why|why-not|diagnose|status|init|normalize)( ANY)?
dotnet     | (build|test|run|restore|clean|format|list|new|sln|add|publish|pack|watch|--info|--list-sdks|--list-runtimes|ef|tool list|tool restore|msbuild|vstest|dev-certs https --check|remove|workload list|nuget locals)( ANY)?
swift      | (build|test|run|package)( ANY)?
flutter    | (test|build|analyze|doctor|pub get|run|clean|devices|format|create|gen-l10n|pub deps|pub outdated)( ANY)?
dart       | (test|analyze|format|pub get|run|fix|compile|doc|create|pub deps|pub outdated)( ANY)?
stack      | (build|test|exec|run|ghci|clean|haddock|bench|path|ls)( ANY)?
cabal      | (build|test|run|clean|haddock|bench|check|update|list|freeze|configure|v2-build)( ANY)?
zig        | (build|test|run|fmt|version|env|zen)( ANY)?
gradle     | ANY
terraform  | (plan|validate|fmt|show|output|init|version|providers|graph|state list|state show|workspace list|workspace show|get|test)( ANY)?
tofu       | (plan|validate|fmt|show|init|version|providers|graph|state list|workspace list)( ANY)?
pulumi     | (preview|stack ls|stack|whoami|version|config|about|logs)( ANY)?
helm       | (template|lint|list|ls|status|history|get values|get manifest|show|search|version|env|dependency|dep|package|repo list|repo update|verify|create|diff)( ANY)?
kubectl    | (get|describe|logs|top|version|cluster-info|api-resources|api-versions|explain|config (view|get-contexts|current-context|use-context)|diff|auth can-i|rollout status|rollout history|wait|events|kustomize|port-forward|apply)( ANY)?
kustomize  | (build|version|cfg)( ANY)?
minikube   | (status|ip|start|version|profile list|service list|addons list|dashboard|stop|logs)( ANY)?
kind       | (get clusters|version|get nodes|load docker-image NAME)( ANY)?
docker     | (ps|images|version|info|inspect|logs|top|stats|port|diff|history|search|events|context ls|network ls|network inspect|volume ls|volume inspect|image ls|image inspect|container ls|container inspect|container logs|system df|system info|buildx ls|builder ls|manifest inspect|compose (ps|logs|config|images|top|ls|version|up|down|build|start|stop|restart|pull|run|exec|watch|create|events|port|pause|unpause)|wait|stop|start|restart|pause|unpause|build|buildx build|tag|rename|attach|scout|create|compose)( ANY)?
docker-compose | (ps|logs|config|images|top|version|up|down|build|start|stop|restart|pull|run|exec|events|port)( ANY)?
podman     | (ps|images|version|info|inspect|logs|top|stats|port|history|network ls|volume ls|build|stop|start|restart)( ANY)?
gh         | (pr (list|view|status|diff|checks|create|checkout|ready|edit|comment|review|reopen)|issue (list|view|status|create|comment|edit|close|reopen)|run (list|view|watch|rerun|download)|workflow (list|view)|release (list|view|download)|repo view|browse|status|auth status|label list|search|cache list|project (list|view)|gist list|version|help|ruleset (list|view)|org list|variable list)( ANY)?
glab       | (mr (list|view|status|diff|create|checkout)|issue (list|view|create)|ci (list|view|status|trace|lint)|repo view|release (list|view)|auth status|version)( ANY)?
aws        | s3 ls( ANY)? | sts get-caller-identity | (ec2|ecs|eks|lambda|rds|iam|cloudformation|logs|cloudwatch|elbv2|autoscaling|route53|dynamodb|sqs|sns|ecr|apigateway|cloudfront|acm|events|stepfunctions|batch|glue|athena|emr|kinesis|redshift|efs|organizations) (describe|list|get)-(?!secret|password|login|session|authorization|parameter|credential|access|federation)[\w-]+( ANY)? | configure list | help
gcloud     | (config list|projects list|auth list|info|version|compute instances list|compute zones list|container clusters list|services list|run services list|functions list|logging read|app versions list|components list)( ANY)?
az         | (account show|account list|group list|vm list|version|resource list|webapp list|aks list)( ANY)?
heroku     | (apps|ps|logs|info|releases|addons|pipelines|status|domains)( ANY)?
fly        | (status|logs|apps list|info|releases|version|regions list)( ANY)?
vercel     | (ls|list|inspect|logs|whoami|dev|build)( ANY)?
netlify    | (status|dev|build|sites:list)( ANY)?
firebase   | (emulators:start|projects:list|use)( ANY)?
dvc        | (status|repro|diff|dag|metrics|params|plots|add|init|list|root|version|check-ignore|exp show|checkout|data status|stage list)( ANY)?
mlflow     | (ui|runs|experiments|run \.)( ANY)?
airflow    | (dags list|dags show|tasks list|version|info|db check)( ANY)?
dbt        | (run|test|build|compile|docs|ls|list|debug|deps|seed|parse|source|snapshot|clean|show)( ANY)?
ansible-playbook | ANY --check | --syntax-check ANY | --list-tasks ANY
vagrant    | (status|global-status|up|halt|box list|version|port|validate|reload|ssh-config)( ANY)?
brew       | (list|ls|info|search|outdated|doctor|config|deps|uses|leaves|desc|home|log|cat|--prefix|--version|--cellar|services list|missing)( ANY)?
apt        | (list|search|show|policy|depends|rdepends|changelog)( ANY)?
apt-cache  | ANY
apt-get    | (changelog|download|check|indextargets)( ANY)?
dpkg       | (-l|-L|-s|-S|-p|--list|--listfiles|--status|--search|--print-architecture|--get-selections|--compare-versions|-I|-c|--info|--contents|--verify|-V|--audit|-C)( ANY)?
dpkg-query | ANY
rpm        | -q\w*( ANY)? | (--query|-V|-K|--version|--checksig)( ANY)?
yum        | (list|search|info|provides|whatprovides|repolist|history|deplist|check-update|grouplist)( ANY)?
dnf        | (list|search|info|provides|repolist|history|repoquery|check-update|grouplist)( ANY)?
pacman     | -(Q|Ss|Si|F)\w*( ANY)?
apk        | (info|search|list|version|policy)( ANY)?
snap       | (list|info|find|version|changes)( ANY)?
flatpak    | (list|info|search|remotes|history)( ANY)?
nix        | (flake (show|check|metadata|info|lock)|search|show-config|path-info|log|fmt|why-depends|build|develop)( ANY)?
port       | (list|search|info|installed|contents|deps|variants|outdated|provides)( ANY)?
systemctl  | (status|list-units|list-unit-files|is-active|is-enabled|is-failed|show|cat|list-timers|list-sockets|list-dependencies|get-default|--version|--failed|list-jobs|is-system-running)( ANY)?
service    | (--status-all|NAME status)
launchctl  | (list|print|blame|version)( ANY)?
journalctl | (?!.*--(vacuum|rotate|flush|relinquish|sync|setup|update|cursor-file))ANY
loginctl   | (list-sessions|list-users|session-status|user-status|show-session|show-user)( ANY)?
hostnamectl | (status)?
timedatectl | (status|show|list-timezones|timesync-status)?( ANY)?
localectl  | (status|list-locales|list-keymaps)?
nmcli      | (device|dev|d|connection|con|c|general|g|radio|r)( (status|show|wifi list|wifi|list))?( ANY)?
virsh      | (list|dominfo|net-list|pool-list|nodeinfo|version|domstate|vol-list)( ANY)?
tmux       | (ls|list-\w+|lsc|lsk|lsp|lsw|info|display-message|display|show-options|show|has-session|has|attach|attach-session|a|at|detach|detach-client|kill-session|kill-window|kill-pane|select-\w+|selectw|selectp|selectl|rename-\w+|rename|renamew|swap-\w+|swapw|swapp|move-\w+|movew|movep|resize-\w+|resizep|next-window|next|prev|previous-window|last-window|last|break-pane|join-pane|start-server|clear-history|switch-client|switchc|set-option|set|set-window-option|setw|lock|refresh-client|copy-mode|choose-\w+|find-window|findw|link-window|linkw|unlink-window|rotate-window)( NAMES)? | (new|new-session|new-window|neww|split-window|splitw)(( -[dhvA]+)|( -[snt] [\w-]+))*
redis-cli  | (ping|info|dbsize|get NAME|keys ANY|ttl NAME|type NAME|lrange ANY|hgetall NAME|smembers NAME|llen NAME|exists NAME|scan ANY|client list|memory stats|monitor|hget ANY|time|command count|slowlog get|--stat|--latency|--scan)( ANY)?
rabbitmqctl | (status|list_\w+|cluster_status|report|environment)( ANY)?
consul     | (members|info|version|catalog)( ANY)?
nginx      | (-t|-T|-v|-V|-q -t)
screen     | (NAME)?
task       | ANY
just       | ANY
apachectl  | (configtest|status|-t|-S|-v|-V|-M)( ANY)?
twine      | check( ANY)?
openssl    | req ANY | (rand|dgst|version|ciphers|prime|sha1|sha256|sha512|md5|errstr|speed|list|asn1parse|verify)( ANY)? | x509( ANY)?(?<!-signkey) | req ANY | (enc|base64)( ANY)?
ssh-keygen | -l\w*( ANY)?
ssh-add    | -[lL]
gpg        | (--list-keys|-k|--verify|--version|--fingerprint|--list-sigs|--list-packets|--check-sigs|--print-md)( ANY)?
code       | (--list-extensions|--version|--status|-d|--diff|\.)( ANY)?
llmos      | (list|traces list|traces show|doctor|demo|stats|plugins list|plugins show|episodes list|policy explain|policy check|explain|match)( ANY)?
supervisorctl | (status|avail|tail|version|pid)( ANY)?
pm2        | (list|ls|status|logs|show|describe|info|monit|jlist|start|restart|stop|reload)( ANY)?
asdf       | (list|current|plugin list|which|where|info|latest)( ANY)?
mise       | (ls|current|which|where|doctor|tasks|run|install)( ANY)?
sdk        | (list|current|version|home)( ANY)?
xset       | q
xrandr     | (--listmonitors|--query|-q)?
update-alternatives | (--list|--display|--query|--get-selections)( ANY)?
defaults   | (read|domains|find)( ANY)?
sysctl     | (-a|-n|-A)?( [\w./]+)?
hdparm     | -[igItT]+ /dev/\w+
smartctl   | -[aiHAlx]+( ANY)?
fdisk      | -l( /dev/\w+)?
parted     | -l
swapon     | (-s|--show\S*|--summary)
iptables   | (-L|-S|--list|-nL|-vnL|-L -n|-L -v)( ANY)?
route      | (-n|-ne|)
dmidecode  | ANY
modinfo    | NAMES
ulimit     | ANY
bind       | -[pPlsvV]+
compgen    | -[abcdkvAu]\w*( ANY)?
complete   | -p( ANY)?
fc         | -l( ANY)?
notify-send | ANY
finger     | NAME
jupyter    | (notebook list|lab list|--version|kernelspec list|nbconvert|notebook|lab|server list|--paths)( ANY)?
git-lfs    | (ls-files|status|env|version|track)( ANY)?
"""


@cache
def kits() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Return for each program the patterns that its words may fit."""
    table = dict[str, tuple[re.Pattern[str], ...]]()
    for row in _ROWS.strip().splitlines():
        name, _, patterns = row.partition("|")
        table[name.strip()] = tuple(
            _compiled(pattern.strip()) for pattern in re.split(r" \| ", " " + patterns.strip() + " ")
        )
    table["pip3"] = table["pip2"] = table["pip"]
    return table


def _compiled(pattern: str) -> re.Pattern[str]:
    pattern = pattern.replace("( ANY)?", " ANY")
    for word, meaning in (
        (" ANY", r"(?: [\s\S]*)?"),
        ("NAMES", r"[\w@/.^~=<>!,\[\]+-]+(?: [\w@/.^~=<>!,\[\]+-]+)*"),
        ("NAME", r"[\w@.:/-]+"),
        ("ANY", r"[\s\S]*"),
    ):
        pattern = re.sub(rf"{word}\b", lambda _, meaning=meaning: meaning, pattern)  # type: ignore[misc]
    return re.compile(pattern)


DANGER = {
    "npm": r"--(registry|prefix|globalconfig|userconfig|script-shell|ignore-scripts=false|global|location)|(^| )-g( |$)|https?://|git\+|git@|github:|file:|\.tgz|--unsafe-perm|config get \S*(auth|token|passw)|(^| )exec( |$)",
    "yarn": r"^(publish|npm|dlx|global|config|login|logout|owner|exec|create|link|unlink|set|plugin|node|cache clean|team|tag|policies)( |$)|--registry|https?://|git\+|git@|file:|\.tgz",
    "pnpm": r"--(registry|global|dir|prefix)|(^| )(-g|dlx|exec|publish)( |$)|https?://|git\+|git@|file:|\.tgz",
    "bun": r"(^| )(-e|--eval|-p|--print|-r|--preload)( |=|$)|--registry|(^| )-g|https?://|git\+|\.tgz|(^| )(x|publish)( |$)",
    "npx": r"--(package|call|registry|node-options)|^(-p|-c)( |$)|https?://|git\+|github:|[/\\]{2}",
    "pip": r"--(index-url|extra-index-url|find-links|trusted-host|proxy|target|prefix|root|user|cert|config-settings|no-index|install-option|global-option|python|log|editable=(?!\.)|break-system-packages|process-dependency-links)|(^| )(-i|-f|-t)( |=|\w)|(^| )-[if]\S|\w+://|git\+|hg\+|svn\+|bzr\+|@ ?(file|http|git)|(^| )(/|~|\.\./)|config (set|edit|unset)|\.(whl|zip|tar\.gz|tgz)( |$)",
    "uv": r"--(index\S*|default-index|extra-index-url|find-links|with\S*|python-preference|directory|project|config-file|from|publish\S*|system|target|prefix)|(^| )(-i|-f)( |$)|\w+://|git\+|(^| )(/|~|\.\./)|run (-|--)|run (https?|/)",
    "poetry": r"--(source|directory|project)|\w+://|git\+|(^| )publish|config \S+ \S|(^| )-[CP]( |$)|(^| )(/|~|\.\./)",
    "cargo": r"--(git|path|registry|index|config|target-dir|manifest-path=/|root)|(^| )(publish|login|yank|owner|install|uninstall)( |$)|\w+://|(^| )(/|~|\.\./)",
    "go": r"-(exec|toolexec|overlay|modfile|ldflags\S*extld\S*|modcacherw|vettool|C)\b|@\S|env -w|clean\s+.*-modcache|https?://|(^| )(/|~|\.\./)",
    "gem": r"--(source|clear-sources|install-dir|bindir|http-proxy)|(^| )(-s|-i|-n|push|yank|sources)( |$)|\w+://|\.gem( |$)",
    "bundle": r"--(gemfile|path=?/|with-source)|exec (?!rspec|rake|rubocop|rails|cucumber|jekyll|puma|sidekiq|guard|brakeman|standardrb|yard|minitest|thin|unicorn|fastlane|pod|middleman|steep|srb|tapioca|haml-lint|erblint|reek|spring|foreman|annotate|i18n-tasks)",
    "conda": r"(-c|--channel|--file|-p|--prefix|--override)\b|\w+://",
    "composer": r"--(repository\S*|working-dir|plugins)|config|global|\w+://|create-project|exec",
    "dotnet": r"(-s|--source|--tool-path|-g|--global|nuget push|nuget delete)\b|\w+://",
    "rails": r"db:(drop|reset|purge|truncate)|runner|console|credentials|secrets|destroy|dbconsole|dev:cache|-m |--template",
    "docker": r"--(privileged|pid|ipc|uts|userns|network[= ]host|net[= ]host|cap-add|device|security-opt|mount|volumes-from|env-file|add-host|output|push|secret|ssh|allow|host|tlscacert|build-context|gpus|cgroup-parent|volume|rmi|volumes|remove-orphans)\b|(^| )(-v|-H|-V)( |=|/)|(^| )-v\S|docker\.sock|(^| )github\.com/|\.git( |$)|https?://|git@|(compose|^)\s+(rm|kill)\b|(^| )--rm.*-v |(^| )compose .*(exec|run) .*(?<![\w-])(sh|bash|rm|env|cat)\b|(^| )down( .*)? (-v|--rmi)|\bEnv\b|json \.(Config)?\b",
    "kubectl": r"secrets?\b|--(kubeconfig|token|server|as|as-group|raw|insecure\S*|certificate\S*|client-\S*|edit-last)|config view.*(--raw|--flatten)|exec|delete|apply(?!.*--dry-run=(client|server))|(^| )-s( |=)|(^| )-f (https?|/)|https?://|--address",
    "helm": r"get values|--(post-renderer|kubeconfig|kube-token|kube-apiserver|repo)|\w+://|(^| )(install|upgrade|uninstall|delete|rollback|plugin|push|registry|repo add)( |$)",
    "terraform": r"-(auto-approve|destroy|plugin-dir|chdir=/|out=/|from-module|backend-config|lock=false)|output.*(-raw|-json)|show.*-json|(^| )(apply|destroy|import|taint|untaint|force-unlock|login|console|state (rm|mv|push|pull|replace))( |$)",
    "gh": r"gist create|secret|ssh-key|gpg-key|(^| )(api|alias|extension|config set|auth (login|token|logout|refresh|setup))( |$)|delete|merge|--web-hook|--body-file (?!\w)|(^| )-F (?!\w)|--show-token",
    "aws": r"--(endpoint-url|profile|no-sign-request|debug|ca-bundle|with-decryption)|secret|password|(^| )(cp|sync|mv|rm|rb|mb|presign)( |$)",
    "dpkg": r"(^| )(-i|-r|-P|--install|--remove|--purge|--unpack|--configure|--set|--clear|--add|--admindir|--root|--pre-invoke|--post-invoke)\b",
    "rpm": r"(^| )(-[ieUF]\w*|--install|--erase|--upgrade|--freshen|--import|--root|--dbpath|--eval|-E|--pipe|--define|-D|--load|--rcfile|--initdb|--rebuilddb|--setperms|--setugids)\b|--pipe|\w+://",
    "openssl": r"(-out|-writerand|-engine|-provider|-provider-path|-config|-signkey|-key|-inkey|-passin|-passout|-CAkey|-pass|-keyout|-rand|-d\b.*-k|-export|-nodes|-connect)\b",
    "tmux": r"[;|&`$]|run|if|pipe|source|(^| )(-c|send-keys|send)( |$)|default-command|default-shell|(^| )#\(",
    "gpg": r"secret|--(export|import|delete|edit|sign|decrypt|encrypt|gen|quick|batch|passphrase|homedir|options|keyserver|recv|send|card)\S*|-[sedabu]\b",
    "systemctl": r"(^| )(-H|--host|-M|--machine|--root|set-environment|import-environment|edit|link|revert|kill|start|stop|restart|enable|disable|mask|daemon-reload|isolate|set-default|poweroff|reboot|halt|suspend)( |=|$)",
    "redis-cli": r"(?i)flush|config|eval|script|shutdown|slaveof|replicaof|module|debug|-h |-u |--rdb|--pipe|acl|migrate|del |set |-x",
    "screen": r"(^| )-(?!(ls|list|r|x|R|RR|d|D|dr|wipe|S|v)( |$))",
    "brew": r"--cask|--HEAD|tap |install|uninstall|upgrade|link|services (start|stop|run|restart)|cleanup",
    "ssh-keygen": r"-[fyNPRpest]\w* ?\S*(id_|/)?(?<!\.pub)$|-D",
    "vagrant": r"destroy|provision|box (add|remove)|ssh -c|plugin",
    "fc": r"-e|-s", "complete": r"-[CF]", "compgen": r"-[CFW]", "bind": r"-[xfqur]",
    "dvc": r"--(url|remote|rev)|\w+://|(^| )(push|pull|remote|config|gc|import|get)( |$)",
    "code": r"--(install-extension|uninstall|user-data-dir|extensions-dir)",
    "mix": r"hex\.publish|archive\.install|do |cmd|eval|ecto\.drop|ecto\.reset|--no-halt -e|run -e",
    "uvx": r".", "jupyter": r"--(ip|execute|allow-root|NotebookApp|ServerApp|config|to=?(script|python) )",
    "nix": r"\w+://|--(impure|extra-|option|override|expr|command)|-c |github:",
    "apt-cache": r"(^| )(-o|-c|--option|--config-file)", "apt": r"(^| )(-o|-c|--option|--config-file)", "apt-get": r"(^| )(-o|-c|--option|--config-file)",
    "nmcli": r"add|mod|del|up|down|edit|connect|hotspot|on\b|off\b|secrets|-s\b", "journalctl": r"-D|--file|--root|--image|--output-fields",
    "launchctl": r"load|bootstrap|enable|submit|kickstart|setenv", "gcloud": r"print-access-token|ssh|scp|delete|create|deploy|set\b",
    "virsh": r"destroy|undefine|-c\b|--connect", "dmidecode": r"--dump-bin|--from-dump", "sysctl": r"-w|=|-p|--system|--load|--write",
    "llmos": r"config|trust|plugins (install|remove)|hooks|run|chat|init|teach",
}  # fmt: skip
"""Program → what in its words is asked about, whatever else they are."""
