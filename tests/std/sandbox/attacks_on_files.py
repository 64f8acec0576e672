"""Attempts on files: to read secrets, to write outside, to plant what runs by itself."""

from attack import ROOT, Attack, changed, exists

READING = [
    Attack("read-private-key", "print(open(S['home'] + '/.ssh/id_rsa').read())"),
    Attack("read-secret-outside", "print(open(S['outside'] + '/shadow').read())"),
    Attack("read-secret-by-shell", 'cat "$OUTSIDE/shadow"', tool="Bash"),
    Attack("read-secret-by-link", "os.symlink(S['outside'] + '/shadow', 'innocent'); print(open('innocent').read())"),
    Attack("read-secret-in-workspace", "print(open('.env').read())"),
    Attack("read-secret-behind-link", "print(open('linked/values').read())"),
    Attack("read-secret-by-renaming", "os.rename('.env', 'plain.txt'); print(open('plain.txt').read())"),
    Attack("read-secret-by-hard-link", "os.link('.env', 'plain.txt'); print(open('plain.txt').read())"),
    Attack(
        "read-environment-of-llmos",
        """
for pid in filter(str.isdigit, os.listdir('/proc')):
    try: print(open(f'/proc/{pid}/environ').read())
    except OSError: pass
""",
    ),
    Attack("read-command-line-of-llmos", "print(open(f\"/proc/{S['victim']}/cmdline\").read())"),
    Attack(
        "read-memory-of-llmos",
        "line = next(l for l in open(f\"/proc/{S['victim']}/maps\") if ' r' in l)\n"
        "memory = open(f\"/proc/{S['victim']}/mem\", 'rb'); memory.seek(int(line.split('-')[0], 16))\n"
        "pwned(len(memory.read(4)) == 4)",
    ),
    Attack(
        "read-memory-by-call",
        """
line = next(l for l in open(f"/proc/{S['victim']}/maps") if ' r' in l)
buffer = ctypes.create_string_buffer(4)
local = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 4)
remote = (ctypes.c_void_p * 2)(int(line.split('-')[0], 16), 4)
pwned(syscall(270 if ARM else 310, S['victim'], local, 1, remote, 1, 0) == 4)
""",
    ),
    Attack("follow-root-of-llmos", "print(open(f\"/proc/{S['victim']}/root{S['outside']}/shadow\").read())"),
    Attack(
        "open-by-handle",
        """
handle = ctypes.create_string_buffer(struct.pack('=Ii', 128, 0) + bytes(128))
mount = ctypes.c_int()
path = (S['outside'] + '/shadow').encode()
assert syscall(264 if ARM else 303, -100, path, handle, ctypes.byref(mount), 0) == 0
folder = os.open('.', os.O_RDONLY)
print(os.read(syscall(265 if ARM else 304, folder, handle, 0), 100).decode())
""",
        works_for=ROOT,
    ),
]


