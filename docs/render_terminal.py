"""Draw what a command really prints as a picture of a terminal.

    python docs/render_terminal.py docs/images/demo.svg 35 -- llmos demo

Runs the command and draws its first lines as SVG, which every browser shows. Only the path of the temporary folder is
shortened; nothing else is changed.
"""
# ruff: noqa: INP001 – a script beside the pictures it draws, not a package

import re
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH = 100
LINE_PX, CHAR_PX, LEFT_PX, TOP_PX = 19, 8.0, 18, 58
_FOLDER = re.compile(r"/\S*/llmos-demo-\w+")


def output_of(command: list[str], limit: int) -> list[str]:
    """Return the first lines that a command prints, wrapped as a terminal would."""
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [
        line[start : start + WIDTH]
        for line in _FOLDER.sub("/tmp/llmos-demo", done.stdout).splitlines()  # noqa: S108 – only shown
        for start in range(0, max(1, len(line)), WIDTH)
    ]
    return [*lines[:limit], "…"] if len(lines) > limit else lines


def svg(command: str, lines: list[str]) -> str:
    """Return the picture: a frame, a prompt and the lines."""
    shown = [f"$ {command}", *lines]
    width, height = int(WIDTH * CHAR_PX) + 2 * LEFT_PX, TOP_PX + LINE_PX * len(shown)
    rows = "\n".join(
        f'<text x="{LEFT_PX}" y="{TOP_PX + LINE_PX * number}" class="{_class(line)}" xml:space="preserve">'
        f"{escape(line)}</text>"
        for number, line in enumerate(shown)
        if line.strip()
    )
    dots = "".join(
        f'<circle cx="{20 + 20 * place}" cy="20" r="6" fill="{colour}"/>'
        for place, colour in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>What the command {escape(command)} prints</title>
<style>
text {{ font: 13px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d7dae0 }}
.prompt {{ fill: #8be9a8; font-weight: bold }} .head {{ fill: #ffffff; font-weight: bold }} .good {{ fill: #8be9a8 }}
.figure {{ fill: #f5d67b }}
</style>
<rect width="{width}" height="{height}" rx="8" fill="#1e2127"/>
{dots}
{rows}
</svg>
"""


def _class(line: str) -> str:
    """Return how a line is coloured: the prompt, a heading, how a run ended, what it cost."""
    if line.startswith("$ "):
        return "prompt"
    if re.match(r"\d\. ", line):
        return "head"
    if line.startswith("   succeeded"):
        return "good"
    return "figure" if line.startswith(("model calls", "spent")) else "plain"


def main(path: str, limit: str, *command: str) -> None:
    """Draw the command's output into a file."""
    words = [word for word in command if word != "--"]
    Path(path).write_text(svg(" ".join(words), output_of(words, int(limit))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
