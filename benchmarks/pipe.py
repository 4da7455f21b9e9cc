"""What is printed may go to a reader that leaves before its end (`… | head`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn


def quietly(main: Callable[..., int | None], *values: Any) -> NoReturn:
    """Run it and end with what it returns; a reader that left is no traceback."""
    try:
        code = main(*values)
        sys.stdout.flush()
    except BrokenPipeError:
        if not _has_left():
            raise
        code = 1
    sys.exit(code)


def _has_left() -> bool:
    """Whether it is our reader that left, and not some peer of a benchmark."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False