WRITING = [
    Attack("write-outside", "open(S['outside'] + '/file', 'w').write('x')", changed("outside", "file")),
    Attack("write-outside-by-shell", 'echo x > "$OUTSIDE/file"', changed("outside", "file"), tool="Bash"),
    Attack("create-outside", "open(S['outside'] + '/new', 'w').write('x')", exists("outside", "new")),
    Attack("delete-outside", "os.unlink(S['outside'] + '/file')", lambda scene: not scene.is_there("outside", "file")),
    Attack(
        "write-through-link",
        "os.symlink(S['outside'] + '/file', 'l'); open('l', 'w').write('x')",
        changed("outside", "file"),
    ),
    Attack(
        "write-through-folder-link",
        "os.symlink(S['outside'], 'd'); open('d/new', 'w').write('x')",
        exists("outside", "new"),
    ),
    Attack(
        "write-through-hard-link",
        "os.link(S['outside'] + '/file', 'h'); open('h', 'w').write('x')",
        changed("outside", "file"),
    ),
    Attack("write-by-dots", "open('../outside/file', 'w').write('x')", changed("outside", "file")),
    Attack(
        "write-by-descriptor-path",
        "d = os.open('..', os.O_PATH); open(f'/proc/self/fd/{d}/outside/file', 'w').write('x')",
        changed("outside", "file"),
    ),
    Attack("truncate-outside", "os.truncate(S['outside'] + '/file', 0)", changed("outside", "file")),
    Attack("chmod-outside", "os.chmod(S['outside'] + '/file', 0o777)", changed("outside", "file")),
    Attack("touch-outside", "os.utime(S['outside'] + '/file', (1, 1))", changed("outside", "file")),
    Attack("label-outside", "os.setxattr(S['outside'] + '/file', 'user.x', b'y')", changed("outside", "file")),
    Attack("move-outside", "os.rename(S['outside'] + '/file', 'mine')", exists("ws", "mine")),
    Attack("move-the-workspace", "os.rename(S['ws'], S['base'] + '/gone')", exists("gone")),
    Attack("write-readable-place", "open(S['readable'] + '/file', 'w').write('x')", changed("readable", "file")),
    Attack(
        "remount-writable",
        "for place in (S['readable'], '/'): libc.mount(None, place.encode(), None, 0x20 | 0x1000, None)\n"
        "open(S['readable'] + '/file', 'w').write('x')",
        changed("readable", "file"),
    ),
    Attack(
        "race-a-link",
        """
os.makedirs('in'); os.symlink('in', 'a'); os.symlink(S['outside'], 'b'); over = threading.Event()
def flip():
    while not over.is_set():
        os.rename('a', 'c'); os.rename('b', 'a'); os.rename('c', 'b')
thread = threading.Thread(target=flip); thread.start(); end = time.time() + 0.4; tries = 0
while time.time() < end or tries < 3000:
    tries += 1
    try: open('a/raced', 'w').close()
    except OSError: pass
over.set(); thread.join()
""",
        exists("outside", "raced"),
    ),
    Attack(
        "leave-in-shared-memory",
        "open('/dev/shm/' + S['mark'], 'w').write('x')",
        lambda scene: scene.is_in("/dev/shm/" + scene.mark),
    ),
    Attack(
        "leave-in-tmp", "open('/tmp/' + S['mark'], 'w').write('x')", lambda scene: scene.is_in("/tmp/" + scene.mark)
    ),
    Attack(
        "leave-shared-segment",
        "pwned(syscall(194 if ARM else 29, S['key'], 4096, 0o1600) >= 0)\nsyscall(195 if ARM else 31, "
        "syscall(194 if ARM else 29, S['key'], 4096, 0), 0, 0)",
    ),
]


