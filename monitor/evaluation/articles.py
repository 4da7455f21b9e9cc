"""Reads the plain-text articles that gold files name."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import ClaimwatchError
from monitor.model import Document


def read(folder: Path, name: str) -> Document:
    """An article as a document: the first line is its headline."""
    path = folder / name
    if path.parent != folder:
        raise ClaimwatchError(f"{name!r}: not the name of a file in {folder}")
    try:
        text = path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise ClaimwatchError(f"{path}: not UTF-8 text ({error.reason})") from error
    except OSError as error:
        raise ClaimwatchError(
            f"{path}: can't be read ({error.strerror}); --articles names the folder"
        ) from error
    return document(text)


def document(text: str) -> Document:
    """A plain text as a document: the first line is its headline."""
    return Document(text, headline_end=len(text.partition("\n")[0]))
