# ruff: noqa: E501
"""Interpreters: how they take inline code, and what in such code is not harmless."""

from llmos_std.shell.knowledge.wording import words

PYTHONS = words(
    """
    python python2 python3 python2.7 python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 pypy pypy3
    ipython
    """
)
EDITORS = words("vi view vim vimdiff nvim nano emacs ed ex gvim pico joe micro kak hx subl gedit kate mcedit")
NETWORK_MODULES = words(
    """
    http.server SimpleHTTPServer smtpd ftplib telnetlib webbrowser code pdb antigravity pyftpdlib idlelib
    xmlrpc.server wsgiref.simple_server ensurepip imaplib nntplib poplib
    """
)
"""Modules that offer or fetch something when python -m runs them."""
INLINE = {
    "node": (r"-e|-p|-pe|--eval|--print", r"require|import|process(?!\.(version|versions(\.\w+)?|platform|arch|pid|cwd\(\)|uptime\(\)|memoryUsage\(\)|hrtime\(\))(?![\w.(\[]))|child|eval|Function|global|fetch|constructor|module|this|fs\b|`|\[(?!\s*(?:(?:-?[\d.]+|'[^'\\]*'|\"[^\"\\]*\")\s*,?\s*)*\])|WebSocket|Reflect|Proxy"),
    "nodejs": (r"-e|-p|-pe|--eval|--print", r"require|import|process|child|eval|Function|global|fetch|constructor|module|this|fs\b|`|\[(?!\s*(?:(?:-?[\d.]+|'[^'\\]*'|\"[^\"\\]*\")\s*,?\s*)*\])|WebSocket|Reflect|Proxy"),

    "ruby": (r"-\w*e", r"`|system|exec|spawn|fork|File|IO|Dir|FileUtils|require|load|eval|send|open|Kernel|%x|Process|ENV|\bsh\b|instance|method|const|Object|ObjectSpace|trap|abort|syscall|Socket|Net|URI"),
    "php": (r"-r", r"system|exec|passthru|shell|popen|proc|eval|assert|file|fopen|unlink|rename|copy|mkdir|rmdir|include|require|`|\$\w+\(|call_user|curl|mail|socket|getenv|_ENV|_SERVER|base64|preg_replace|create_function|dl\(|link|chmod|touch|array_map|readfile|scandir|glob|phpinfo|ini_|header"),
    "lua": (r"-e", r"os\.(?!time|date|clock)|io\.|require|load|dofile|package|debug|_G|getfenv|\bos\b(?!\.(time|date|clock))"),
    "Rscript": (r"-e", r"system|unlink|file|source|eval|parse|url|download|write|save|Sys\.|shell|install|library|setwd|readRDS|load|do\.call|get\(|socket|pipe|cat\("),
    "osascript": (r"-e", r""), "tclsh": (r"-c", r""), "gnuplot": (r"-e", r""), "octave": (r"--eval", r""), "julia": (r"-e|-E|--eval", r""), "elixir": (r"-e", r""), "ghci": (r"-e", r""), "clojure": (r"-e", r""), "scala": (r"-e", r""), "groovy": (r"-e", r""), "guile": (r"-c", r""), "sbcl": (r"--eval", r""), "racket": (r"-e", r""), "swipl": (r"-g", r""), "expect": (r"-c", r""), "erl": (r"-eval", r""), "luajit": (r"-e", r""), "crystal": (r"eval", r""), "dart": (r"-e", r""),
}  # fmt: skip
"""Interpreter → the options before inline code, and what in such code is not harmless ("": any code)."""
