"""The process's memory: allocator and collector told to hold what is in use.

Effects on the process as a whole, glibc's where it is there; nothing anywhere else.
"""

from __future__ import annotations

import ctypes
import gc

# Objects made before the collector looks for cycles. Nearly all that polls make dies by
# its reference count; at Python's 700 the search took a fifth of a poll's time, and
# from here on nothing measurable. What may lie about until then is some 2 MB.
_GARBAGE = 10_000
# mallopt(3). glibc gives each thread an arena of its own, and none to the system what
# another could use: one for all is 16 MB less at ten thousand feeds. They would only
# wait for the interpreter's lock instead of the arena's.
_M_ARENA_MAX, _ARENAS = -8, 1


def be_frugal() -> None:
    """For a process with several threads, before it starts them."""
    gc.set_threshold(_GARBAGE)
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is not None:
        choose(_M_ARENA_MAX, _ARENAS)


def give_back() -> None:
    """Return what is free to the system: glibc keeps the pages of bygone bodies."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
