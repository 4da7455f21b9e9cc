"""Change the feeds of a configuration file and leave every other byte alone.

Each edit is proven before it is written: the new text must read as the old tables with
exactly the feeds added or gone.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from monitor.config.load import parse, tables_of
from monitor.errors import ConfigError, UsageError

_HEADER: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_FEED_HEADER: Final = re.compile(r"^[ \t]*\[\[[ \t]*feeds[ \t]*\]\]", re.MULTILINE)


def add_feeds(text: str, feeds: Sequence[Mapping[str, Any]]) -> str:
    """The text with a `[[feeds]]` block for each feed at its end."""
    old = tables_of(text)
    line_end = "\r\n" if "\r\n" in text else "\n"
    new = text
    for feed in feeds:
        if new and not new.endswith("\n"):
            new += line_end
        if new.strip("\r\n"):
            new += line_end
        lines = ["[[feeds]]", *(f"{k} = {_toml(v)}" for k, v in feed.items())]
        new += line_end.join(lines) + line_end
    expected = {**old, "feeds": [*old.get("feeds", []), *map(dict, feeds)]}
    try:
        proven = tables_of(new) == expected
    except ConfigError:
        proven = False
    if not proven:
        raise UsageError("the file writes feeds in another way; add this one by hand")
    return new


def remove_feed(text: str, name: str) -> str:
    """The text without the `[[feeds]]` block of that name."""
    old = tables_of(text)
    kept = [feed for feed in old.get("feeds", []) if feed.get("name") != name]
    expected = {**old, "feeds": kept}
    if not kept:
        del expected["feeds"]
    ends = [match.start() for match in _HEADER.finditer(text)] + [len(text)]
    for header in _FEED_HEADER.finditer(text):
        start = header.start()
        for end in ends:
            # comments right above the next header belong to that
            stop = _before_comments(text, start, end) if end > start else start
            new = text[:start] + text[stop:]
            if stop > start and _reads_as(new, expected):
                return new
    raise UsageError(f'the block of feed "{name}" can\'t be told; remove it by hand')


def write_if_no_worse(
    path: Path, old: str, new: str, environ: Mapping[str, str]
) -> None:
    """Replace the file by `new`, unless that adds problems to those it has.

    Problems it has already (a secret that only the daemon sees) don't stand in the
    way.
    """
    target = path.resolve()
    before = _problems(old, target, environ)
    added = [line for line in _problems(new, target, environ) if line not in before]
    if added:
        raise ConfigError(added)
    try:
        _replace(target, new)
    except OSError as error:
        reason = (error.strerror or "unwritable").lower()
        raise ConfigError([f"{path}: can't be written: {reason}"]) from None


def _problems(text: str, path: Path, environ: Mapping[str, str]) -> list[str]:
    try:
        parse(text, path=path, environ=environ)
    except ConfigError as error:
        return error.problems
    return []


def _replace(target: Path, text: str) -> None:
    """Write beside the file and rename, so that no reader sees half of it."""
    old = target.stat() if target.exists() else None
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            if old is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
                if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file.fileno(), old.st_uid, old.st_gid)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _reads_as(text: str, expected: Mapping[str, Any]) -> bool:
    try:
        return tables_of(text) == expected
    except ConfigError:
        return False


def _before_comments(text: str, start: int, end: int) -> int:
    """Where the block that ends at `end` really ends: before trailing comments."""
    if end == len(text):
        return end
    while end > start:
        line_start = text.rfind("\n", 0, end - 1) + 1
        if not text[line_start:end].lstrip().startswith("#"):
            return end
        end = line_start
    return end


def _toml(value: object) -> str:
    """A value as TOML; JSON strings are TOML strings but for DEL."""
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_toml_key(k)} = {_toml(v)}" for k, v in value.items())
        return f"{{ {pairs} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)
