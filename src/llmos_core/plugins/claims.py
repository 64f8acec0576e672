"""Plugins that were found, and who claims which contribution. Records only: a replay reads them."""

from llmos_core.contrib import Contribution
from llmos_core.types.record import Record

OWN_DISTRIBUTION = "llmos"
"""The distribution that brings the kernel; what it contributes is under the same tests as the kernel."""

HEAVY_MS, HEAVY_MODULES = 100.0, 60
"""From here on importing a plugin, which is only to describe, is called heavy."""


class Plugin(Record):
    """One plugin that was found. `status` is active, disabled or broken; `reason` says why it is not active.

    `import_ms` is how long importing it took, 0 when that was not tried; `import_modules` how many modules came with it
    that nobody had imported before, its own package's not counted, and `import_packages` the packages they are of.
    """

    name: str
    value: str
    distribution: str = ""
    version: str = ""
    folder: str = ""
    status: str = "active"
    reason: str = ""
    import_ms: float = 0.0
    import_modules: int = 0
    import_packages: tuple[str, ...] = ()

    @property
    def is_heavy(self) -> bool:
        """Whether importing it cost more than describing should."""
        return self.import_ms >= HEAVY_MS or self.import_modules >= HEAVY_MODULES


class Claim(Record):
    """One contribution and who makes it; `distribution` is "" for plugins that were handed in as objects."""

    kind: str
    plugin: str
    distribution: str
    contribution: Contribution

    @property
    def owner(self) -> str:
        """Name the claimant for people: the plugin, and its distribution when that says more."""
        if self.distribution in {"", self.plugin}:
            return self.plugin
        return f"{self.plugin} ({self.distribution})"


class Fault(Record, kw_only=False):
    """Something wrong with plugins: one sentence, how to mend it, and the plugin it is about ("" for several)."""

    what: str
    mend: str
    plugin: str = ""
