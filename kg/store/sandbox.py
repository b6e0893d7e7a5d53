"""Takes from a query worker what no query needs: the network, memory beyond a cap, core dumps, life after its parent.

Linux only; elsewhere each step is left out. The engine would follow SERVICE by itself, so the network is shut in the
kernel (seccomp, https://www.kernel.org/doc/html/latest/userspace-api/seccomp_filter.html), not only by reading queries.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import signal
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _FILTER_MODE = 1, 22, 38, 2
# Per machine: its AUDIT_ARCH number, and the numbers of the system calls socket(2) and io_uring_setup(2).
_MACHINES = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050001  # the latter: fail with EPERM


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


_Opened = TypeVar("_Opened")


def confined(opening: Callable[[], _Opened], *, remote: bool, memory: int) -> tuple[_Opened, bool]:
    """Open what this process works on, and take from it what it does not need; ``remote``: it needs the network.

    Return what was opened, and whether the network is open. The filter comes before the store, so that no thread of the
    engine is without it; the cap after, as it counts from what is in use.
    """
    die_with_parent()
    shut = not remote and shut_network()
    opened = opening()
    cap_memory(memory)
    return opened, not shut


def cap_memory(extra: int) -> None:
    """Let the process take ``extra`` bytes of address space more than it has now; an allocation beyond ends it.

    May be called again, as when another store was opened.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = Path("/proc/self/statm")
    if status.exists():
        used = int(status.read_text().split()[0]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = used + extra
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def die_with_parent() -> None:
    """Have the kernel kill this process when the one that started it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def shut_network() -> bool:
    """Make every later attempt to open a socket fail; return whether the kernel took the filter."""
    numbers = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or numbers is None:
        return False
    code = _filter_code(*numbers)
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)


def _filter_code(machine: int, socket: int, ring: int) -> bytes:
    """Assemble the filter: of this machine's system calls, deny the two that lead to a socket."""
    steps = [
        (_LOAD, 0, 0, 4),  # the machine the call is made for
        (_JUMP_EQUAL, 0, 3, machine),
        (_LOAD, 0, 0, 0),  # the call's number
        (_JUMP_EQUAL, 2, 0, socket),
        (_JUMP_EQUAL, 1, 0, ring),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
