"""Python inside a command line: harmless only when every name, call and import in it is known to be."""

import ast
import re

from llmos_std.shell.knowledge.wording import words

_MODULES = words(
    """
    json sys math re time datetime random string collections itertools functools platform statistics textwrap base64
    hashlib uuid decimal fractions struct binascii html calendar pprint operator csv zlib unicodedata __future__
    typing enum dataclasses bisect heapq numbers keyword this locale cmath copy secrets difflib ipaddress colorsys
    sysconfig ast tokenize secrets
    """
)
_DANGEROUS_MODULES = words(
    """
    os subprocess shutil socket urllib requests http ftplib smtplib ctypes importlib builtins pty pickle marshal
    shelve asyncio multiprocessing threading signal tempfile glob pathlib io codecs code codeop runpy pip ensurepip
    venv webbrowser telnetlib imaplib poplib nntplib xmlrpc ssl select selectors socketserver mmap resource fcntl
    posix nt winreg msvcrt _winapi sqlite3 dbm zipfile tarfile gzip bz2 lzma httpx aiohttp paramiko fabric boto3
    urllib3 psutil pexpect sh plumbum invoke docker pwd grp spwd crypt getpass keyring dotenv inspect gc site
    sitecustomize pkgutil zipimport imp types ctypes.util cffi yaml antigravity rlcompleter cmd pdb bdb trace
    faulthandler atexit sched concurrent timeit doctest cProfile profile pydoc distutils setuptools unittest fileinput
    linecache netrc mailbox zipapp turtle tkinter configparser compileall py_compile lib2to3 readline curses tty
    termios syslog wsgiref modulefinder symtable
    """
)
_REACHING_MODULES = words(
    """
    git dill cloudpickle joblib pyperclip pynput keyboard mouse mss pyautogui sounddevice pyaudio browser_cookie3
    selenium playwright tweepy slack_sdk telegram kubernetes redis pymongo sqlalchemy mysql psycopg2 psycopg google
    azure scapy mechanize scrapy websocket websockets zmq pika kafka ldap3 netmiko Xlib
    """
)
"""Modules of others that reach out of the program: to look at their version is all that is harmless."""

_NAMES = frozenset(
    [
        "exec",
        "eval",
        "compile",
        "__import__",
        "getattr",
        "setattr",
        "delattr",
        "globals",
        "locals",
        "vars",
        "breakpoint",
        "input",
        "memoryview",
        "__builtins__",
        "__loader__",
        "help",
        "raw_input",
        "execfile",
        "file",
        "reload",
        "super",
        "classmethod",
    ]
)
_ATTRIBUTES = words(
    """
    system popen modules os sys codecs io subprocess spawn spawnl spawnv execv execl execve remove unlink rmtree
    rmdir rename write_text write_bytes truncate chmod chown symlink link kill fork environ getenv putenv connect
    send sendall sendto request urlopen urlretrieve post put patch run call Popen check_output check_call getoutput
    load_module exec_module import_module builtins func_globals gi_frame cr_frame f_globals f_locals f_builtins
    tb_frame tofile to_csv to_pickle savetxt save makedirs mkdir open startfile walk_packages attrgetter
    methodcaller _getframe settrace setprofile meta_path path_hooks addaudithook breakpointhook displayhook
    excepthook eval exec Timer FileHandler fileConfig dictConfig VideoCapture VideoWriter imwrite
    excepthook install main inplace format_map FileInput hook_compressed hook_encoded
    """
)
_OF_OS = frozenset(["getcwd", "path", "listdir", "sep", "name", "cpu_count", "uname", "linesep", "curdir"])
_PATH = re.compile(
    r"[~/]|.*(\w://|\.env|\.ssh|\.aws|id_rsa|\.pem|secret|passw|token|credential|\.\./)", re.IGNORECASE | re.DOTALL
)
_DUNDERS = frozenset(["__version__", "__file__", "__name__", "__doc__", "__len__", "__path__"])
_PRINT = re.compile(r"\bprint\s+(?![=(])([^;\n]+)")
_PRINT_BRACKET = re.compile(r"\bprint\s+(?!=)([^;\n]+)")
_READS = frozenset(["r", "rb", "rt"])


