"""The JSON Schema of the configuration that the installed plugins make, as text."""

from __future__ import annotations

import json
import os
from pathlib import Path

from llmos_core.config.paths import find_paths
from llmos_core.config.schema import schema_of
from llmos_core.config.sources import read_sources
from llmos_core.plugins.discovery import discover
from llmos_core.plugins.registry import Registry
from llmos_core.plugins.snapshot import open_host
from llmos_std.presets import PRESETS


def schema_text(workspace: str | None, *, project: bool = False) -> str:
    """Return the schema as JSON, indented, ending with a line end; it works whatever is wrong with the files."""
    paths = find_paths(None if workspace is None else Path(workspace))
    switches = read_sources(paths, os.environ, presets=PRESETS).switches()
    host = open_host(discover(), disabled=switches.disabled, cache=paths.user_cache)
    registry = Registry(host, prefer=switches.prefer)
    made = schema_of(registry.sections(), presets=PRESETS, is_complete=registry.is_complete, project=project)
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
