"""Law: what the keeper does in a program's place has the very result that the program would have had bare.

Many small deeds are drawn from a seed and done in one program, which tells each result; bare and confined must tell the
same and leave the same. What fails must fail, but in odd corners (a link with a slash behind it) by another error.
"""

from pathlib import Path

import pytest
from boxes import Box, skip_without

DEEDS = """
import os, random, stat
draw = random.Random({seed})
names = ["a", "b", "d", "d/a", "d/b", "d/e", "d/e/a", "./a", "d/../b", "none/a", "d/", "d/e/../../a", "a/b"]
flags = [os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_CREAT, os.O_RDWR | os.O_CREAT | os.O_TRUNC,
         os.O_WRONLY | os.O_CREAT | os.O_EXCL, os.O_WRONLY | os.O_APPEND | os.O_CREAT, os.O_WRONLY | os.O_NOFOLLOW,
         os.O_RDONLY | os.O_CREAT, os.O_WRONLY | os.O_TRUNC, os.O_RDWR | os.O_DIRECTORY]
here = os.open(".", os.O_RDONLY)

def path():
    name = draw.choice(names)
    return os.getcwd() + "/" + name if draw.random() < 0.3 else name

def use():
    mode, folder = draw.choice([0o600, 0o644, 0o777]), draw.choice([None, here])
    descriptor = os.open(path(), draw.choice(flags), mode, dir_fd=folder)
    try:
        wrote = os.write(descriptor, b"xyz") if draw.random() < 0.8 else 0
        os.fchmod(descriptor, draw.choice([0o700, 0o750]))
        return wrote, os.get_inheritable(descriptor)
    finally:
        os.close(descriptor)

def look():
    found = os.stat(path(), follow_symlinks=draw.random() < 0.5)
    return stat.filemode(found.st_mode), found.st_nlink, found.st_size if stat.S_ISREG(found.st_mode) else 0

deeds = [
    use, use, use, look,
    lambda: os.mkdir(path(), draw.choice([0o700, 0o777])),
    lambda: os.mkdir(path()),
    lambda: os.rmdir(path()),
    lambda: os.unlink(path()),
    lambda: os.rename(path(), path()),
    lambda: os.replace(path(), path(), src_dir_fd=here, dst_dir_fd=here),
    lambda: os.link(path(), path(), follow_symlinks=False),
    lambda: os.symlink(draw.choice(["a", "d", "e/a", "none"]), path()),
    lambda: os.readlink(path()),
    lambda: os.chmod(path(), draw.choice([0o700, 0o755])),
    lambda: os.truncate(path(), draw.choice([0, 2, 9])),
    lambda: (os.utime(path(), (1, draw.randrange(9))), min(int(os.stat("a").st_mtime), 99)),
    lambda: os.utime(path()),
    lambda: os.umask(draw.choice([0o022, 0o077])),
    lambda: sorted(os.listdir(path())),
    lambda: open(path(), "rb").read(),
]
for number in range({count}):
    deed = draw.choice(deeds)
    try:
        told = deed()
    except OSError:
        told = "failed"
    print(number, deeds.index(deed), told)
for folder, folders, files in os.walk("."):
    for name in sorted(folders + files):
        place = os.path.join(folder, name)
        print(place, stat.filemode(os.lstat(place).st_mode), os.lstat(place).st_nlink if name in files else "")
"""


@pytest.mark.parametrize("seed", range(12))
def test_small_deeds_have_the_result_that_they_have_bare(tmp_path: Path, seed: int) -> None:
    skip_without("landlock")
    told = []
    for tier in ("none", "landlock"):
        folder = tmp_path / tier
        folder.mkdir()
        told.append(Box(folder, tier).python(DEEDS.format(seed=seed, count=400))[1].splitlines())
    bare, confined = told
    first = next((place for place, pair in enumerate(zip(bare, confined, strict=False)) if pair[0] != pair[1]), None)
    assert first is None, (bare[first], confined[first])
    assert len(bare) == len(confined)
