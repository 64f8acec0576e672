"""What holds for every test: Hypothesis has no time limits, since the machine may be busy, and repeats its examples.

So a red run shows the change it was run for. `nox -s laws` sets LLMOS_DRAW and draws new examples each time; the
variable is taken away here, since llmos would warn of it as of any LLMOS_ name that sets nothing.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "llmos",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.pop("LLMOS_DRAW", None) is None,
)
settings.load_profile("llmos")

for _name in ("NO_PROXY", "no_proxy"):  # the servers of the tests are on this machine, where no proxy finds them
    os.environ[_name] = ",".join(filter(None, (os.environ.get(_name), "127.0.0.1", "localhost")))
