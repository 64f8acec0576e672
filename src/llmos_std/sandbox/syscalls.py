"""The numbers of the system calls that a confined program may not make freely, for x86-64 and 64-bit ARM.

A number of -1 says that the machine has no such call. Only what a rule names is listed.
"""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Machine → its AUDIT_ARCH number, which a filter checks first."""

NEWEST = 462
"""The newest call that was judged (mseal); every later one is unknown, and answered as if it did not exist."""

_TABLE = """
ptrace 101 117 | process_vm_readv 310 270 | process_vm_writev 311 271 | process_madvise 440 440 | kcmp 312 272
pidfd_getfd 438 438 | kexec_load 246 104 | kexec_file_load 320 294 | mount 165 40 | umount2 166 39
pivot_root 155 41 | move_mount 429 429 | open_tree 428 428 | fsopen 430 430 | fsconfig 431 431 | fsmount 432 432
fspick 433 433 | mount_setattr 442 442 | chroot 161 51 | bpf 321 280 | perf_event_open 298 241
userfaultfd 323 282 | keyctl 250 219 | add_key 248 217 | request_key 249 218 | unshare 272 97 | setns 308 268
init_module 175 105 | finit_module 313 273 | delete_module 176 106 | iopl 172 -1 | ioperm 173 -1
modify_ldt 154 -1 | uselib 134 -1 | reboot 169 142 | swapon 167 224 | swapoff 168 225 | acct 163 89
quotactl 179 60 | quotactl_fd 443 443 | settimeofday 164 170 | clock_settime 227 112 | clock_adjtime 305 266
adjtimex 159 171 | sethostname 170 161 | setdomainname 171 162 | vhangup 153 58 | syslog 103 116
lookup_dcookie 212 18 | open_by_handle_at 304 265 | name_to_handle_at 303 264 | fanotify_init 300 262
io_uring_setup 425 425 | io_uring_enter 426 426 | io_uring_register 427 427 | personality 135 92
move_pages 279 239 | migrate_pages 256 238 | clone 56 220 | clone3 435 435 | ioctl 16 29 | setsid 112 157
memfd_create 319 279 | memfd_secret 447 447 | socket 41 198 | socketpair 53 199 | shmget 29 194 | msgget 68 186
semget 64 190 | mq_open 240 180 | mknod 133 -1 | mknodat 259 33 | open 2 -1 | openat 257 56 | creat 85 -1
openat2 437 437 | chmod 90 -1 | fchmod 91 52 | fchmodat 268 53 | fchmodat2 452 452 | chown 92 -1 | fchown 93 55
lchown 94 -1 | fchownat 260 54 | utime 132 -1 | utimes 235 -1 | utimensat 280 88 | futimesat 261 -1
setxattr 188 5 | lsetxattr 189 6 | fsetxattr 190 7 | removexattr 197 14 | lremovexattr 198 15
fremovexattr 199 16 | mkdir 83 -1 | mkdirat 258 34 | unlink 87 -1 | unlinkat 263 35 | rmdir 84 -1
rename 82 -1 | renameat 264 38 | renameat2 316 276 | link 86 -1 | linkat 265 37 | symlink 88 -1
symlinkat 266 36 | truncate 76 45 | prlimit64 302 261 | fcntl 72 25
shmat 30 196 | shmctl 31 195 | msgsnd 69 189 | msgrcv 70 188 | msgctl 71 187 | semop 65 193 | semtimedop 220 192
semctl 66 191 | mq_unlink 241 181
kill 62 129 | tkill 200 130 | tgkill 234 131 | rt_sigqueueinfo 129 138 | rt_tgsigqueueinfo 297 240
pidfd_send_signal 424 424 | sched_setscheduler 144 119 | sched_setparam 142 118 | sched_setattr 314 274
setpriority 141 140 | ioprio_set 251 30
"""


def numbers_of(machine: str) -> dict[str, int]:
    """Return name → number for a machine, without the calls that it has not; KeyError for an unknown machine."""
    column = 1 + list(ARCHITECTURES).index(_known(machine))
    rows = (row.split() for row in _TABLE.replace("\n", "|").split("|"))
    return {row[0]: int(row[column]) for row in rows if row and int(row[column]) >= 0}


def _known(machine: str) -> str:
    if machine not in ARCHITECTURES:
        raise KeyError(machine)
    return machine
