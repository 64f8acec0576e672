"""Attempts on everything else: network and sockets, other processes, shares of the machine, rights of the kernel."""

from attack import ROOT, Attack, exists

REACHING = [
    Attack("tcp", "socket.create_connection(('127.0.0.1', S['tcp']), 2)", lambda scene: scene.was_called("tcp")),
    Attack("tcp-by-shell", "exec 3<>/dev/tcp/127.0.0.1/$TCP", lambda scene: scene.was_called("tcp"), tool="Bash"),
    Attack(
        "udp",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', S['udp']))",
        lambda scene: scene.was_called("udp"),
    ),
    Attack(
        "abstract-socket",
        "s = socket.socket(socket.AF_UNIX); s.settimeout(2); s.connect('\\0' + S['mark'])",
        lambda scene: scene.was_called("abstract"),
    ),
    Attack(
        "host-socket",
        "s = socket.socket(socket.AF_UNIX); s.settimeout(2); s.connect(S['outside'] + '/docker.sock')",
        lambda scene: scene.was_called("outside"),
    ),
    Attack(
        "host-socket-in-workspace",
        "s = socket.socket(socket.AF_UNIX); s.settimeout(2); s.connect('agent.sock')",
        lambda scene: scene.was_called("inside"),
    ),
    Attack(
        "datagram-by-pair",
        "a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); a.sendto(b'x', S['outside'] + '/log.sock')",
        lambda scene: scene.was_called("log"),
    ),
    Attack("packet-socket", "socket.socket(socket.AF_PACKET, socket.SOCK_RAW); pwned()", works_for=ROOT),
    Attack("crypto-socket", "socket.socket(38, socket.SOCK_SEQPACKET); pwned()", works_for=frozenset()),
    Attack("terminal-of-user", "open(S['terminal'], 'w').write('x')", lambda scene: scene.terminal_has_text()),
]


PROCESSES = [
    Attack("kill-another", "os.kill(S['victim'], 15)", lambda scene: scene.victim_is_dead()),
    Attack("kill-by-shell", "kill -9 $VICTIM", lambda scene: scene.victim_is_dead(), tool="Bash"),
    Attack("signal-llmos", "os.kill(S['llmos'], 10); os.kill(os.getppid(), 0)", lambda scene: scene.was_signalled()),
    Attack("ptrace", "pwned(syscall(117 if ARM else 101, 16, S['victim'], 0, 0) == 0)"),
    Attack("steal-descriptor", "p = os.pidfd_open(S['victim']); pwned(syscall(438, p, 0, 0) >= 0)"),
    Attack(
        "limit-another",
        "import resource; resource.prlimit(S['victim'], resource.RLIMIT_CPU, (77, 77))",
        lambda scene: scene.victim_is_limited(),
    ),
    Attack(
        "daemon",
        """
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', S['mark']], env={}, start_new_session=True,
                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
""",
        lambda scene: scene.outlived(),
    ),
    Attack(
        "daemon-by-shell",
        "(env -i setsid sh -c 'echo > begun; while :; do sleep 1; done; : '$MARK >/dev/null 2>&1 &)"
        "; until test -e begun; do sleep 0.05; done",
        lambda scene: scene.outlived(),
        tool="Bash",
    ),
    Attack(
        "many-processes",
        """
for _ in range(150):
    if os.fork() == 0:
        os.setpgid(0, 0); time.sleep(S['patience'] + 5); os._exit(0)
time.sleep(S['patience']); pwned()
""",
    ),
    Attack("much-memory", "x = bytearray(400 << 20); x[::4096] = b'x' * len(x[::4096]); pwned()"),
    Attack(
        "much-shared-memory",
        "import mmap; x = mmap.mmap(-1, 400 << 20); page = bytes(1 << 20)\n"
        "for _ in range(400): x.write(page)\ntime.sleep(S['patience']); pwned()",
    ),
    Attack(
        "much-memory-in-parts",
        """
for _ in range(4):
    if os.fork() == 0:
        x = bytearray(100 << 20); x[::4096] = b'x' * len(x[::4096]); time.sleep(S['patience'] + 5); os._exit(0)
time.sleep(S['patience']); pwned()
""",
    ),
    Attack("large-file", "open('large', 'wb').write(bytes(24 << 20)); pwned(os.path.getsize('large') >= 24 << 20)"),
    Attack(
        "many-large-files",  # far more than is allowed: the disk is also others', who may just have tidied up
        """
for n in range(30):
    with open(f'more{n}', 'wb') as file: os.posix_fallocate(file.fileno(), 0, 4 << 20)
for n in range(18):
    with open(f'large{n}', 'wb') as file: file.write(os.urandom(1 << 20) * 4); file.flush(); os.fsync(file.fileno())
time.sleep(S['patience']); pwned()
""",
        is_alone=True,
    ),
    Attack("many-open-files", "x = [os.open('/dev/null', 0) for _ in range(300)]; pwned()"),
]


