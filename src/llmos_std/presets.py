"""Named starting points for a configuration: plain tables of sections, as a TOML file would hold them.

A preset stands above the defaults and below everything that the user writes.
"""

from collections.abc import Mapping
from typing import Any

PRESETS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    # Little money and short runs: for trying things out.
    "development": {
        "kernel": {"budget_usd": "1.00"},
        "memory": {"enable_llm_matching": False},
        "model": {"max_turns": 6, "timeout_s": 120.0},
        "dispatcher": {"strategy": "speed-optimized"},
    },
    # Everything that saves money on the long run.
    "production": {
        "kernel": {"budget_usd": "100.00", "enable_scheduling": True, "enable_watchdog": True},
        "memory": {"enable_llm_matching": True},
        "model": {"max_turns": 20, "timeout_s": 600.0},
        "dispatcher": {"strategy": "auto", "auto_crystallization": True},
    },
    # The same every time and no network: the built-in planner answers, nothing runs beside the goal. The budget is
    # tiny but above nothing, since a budget of nothing would refuse every goal.
    "testing": {
        "kernel": {"budget_usd": "0.10", "enable_scheduling": False, "enable_watchdog": False},
        "memory": {"enable_llm_matching": False},
        "model": {"provider": "builtin", "max_turns": 10, "timeout_s": 30.0, "stream": False},
        "dispatcher": {"strategy": "auto", "auto_crystallization": False},
    },
}
