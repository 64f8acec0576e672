"""Programs that speak with other machines: only this machine may be spoken to without asking."""

import re
from collections.abc import Callable

from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.values import Hole, Stream, Text
from llmos_std.shell.knowledge.wording import words

_LOCAL = re.compile(r"(https?://)?(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(:\d+)?([/?#][^\s@`$]*)?")
_FOREIGN = Stream(None, Hole("computed"), True)
_CURL_VALUED = frozenset("AbcCDeEFHhKmoPQrtTuUwXyYzx d".replace(" ", ""))
_CURL_SENDS = re.compile(
    r"-[a-zA-Z]*[TKx]$|-[TKx]|--(upload-file|config|proxy\S*|preproxy|netrc\S*|cert|key|engine|unix-socket|connect-to|resolve|libcurl|trace\S*|dump-header|cookie-jar|cookie|egd-file|interface|doh-url|socks\S*|location-trusted|next)"
)
_CURL_DATA = re.compile(r"-[a-zA-Z]*[dF]|--(data\S*|form\S*|json|url-query)")
_QUIET = frozenset(["--version", "--help", "-V", "-h"])


def _curl(call: Call) -> Stream:
    words, urls, sends = list(call.arguments), list[Text](), False
    while words:
        word = words.pop(0)
        text = word.text
        if not text.startswith("-"):
            urls.append(word)
        elif _touches_files(call, text, words):
            call.ask("network-option", f"curl {word.shown} would use a file")
        elif _CURL_SENDS.match(text) and not text.startswith("--data"):
            call.ask("network-option", f"curl {word.shown} sends, stores or redirects more than it shows")
        elif re.fullmatch(r"-[a-zA-Z]*o|--output|--output-dir", text) and words:
            call.write(words.pop(0))
            call.state.has_foreign_files = True
        elif re.match(r"-[a-zA-Z]*[OJ]|--remote-name", text):
            call.state.has_foreign_files = True
        elif _CURL_DATA.match(text):
            value = (
                words.pop(0)
                if words and "=" not in text.partition("--")[2] and re.fullmatch(r"-[a-zA-Z]*[dF]|--[\w-]+", text)
                else word
            )
            sends = (
                sends
                or (text.startswith("--data-url") and "@" in value.text)
                or _is_file(value.text.lstrip("-dF") if value is word else value.text)
                or value.worst() not in (None, "plain")
            )
        elif text == "--url" and words:
            urls.append(words.pop(0))
        elif (
            re.fullmatch(
                r"-[a-zA-Z]*[AbcCDeEHmPQrtuUwXyYz]|--(header|request|user|user-agent|write-out|max-time|retry\S*|connect-timeout|referer|range|speed-\S+|limit-rate)",
                text,
            )
            and words
        ):
            value = words.pop(0)
            sends = sends or value.text.startswith("@")
    return _judged(call, urls, sends=sends)


def _touches_files(call: Call, option: str, after: list[Text]) -> bool:
    """Judge the short options by which curl reads or writes files; says whether one would be sent."""
    found = re.fullmatch(r"-[fgiIjklLnNsSvVGO0-9#a]*([bcDEw])(.*)", option)
    if found is None:
        return False
    letter, glued = found.groups()
    value = Text(glued) if glued else after[0] if after else Text()
    if letter in "cD" and value.text != "-":
        call.write(value)
    return letter == "E" or (letter == "b" and "=" not in value.text) or (letter == "w" and "%output" in value.text)


def _is_file(value: str) -> bool:
    return value.startswith(("@", "<")) or "=@" in value or "=<" in value


def _judged(call: Call, urls: list[Text], *, sends: bool) -> Stream:
    if sends:
        call.ask("sends-files", f"{call.name} would send what a file or a command says")
    is_local = bool(urls) and all(_LOCAL.fullmatch(url.text) and url.worst() in (None, "plain") for url in urls)
    if not is_local and not _QUIET & {word.text for word in call.arguments}:
        call.ask("network", f"{call.name} would speak with another machine")
    return _FOREIGN


def _wget(call: Call) -> Stream:
    words, urls = list(call.arguments), list[Text]()
    is_kept = True
    while words:
        word = words.pop(0)
        text = word.text
        if not text.startswith("-"):
            urls.append(word)
        elif re.fullmatch(r"-[a-zA-Z]*[OPoa]|--output-document|--directory-prefix|--output-file", text) and words:
            target = words.pop(0)
            is_kept = target.text != "-"
            if is_kept:
                call.write(target)
        elif re.match(
            r"--(post-file|body-file|post-data|body-data|use-askpass|execute|config|input-file|load-cookies|save-cookies|header|certificate|private-key|warc|method)|-[eiU]",
            text,
        ):
            call.ask("network-option", f"wget {word.shown} sends, stores or runs more than it shows")
    call.state.has_foreign_files = call.state.has_foreign_files or is_kept
    return _judged(call, urls, sends=False)


def _ping(call: Call) -> Stream:
    operands = [word for word in call.operands() if not word.text.isdigit()]
    return _judged(call, operands, sends=False)


def _speaks(call: Call) -> Stream:
    call.ask("network", f"{call.name} would speak with another machine")
    return _FOREIGN


def _connects(call: Call) -> Stream:
    call.ask("connection", f"{call.name} opens connections past every check")
    for word in call.arguments:
        if word.literal is not None and re.search(r"[\s;|&]", word.text):
            call.shell(word)
    return _FOREIGN


_SSH_OPTIONS = re.compile(
    r"-o(Compression|LogLevel|StrictHostKeyChecking|UserKnownHostsFile=/dev/null|IdentitiesOnly|DSAAuthentication|ConnectTimeout|ServerAlive\w+|BatchMode|PasswordAuthentication|ForwardAgent=no|Port|User)\b[=\w/]*|-[pil]\S+|-[46CqTtvx]+"
)


def _ssh(call: Call) -> Stream:
    """Allow to open a session on this machine or in a virtual one on it; ask about all else."""
    words, operands = [word.text for word in call.arguments], list[str]()
    while words:
        text = words.pop(0)
        if text in ("-o", "-p", "-i", "-l") and words:
            text += words.pop(0)
        if not text.startswith("-"):
            operands.append(text)
        elif not _SSH_OPTIONS.fullmatch(text) and text != "-oForwardAgent=yes":
            return _connects(call)
    is_local = len(operands) == 1 and _LOCAL.fullmatch(operands[0].rpartition("@")[2]) is not None
    return _FOREIGN if is_local and not any(word.holes for word in call.arguments) else _connects(call)


JUDGES: dict[str, Callable[[Call], Stream]] = {
    "curl": _curl, "wget": _wget, "ping": _ping, "ping6": _ping, "ssh": _ssh,
    **dict.fromkeys(words(
        """
        dig nslookup host whois traceroute tracepath mtr http https httpie xh aria2c axel lynx w3m links
        elinks fetch lwp-request finger rdate ntpdate nmap youtube-dl yt-dlp ftp lftp
        """
    ), _speaks),
    **dict.fromkeys(words(
        """
        nc ncat netcat socat telnet tftp scp sftp croc rclone sshfs mosh rsh rlogin rcp sshpass autossh ssh-
        copy-id ngrok cloudflared mail mailx mutt sendmail msmtp swaks
        """
    ), _connects),
}  # fmt: skip
