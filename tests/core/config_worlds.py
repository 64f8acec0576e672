"""Sections with every type of field, and a world of folders to read configurations from."""

# ruff: noqa: RUF009 – the field makers stand for attrs.field

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import tomli_w

from llmos_core.config.fields import flag, fraction, money, text, text_table, texts, whole
from llmos_core.config.loading import Config, load_config
from llmos_core.config.sources import Sources, read_sources
from llmos_core.protocols.context import Paths
from llmos_core.types.record import Record, field


class Inner(Record):
    depth: int = whole(1, least=0, help="how deep")
    label: str = text("in", help="what it says")


def as_inner(value: Any) -> Any:
    return value if isinstance(value, Inner) else Inner(**value)


class Sample(Record):
    """Every type that a section may have."""

    word: str = text("word", help="a word")
    count: int = whole(3, least=0, help="a count")
    part: float = fraction(0.5, help="a part")
    ready: bool = flag(False, help="whether")
    cost: Decimal = money("1.5", help="a cost")
    limit: Decimal | None = money(None, help="a limit")
    names: tuple[str, ...] = texts(help="names")
    labels: dict[str, str] = text_table(help="labels")
    extra: dict[str, Any] = field(factory=dict)
    inner: Inner = field(factory=Inner, converter=as_inner)
    owned: str = field(default="mine", metadata={"user_only": True})


class Pair(Record):
    """Two fields that must agree."""

    low: int = 1
    high: int = 2

    def __attrs_post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"'low' ({self.low}) is above 'high' ({self.high})")


@attrs.frozen(kw_only=True)
class Careless:
    """What a stranger may write: no converters, no validators."""

    names: tuple[str, ...] = ()
    cost: Decimal = Decimal(1)
    inner: Inner = Inner()


@attrs.frozen(kw_only=True)
class Keeper:
    api_key: str = attrs.field(default="", validator=attrs.validators.max_len(3))


SECTIONS: Mapping[str, type[Any]] = {
    "sample": Sample,
    "pair": Pair,
    "deep.nested-one": Sample,
    "careless": Careless,
    "keeper": Keeper,
}


class World:
    """Folders under one root, with a user file and a project file."""

    def __init__(self, root: Path) -> None:
        self.paths = Paths(
            workspace=root / "work",
            user_config=root / "home" / "config.toml",
            user_data=root / "home" / "data",
            user_state=root / "home" / "state",
            user_cache=root / "home" / "cache",
        )
        self.project_file = self.paths.house / "config.toml"
        self.paths.house.mkdir(parents=True, exist_ok=True)
        self.paths.user_config.parent.mkdir(exist_ok=True)

    def write(self, user: Any = None, project: Any = None) -> None:
        for path, content in ((self.paths.user_config, user), (self.project_file, project)):
            path.unlink(missing_ok=True)
            if isinstance(content, Mapping):
                path.write_text(tomli_w.dumps(content))
            elif content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def sources(self, environ: Mapping[str, str] | None = None, **more: Any) -> Sources:
        return read_sources(self.paths, environ or {}, **{"project_file": self.project_file, **more})

    def load(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        sections: Mapping[str, type[Any]] = SECTIONS,
        is_complete: bool = True,
        plugins: str = "p1",
        **more: Any,
    ) -> Config:
        return load_config(self.sources(environ, **more), sections, is_complete=is_complete, plugins=plugins)
