"""Stands in for modules under construction; goes away with them."""

from __future__ import annotations

from typing import Any


def find(*_args: Any, **_options: Any) -> tuple[Any, ...]:
    """Nothing found."""
    return ()


def of(*_args: Any, **_options: Any) -> None:
    """No measure."""
