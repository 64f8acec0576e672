"""Plans that compute, run a given command or program, and fetch a page."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from llmos_std.providers.builtin.answers import counted
from llmos_std.providers.builtin.arithmetic import evaluate, number_of, shown
from llmos_std.providers.builtin.names import Pronoun
from llmos_std.providers.builtin.steps import (
    Answer,
    Plan,
    Steps,
    Told,
    UnsureError,
    Wish,
    bash,
    plan,
    read,
    shell_words,
    write,
)

HTTP_OK = 200
_CUT = "the rest was cut …\n"
_NUMBERS = "[(all|all of)] [the] (numbers|values) (in|of|from) {file}"
_ASK = "[@get|compute|calculate|work out|find|how much is] [the]"


@plan(
    "(what is|what's|whats|compute|calculate|work out|evaluate|how much is|solve) {expression:sum}",
    "{expression:sum}",
    gives="number value",
)
def compute(expression: str) -> Told:
    """Answer with the exact value of a sum; no tool is needed."""
    yield from ()  # a plan is a generator, also when it wishes for nothing
    result = evaluate(expression)
    value = "not defined" if result is None else shown(result)
    return Answer(f"{expression} is {value}.", value)


@plan(
    f"(sum|sum up|add up|total|add together) {_NUMBERS}",
    f"{_ASK} (sum|total) of {_NUMBERS} [?]",
    tools="Read",
    gives="sum total number",
)
def add_up(file: str) -> Told:
    """Answer with the sum of a file of numbers."""
    return (yield from _reckoned(file, "sum", sum))


@plan(f"{_ASK} (average|mean) of {_NUMBERS} [?]", f"average {_NUMBERS}", tools="Read", gives="average mean number")
def average(file: str) -> Told:
    """Answer with the mean of a file of numbers."""
    return (yield from _reckoned(file, "average", lambda numbers: sum(numbers, Fraction(0)) / len(numbers)))


@plan(
    f"{_ASK} (largest|biggest|highest|greatest|maximum|max) (number|value) (in|of) {{file}} [?]",
    f"{_ASK} (maximum|max|largest|biggest|highest) of {_NUMBERS} [?]",
    tools="Read",
    gives="number value",
)
def largest(file: str) -> Told:
    """Answer with the largest number of a file of numbers."""
    return (yield from _reckoned(file, "largest number", max))


@plan(
    f"{_ASK} (smallest|lowest|minimum|min) (number|value) (in|of) {{file}} [?]",
    f"{_ASK} (minimum|min|smallest|lowest) of {_NUMBERS} [?]",
    tools="Read",
    gives="number value",
)
def smallest(file: str) -> Told:
    """Answer with the smallest number of a file of numbers."""
    return (yield from _reckoned(file, "smallest number", min))


@plan(
    "(run|execute) [the] [(command|shell command)] [:] {command}",
    "(run|execute) [the] (command|shell command) {command} in [the|a] (shell|terminal|bash)",
    "(run|execute) {command} in [the|a] (shell|terminal|bash)",
    tools="Bash",
    gives="text",
)
def run(command: str) -> Told:
    """Run exactly the command of the goal, which must succeed; answer with what it printed."""
    return (yield from _ran(command))


@plan(
    "(run|execute) [the] [python] [script|program] {file} [with python|using python]",
    "(python|python3) {file}",
    tools="Bash",
    about="file",
    fits=lambda file: isinstance(file, Pronoun) or file.endswith(".py"),
    gives="text",
)
def run_script(file: str) -> Told:
    """Run a Python program of the workspace; answer with what it printed."""
    return (yield from _ran(shell_words("python3", file)))


@plan(
    "(download|fetch|get|save|load) [the] [(page|file|url|contents) [at|from|of]] {url} (to|into|as|in) @new {file}",
    "(download|fetch|get|load) [the] [(page|file|url|contents) [at|from|of]] {url} @result {file}",
    tools="WebFetch Write",
    about="file",
)
def download(url: str, file: str) -> Steps:
    """Leave what a web address answers in a file."""
    text = yield from _fetched(url)
    yield from write(file, text)
    return f"Saved {counted(len(text), 'character')} from {url} to {file}."


@plan("(download|fetch|get|load|show|show me) [the] [(page|contents|content) (at|from|of)] {url}", tools="WebFetch")
def fetch(url: str) -> Steps:
    """Answer with what a web address answers."""
    text = yield from _fetched(url)
    return text


def _ran(command: str) -> Told:
    output = yield from bash(command)
    answer = output.removesuffix("\n") if output.strip() else f"`{command}` succeeded and printed nothing."
    return Answer(answer, output)


def _fetched(url: str) -> Steps:
    page = yield Wish("WebFetch", {"url": url})
    status, text = (page.get("status"), page.get("text")) if isinstance(page, Mapping) else (None, None)
    if status != HTTP_OK or not isinstance(text, str):
        raise UnsureError(f"{url} did not answer with a page of text")
    if text.endswith(_CUT):
        raise UnsureError(f"the page at {url} is too big to be fetched whole")
    return text


def _reckoned(file: str, what: str, reckon: Callable[[list[Fraction]], Fraction | int]) -> Told:
    """Answer with one number drawn from a file in which everything is a number."""
    text = yield from read(file)
    if re.search(r"\d,\d{3}(?!\d)", text):
        raise UnsureError(f"a comma in the numbers of {file} could separate thousands or numbers")
    numbers = [number_of(word) for word in re.split(r"[\s,;]+", text.strip()) if word]
    known = [number for number in numbers if number is not None]
    if not known or len(known) != len(numbers):
        raise UnsureError(f"{file} holds something else than numbers")
    value = shown(Fraction(reckon(known)))
    return Answer(f"The {what} of {counted(len(known), 'number')} in {file} is {value}.", value)


PLANS: tuple[Plan, ...] = (compute, add_up, average, largest, smallest, run, run_script, download, fetch)