RIGHTS = [
    Attack("mount", "os.mkdir('m'); pwned(libc.mount(b'none', b'm', b'tmpfs', 0, None) == 0)", works_for=ROOT),
    Attack("user-namespace", "pwned(libc.unshare(0x10000000) == 0)"),
    Attack("mount-namespace", "pwned(libc.unshare(0x00020000) == 0)", works_for=ROOT),
    Attack(
        "user-namespace-by-clone",
        "pid = syscall(220 if ARM else 56, 0x10000000 | 17, 0, 0, 0, 0)\nif pid == 0: os._exit(0)\npwned(pid > 0)",
    ),
    Attack("chroot", "os.chroot('.'); pwned()", works_for=ROOT),
    Attack("device", "os.mknod('d', 0o20666, os.makedev(1, 3)); pwned()", works_for=ROOT),
    Attack("gain-rights", "pwned('NoNewPrivs:\\t0' in open('/proc/self/status').read())"),
    Attack("all-rights", "pwned('CapEff:\\t0000000000000000' not in open('/proc/self/status').read())", works_for=ROOT),
    Attack("change-user", "os.setuid(12345); pwned(os.getuid() == 12345)", works_for=ROOT),
    Attack("give-file-away", "open('f', 'w'); os.chown('f', 12345, 12345); pwned()", works_for=ROOT),
    Attack("io-uring", "pwned(syscall(425, 4, ctypes.create_string_buffer(120)) >= 0)"),
    Attack("keyring", "pwned(syscall(217 if ARM else 248, b'user', b'llmos-test', b'x', 1, -1) > 0)"),
    Attack(
        "bpf",
        "pwned(syscall(280 if ARM else 321, 0, struct.pack('=IIIIQ', 2, 4, 4, 1, 0) + bytes(100), 72) >= 0)",
        works_for=ROOT,
    ),
    Attack("userfault", "pwned(syscall(282 if ARM else 323, 0) >= 0)", works_for=ROOT),
    Attack(
        "performance-events",
        "pwned(syscall(241 if ARM else 298, struct.pack('=IIQ', 1, 112, 0) + bytes(96), 0, -1, -1, 0) >= 0)",
        works_for=frozenset(),
    ),
    Attack(
        "host-name",
        "libc.sethostname(socket.gethostname().encode(), len(socket.gethostname())) or pwned()",
        works_for=ROOT,
    ),
    Attack("nameless-program", "pwned(os.memfd_create('x') >= 0)"),
    Attack(
        "terminal-typing",
        "import fcntl, pty; m, s = pty.openpty()\ntry: fcntl.ioctl(s, 0x5412, b'x'); pwned()\n"
        "except PermissionError: pass\nexcept OSError: pwned()",
        works_for=ROOT,
    ),
]


MISLEADING = [
    Attack("shell-start-file", "true", tool="Bash", environment=("BASH_ENV",)),
    Attack("preloaded-library", 'test -z "$LD_PRELOAD" || echo PWNED', tool="Bash", environment=("LD_PRELOAD",)),
    Attack("python-start-file", 'test -z "$PYTHONPATH" || echo PWNED', tool="Bash", environment=("PYTHONPATH",)),
    Attack("program-on-the-path", "env true", exists("outside", "hijacked"), tool="Bash"),
]
