"""The plan that writes what the clause before it found into a file: `count the lines of a.txt and save it to n.txt`."""

from llmos_std.providers.builtin.steps import Plan, Steps, plan, write


@plan(
    "(@put|@place) {value:result} @into @new {file}",
    "(@put|@place) {value:result} @into [@a|the] [new] [text] file @called {file:name}",
    tools="Write",
    about="file",
    takes_value=True,
)
def save_value(file: str, value: str) -> Steps:
    """Leave the value of the clause before in a file, ended by a newline."""
    yield from write(file, value if value.endswith("\n") or not value else f"{value}\n")
    return f"Saved that to {file}."


PLANS: tuple[Plan, ...] = (save_value,)
