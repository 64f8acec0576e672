"""Draw the shares of learning that stand in docs/explanation/measures.md, so that nobody has to read a table.

    python docs/render_shares.py

The picture has no figure of its own: a test draws it again from the page and compares.
"""
# ruff: noqa: INP001 – a script beside the pages it draws, not a package

import re
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parent
PAGE, PICTURE = DOCS / "explanation" / "measures.md", DOCS / "images" / "learning.svg"
COLOURS = {
    "follow": "#2f9e63",
    "one call": "#8fd0a8",
    "unseen": "#cfd3da",
    "refused": "#e3c58b",
    "learn": "#d99a6c",
}
"""Share → its colour, in the order of the bars."""
MEANING = {
    "follow": "followed, no call",
    "one call": "one small call",
    "unseen": "log lacks a look",
    "refused": "small call refused",
    "learn": "to be learned",
}
_ROW = re.compile(r"^ *(\w+) known, half AB +wrong +(\d+) +(.+)$", re.MULTILINE)
_SHARE = re.compile(r"([a-z][a-z ]*?) +(\d+\.\d)%")
_LEFT, _WIDE, _TALL, _STEP, _TOP = 96, 620, 22, 34, 88
_STYLE = """text { font: 13px system-ui, "DejaVu Sans", sans-serif; fill: #22262e }
.head { font-weight: 600; font-size: 15px } .axis { fill: #6a7180 }"""
_LABEL_FROM = 6
"""Per cent from which a part of a bar has room for its figure."""


class Row(NamedTuple):
    """One bar: how many tasks of an intent were known, the wrong follows, and the shares in per cent."""

    known: str
    wrong: int
    shares: dict[str, float]


def rows(page: str) -> list[Row]:
    """Return the bars that a page of measures holds, in its order; ValueError when a share has no colour."""
    block = page.partition("<!-- measured: learning -->")[2].partition("<!-- end -->")[0]
    found = []
    for known, wrong, rest in _ROW.findall(block):
        shares = {name: float(share) for name, share in _SHARE.findall(rest)}
        if set(shares) != set(COLOURS):
            raise ValueError(f"the page has the shares {sorted(shares)}; the picture draws {sorted(COLOURS)}")
        found.append(Row(known, int(wrong), shares))
    return found


def drawn(bars: list[Row]) -> str:
    """Return the picture as SVG: one bar a row, the wrong follows in words on top."""
    high = _TOP + _STEP * len(bars) + 12
    head = f"A new task, when so many of its kind are known: {sum(bar.wrong for bar in bars)} followed wrongly"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDE + 24} {high}" role="img">',
        "<title>What several learned runs are worth for a new task of the kind</title>",
        f"<style>{_STYLE}</style>",
        f'<rect width="{_LEFT + _WIDE + 24}" height="{high}" rx="8" fill="#fbfbfa"/>',
        f'<text x="16" y="28" class="head">{head}</text>',
        *_legend(),
    ]
    for number, bar in enumerate(bars):
        parts += _bar(bar, _TOP + _STEP * number)
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> list[str]:
    parts, at = [], 16
    for name, colour in COLOURS.items():
        parts.append(f'<rect x="{at}" y="46" width="12" height="12" rx="2" fill="{colour}"/>')
        parts.append(f'<text x="{at + 17}" y="57">{MEANING[name]}</text>')
        at += 34 + 7 * len(MEANING[name])
    return parts


def _bar(bar: Row, top: int) -> list[str]:
    parts = [f'<text x="{_LEFT - 10}" y="{top + 16}" text-anchor="end" class="axis">{bar.known} known</text>']
    at = float(_LEFT)
    for name, colour in COLOURS.items():
        wide = bar.shares[name] * _WIDE / 100
        parts.append(f'<rect x="{at:.1f}" y="{top}" width="{wide:.1f}" height="{_TALL}" fill="{colour}"/>')
        if bar.shares[name] >= _LABEL_FROM:
            parts.append(
                f'<text x="{at + wide / 2:.1f}" y="{top + 16}" text-anchor="middle">{bar.shares[name]:g} %</text>'
            )
        at += wide
    return parts


if __name__ == "__main__":
    PICTURE.write_text(drawn(rows(PAGE.read_text("utf-8"))), "utf-8")
