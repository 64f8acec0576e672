"""Law: whatever the standard library offers keeps the laws of its kind, by the same suites that strangers use."""

from llmos_core.plugins.discovery import discover
from llmos_core.testing import mode_suite, plugin_suite, service_suite
from llmos_std.audit.service import open_audit
from llmos_std.config import MemoryConfig
from llmos_std.economy.ledger import open_ledger
from llmos_std.hooks.approvals import open_approvals
from llmos_std.hooks.approver import AutoApprover
from llmos_std.hooks.config import PermissionsConfig
from llmos_std.journal.journal import open_journal
from llmos_std.matching.matcher import open_matcher
from llmos_std.modes.crystallized import Crystallized
from llmos_std.modes.follower import Follower
from llmos_std.modes.learner import Learner
from llmos_std.modes.mixed import Mixed
from llmos_std.replay.trust import open_trust
from llmos_std.sandbox.choosing import open_sandbox
from llmos_std.sandbox.config import SandboxConfig
from llmos_std.secrets.config import SecretsConfig
from llmos_std.secrets.opening import open_redactor
from llmos_std.snapshots.config import SnapshotsConfig
from llmos_std.snapshots.service import open_snapshots
from llmos_std.strategies.complexity import open_complexity

TestLearner = mode_suite(Learner)
TestFollower = mode_suite(Follower, name="FOLLOWER", with_trace=True)
TestCrystallized = mode_suite(Crystallized, name="CRYSTALLIZED", with_trace=True)
TestMixed = mode_suite(Mixed, name="MIXED", with_trace=True)

TestLedger = service_suite(open_ledger, "ledger")
TestJournal = service_suite(open_journal, "journal")
TestApprovals = service_suite(open_approvals, "approvals", sections={"permissions": PermissionsConfig()})
TestApprover = service_suite(lambda _context: AutoApprover(), "approver")
TestMatcher = service_suite(open_matcher, "matcher")
TestTrust = service_suite(open_trust, "trust", sections={"memory": MemoryConfig()})
TestComplexity = service_suite(open_complexity, "complexity")
TestAudit = service_suite(open_audit, "audit")
TestSnapshots = service_suite(open_snapshots, "snapshots", config=SnapshotsConfig())
TestRedactor = service_suite(open_redactor, "redactor", config=SecretsConfig())
TestSandbox = service_suite(open_sandbox, "sandbox", config=SandboxConfig())
TestUnconfined = service_suite(open_sandbox, "sandbox", config=SandboxConfig(tier="none"))

STANDARD = [point.name for point in discover() if point.distribution == "llmos"]
for name in STANDARD:
    globals()[f"TestPlugin{name.title().replace('-', '')}"] = plugin_suite(name)