GUARDED = [
    Attack("git-hook", "open('.git/hooks/pre-commit', 'w').write('x')", exists("ws", ".git", "hooks", "pre-commit")),
    Attack(
        "git-hook-by-shell", "echo x > .git/hooks/post-commit", exists("ws", ".git", "hooks", "post-commit"), "Bash"
    ),
    Attack(
        "git-hook-in-new-repository",
        "os.makedirs('sub/.git/hooks'); open('sub/.git/hooks/pre-commit', 'w').write('x')",
        exists("ws", "sub", ".git", "hooks", "pre-commit"),
    ),
    Attack(
        "git-hook-in-closed-folder",
        "os.makedirs('sub/.git/hooks'); open('sub/.git/hooks/pre-commit', 'w').write('x'); os.chmod('sub/.git', 0o311)",
        exists("ws", "sub", ".git", "hooks", "pre-commit"),
    ),
    Attack(
        "git-hook-in-place-of-closed-folder",
        "os.rename('above', 'away'); os.makedirs('above/shut/.git/hooks')\n"
        "open('above/shut/.git/hooks/pre-commit', 'w').write('x'); os.chmod('above/shut', 0o311)",
        exists("ws", "above", "shut", ".git", "hooks", "pre-commit"),
    ),
    Attack(
        "git-hook-in-fixed-folder",
        "os.makedirs('sub/.git/hooks'); open('sub/.git/hooks/pre-commit', 'w').write('x'); "
        "os.chmod('sub/.git/hooks', 0o555); os.chmod('sub/.git', 0o555)",
        exists("ws", "sub", ".git", "hooks", "pre-commit"),
    ),
    Attack(
        "git-hook-by-renaming",
        "os.makedirs('g/hooks'); open('g/hooks/pre-commit', 'w').write('x'); os.rename('g', 'sub2'); "
        "os.makedirs('n'); os.rename('sub2', 'n/.git')",
        exists("ws", "n", ".git", "hooks", "pre-commit"),
    ),
    Attack("git-config", "open('.git/config', 'a').write('[core]\\nfsmonitor = x')", changed("ws", ".git", "config")),
    Attack(
        "git-config-by-lock",
        "open('.git/config.lock', 'w').write('x'); os.rename('.git/config.lock', '.git/config')",
        changed("ws", ".git", "config"),
    ),
    Attack(
        "git-folder-swapped",
        "os.rename('.git', 'old'); os.makedirs('.git/hooks'); open('.git/config', 'w').write('x')",
        changed("ws", ".git", "config"),
    ),
    Attack("git-folder-as-file", "open('other/.git', 'w').write('gitdir: ../evil')", exists("ws", "other", ".git")),
    Attack(
        "git-folder-as-link", "os.symlink('../evil', 'other/.git')", lambda scene: scene.is_link("ws", "other", ".git")
    ),
    Attack("start-up-file", "open('.bashrc', 'w').write('x')", exists("ws", ".bashrc")),
    Attack(
        "start-up-file-deep",
        "os.makedirs('a/b'); open('a/b/.envrc', 'w').write('x')",
        exists("ws", "a", "b", ".envrc"),
    ),
    Attack("start-up-file-of-home", "open(S['home'] + '/.bashrc', 'a').write('x')", changed("home", ".bashrc")),
    Attack("start-up-file-existing", "open('.envrc', 'w').write('x')", changed("ws", ".envrc")),
    Attack(
        "start-up-file-behind-link",
        "open('linked/start', 'w').write('x')",
        changed("ws", "linked", "start"),
    ),
    Attack(
        "start-up-file-behind-moved-folder",
        "os.rename('linked', 'away'); os.makedirs('linked'); open('linked/start', 'w').write('x')",
        changed("ws", "linked", "start"),
    ),
    Attack(
        "start-up-file-behind-dangling-link",
        "open('nothing-yet', 'w').write('x')",
        exists("ws", "nothing-yet"),
    ),
    Attack(
        "editor-tasks",
        "os.makedirs('.vscode'); open('.vscode/tasks.json', 'w')",
        exists("ws", ".vscode", "tasks.json"),
    ),
    Attack(
        "continuous-integration",
        "os.makedirs('x/workflows'); open('x/workflows/evil.yml', 'w').write('x'); os.rename('x', '.github')",
        exists("ws", ".github", "workflows", "evil.yml"),
    ),
    Attack("llmos-config", "open('.llmos/config.toml', 'w').write('x')", changed("ws", ".llmos", "config.toml")),
    Attack(
        "llmos-plugin", "open('.llmos/plugins/evil.py', 'w').write('x')", exists("ws", ".llmos", "plugins", "evil.py")
    ),
    Attack(
        "llmos-folder-moved",
        "os.rename('.llmos', 'l'); os.makedirs('.llmos'); open('.llmos/config.toml', 'w').write('x')",
        changed("ws", ".llmos", "config.toml"),
    ),
    Attack("make-set-id", "open('s', 'w'); os.chmod('s', 0o4755)", lambda scene: scene.mode("ws", "s") & 0o6000 != 0),
    Attack(
        "create-set-id", "os.open('s', os.O_CREAT | os.O_WRONLY, 0o4755)", lambda s: s.mode("ws", "s") & 0o6000 != 0
    ),
]
