"""Plans that copy, rename, move and delete one file, or make a folder.

What has no tool of its own goes through Bash, where the policy decides. Nothing is overwritten by a move, and only a
single file whose plain name the goal gives is ever deleted.
"""

from llmos_std.providers.builtin.answers import joined
from llmos_std.providers.builtin.steps import (
    Plan,
    Steps,
    base_name,
    bash,
    join_path,
    plan,
    read,
    require_file,
    require_free,
    shell_words,
    write,
)


@plan(
    "(copy|duplicate) [the contents of] {file} (to|into|as) [@a] [new] [file] [@called] {to:file}",
    "(make|create|save) @a (copy|backup|backup copy|duplicate) of {file} (@called|as|to|in|into) {to:file}",
    "(back up|backup) {file} (to|as|into) {to:file}",
    "cp {file} {to:file}",
    tools="Read Write",
    about="to",
    fits=lambda file, to: file != to,
)
def copy(file: str, to: str) -> Steps:
    """Leave the text of one file in another too."""
    return (yield from _copied(file, to))


@plan(
    "copy {file} (to|into|in|inside) {folder}",
    "cp {file} {folder}",
    tools="Read Write",
)
def copy_into(file: str, folder: str) -> Steps:
    """Leave the text of a file in a file of the same name in a folder too."""
    return (yield from _copied(file, join_path(folder, base_name(file))))


@plan("rename {file} (to|as|into) {to:file}", tools="Glob Bash", about="to", fits=lambda file, to: file != to)
def rename(file: str, to: str) -> Steps:
    """Give a file another name; a new name without a folder stays in the old one's folder."""
    folder = file.rpartition("/")[0]
    return (yield from _moved(file, to if "/" in to else join_path(folder, to)))


@plan(
    "move {file} (to|as|into) {to:file}",
    "mv {file} {to:file}",
    tools="Glob Bash",
    about="to",
    fits=lambda file, to: file != to,
)
def move(file: str, to: str) -> Steps:
    """Move a file to another name, which must be free."""
    return (yield from _moved(file, to))


@plan("(move|put) {file} (to|into|in|inside) {folder}", "mv {file} {folder}", tools="Glob Bash")
def move_into(file: str, folder: str) -> Steps:
    """Move a file into a folder, which is made when it is missing."""
    return (yield from _moved(file, join_path(folder, base_name(file))))


@plan("(delete|remove|erase) {file}", "rm {file}", "get rid of {file}", tools="Glob Bash")
def delete(file: str) -> Steps:
    """Delete one file that the goal names."""
    yield from require_file(file)
    yield from bash(shell_words("rm", "--", file))
    return f"Deleted {file}."


_FOLDER = "(folder|directory|dir|subfolder|subdirectory)"


@plan(
    f"@make [me] [@a] [new] [empty] {_FOLDER} [@called] {{folder:name}}",
    f"@make [me] [@a] [new] [empty] {{folder:name}} {_FOLDER}",
    f"@make [me] [@a] [new] [empty] {_FOLDER} [@called] {{folder:name}} (in|inside|under) {{parent:folder}}",
    "mkdir [-p] {folder:name}",
    tools="Bash",
    about="folder",
)
def make_folder(folder: str, parent: str = "") -> Steps:
    """Make a folder; one that is already there stays as it is."""
    path = join_path(parent, folder)
    yield from bash(shell_words("mkdir", "-p", "--", path))
    return f"Made the folder {path}."


@plan(
    "@make [the|{count:number}] [new] [empty] (folders|directories) [@called|:] {folders:names}",
    tools="Bash",
    fits=lambda folders, count=0: count in (0, len(folders)),
)
def make_folders(folders: tuple[str, ...], count: int = 0) -> Steps:
    """Make several folders; `count` is what the goal says they are."""
    yield from bash(shell_words("mkdir", "-p", "--", *folders))
    return f"Made {count or 'the'} folders {joined(folders)}."


def _copied(file: str, to: str) -> Steps:
    text = yield from read(file)
    yield from write(to, text)
    return f"Copied {file} to {to}."


def _moved(file: str, to: str) -> Steps:
    yield from require_file(file)
    yield from require_free(to)
    yield from require_free(f"{to}/")
    folder = to.rpartition("/")[0]
    if folder:
        yield from bash(shell_words("mkdir", "-p", "--", folder))
    yield from bash(shell_words("mv", "-n", "--", file, to))
    return f"Moved {file} to {to}."


PLANS: tuple[Plan, ...] = (copy, copy_into, rename, move, move_into, delete, make_folder, make_folders)