def objections(code: str) -> str:
    """Return what in Python code is not known to be harmless, "" when nothing is left to object to."""
    tree = _parsed(code)
    if tree is None:
        return "something unreadable"
    nodes = list(ast.walk(tree))
    opened = sum(isinstance(node, ast.Call) and _is_name(node.func, "open") for node in nodes)
    if sum(_is_name(node, "open") for node in nodes) > opened:
        return "open under another name"
    used = sum(isinstance(node, ast.Attribute) and _is_name(node.value, "os") and node.attr in _OF_OS for node in nodes)
    if sum(_is_name(node, "os") for node in nodes) > used:
        return "the module os"
    imported = {each.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for each in node.names}
    imported |= {(node.module or "").partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
    if (reaching := imported & _REACHING_MODULES) and any(
        isinstance(node, ast.Call) and not _is_name(node.func, "print") for node in nodes
    ):
        return f"the module {min(reaching)}"
    return next(filter(None, map(_objection, nodes)), "")


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _parsed(code: str) -> ast.AST | None:
    for text in (code, _PRINT.sub(r"print(\1)", code), _PRINT_BRACKET.sub(r"print(\1)", code)):
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None


def _objection(node: ast.AST) -> str:  # noqa: PLR0911
    match node:
        case ast.Import(names=names):
            return next(
                (
                    f"the module {each.name}"
                    for each in names
                    if not _is_module(each.name) and (each.name != "os" or each.asname)
                ),
                "",
            )
        case ast.ImportFrom(module=module, names=names, level=level):
            is_known = (
                bool(module)
                and not level
                and _is_module(module or "")
                and not any(each.name in _ATTRIBUTES or each.name == "*" for each in names)
            )
            return "" if is_known else f"the module {module}"
        case ast.Name(id=name):
            return f"the name {name}" if name in _NAMES or (name.startswith("__") and name not in _DUNDERS) else ""
        case ast.Attribute(attr=attr):
            is_hidden = attr.startswith("_") and attr not in _DUNDERS
            return f"the attribute {attr}" if attr in _ATTRIBUTES or is_hidden else ""
        case ast.Call(func=ast.Name(id="open")):
            return _opened(node)
        case ast.With() | ast.AsyncWith() | ast.ClassDef() | ast.AsyncFunctionDef() | ast.Await():
            return "" if isinstance(node, ast.With) else "an unusual statement"
        case ast.Constant(value=str() as text):
            if _PATH.match(text) and len(text) > 1 and not text.isspace():
                return f"the text {text!r}"
            return (
                "a name with underscores"
                if re.search(r"__\w+__", text) and not re.fullmatch(r"__(main|version|name)__", text)
                else ""
            )
    return ""


def _is_module(name: str) -> bool:
    first = name.partition(".")[0]
    return (
        name in ("urllib.parse", "importlib.metadata")
        or (first in _MODULES and "." not in name)
        or (first not in _DANGEROUS_MODULES and first not in _MODULES and not first.startswith("_"))
    )


def _opened(node: ast.Call) -> str:
    """Return what is wrong with a call of open(): only plain files of the workspace that are read are fine."""
    path = node.args[0] if node.args else None
    modes = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    is_reading = all(isinstance(mode, ast.Constant) and mode.value in _READS for mode in modes)
    extra = any(keyword.arg not in ("mode", "encoding", "newline", "errors") for keyword in node.keywords)
    is_plain = (
        isinstance(path, ast.Constant)
        and isinstance(path.value, str)
        and re.fullmatch(r"(?!\.|/|.*\.\.)[\w./-]+", path.value)
    )
    if (
        not is_reading
        or extra
        or not is_plain
        or re.search(r"secret|passw|\.env|\.pem|key|token|cred", str(getattr(path, "value", "")), re.IGNORECASE)
    ):
        return "what open() opens"
    return ""
