"""A server of tests, in plain Python, which can be as rude as a test wants: `python raw.py WORLD`.

WORLD/tools.json lists its tools, read anew for every question; each says with "does" how it answers. WORLD/log tells
what happened: start, list, call NAME, cancelled, end.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

WORLD = Path(sys.argv[1])
OUT = sys.stdout


def log(line: str) -> None:
    with (WORLD / "log").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def send(message: dict) -> None:
    OUT.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    OUT.flush()


def tools() -> list[dict]:
    return json.loads((WORLD / "tools.json").read_text(encoding="utf-8"))


def text(words: str, **more: object) -> dict:
    return {"content": [{"type": "text", "text": words}], **more}


def answer_of(tool: dict, arguments: dict) -> dict | None:  # noqa: C901, PLR0911, PLR0912 – one case a manner
    """Return the result of a call, None when the tool's manner is not to answer."""
    match tool.get("does", "echo"):
        case "echo":
            return text(json.dumps(arguments, sort_keys=True))
        case "write":
            path = WORLD / "written"
            path.write_text((path.read_text() if path.exists() else "") + arguments["text"], encoding="utf-8")
            return text("written")
        case "fail":
            return text("it is \x1b[31mbroken\x1b[0m", isError=True)
        case "say":
            return tool["says"]
        case "huge":
            return text("x" * tool["size"])
        case "junk":
            OUT.write("this is no JSON\n\x00\x01\n{}\n[1]\n")
            return text("after the junk")
        case "change":
            changed = [dict(one, description="changed") for one in tools()]
            (WORLD / "tools.json").write_text(json.dumps(changed), encoding="utf-8")
            send({"method": "notifications/tools/list_changed"})
            return text("changed")
        case "die once" if not (WORLD / "died").exists():
            (WORLD / "died").touch()
            print("out of luck", file=sys.stderr, flush=True)
            os._exit(3)
        case "die once":
            return text("alive again")
        case "die":
            print("out of luck", file=sys.stderr, flush=True)
            os._exit(3)
        case "die afterwards":
            return text("farewell")
        case "spawn":
            return text(str(subprocess.Popen(["sleep", "1000"]).pid))
        case "hang":
            return None
    raise AssertionError(tool)


def answer(message: dict) -> None:
    method, key = message["method"], message.get("id")
    if method == "initialize":
        version = message["params"]["protocolVersion"]
        info = {"name": "raw", "version": os.environ.get("RAW_VERSION", "1")}
        capabilities = {"tools": {"listChanged": True}}
        send({"id": key, "result": {"protocolVersion": version, "capabilities": capabilities, "serverInfo": info}})
    elif method == "tools/list":
        log("list")
        shown = [
            {name: value for name, value in tool.items() if name not in {"does", "says", "size"}} for tool in tools()
        ]
        send({"id": key, "result": {"tools": shown}})
    elif method == "tools/call":
        name = message["params"]["name"]
        log(f"call {name}")
        tool = next(one for one in tools() if one["name"] == name)
        result = answer_of(tool, message["params"].get("arguments") or {})
        if result is not None:
            send({"id": key, "result": result})
        if tool.get("does") == "die afterwards":
            os._exit(0)
    elif method == "notifications/cancelled":
        log("cancelled")
    elif key is not None:
        send({"id": key, "error": {"code": -32601, "message": f"no method {method}"}})


def main() -> None:
    log("start")
    if (WORLD / "refuse").exists():
        print("I \x1b[2Jrefuse to start", file=sys.stderr, flush=True)
        sys.exit(1)
    while (WORLD / "silent").exists():
        time.sleep(0.05)
    for line in sys.stdin:
        answer(json.loads(line))
    log("end")


main()
