"""Change the feeds of a configuration file and leave every other byte alone.

Each edit is proven before it is written: the new text must read as the old tables with
exactly the feeds added or gone.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from monitor.config.load import parse, read, tables_of
from monitor.errors import ConfigError, UsageError

# A block ends at the next header, or one of the next if it has tables of its own or
# strings that look like headers; beyond that a person had better look.
ENDS: Final = 8
ATTEMPTS: Final = 64

_HEADER: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_FEED_HEADER: Final = re.compile(r"^[ \t]*\[\[[ \t]*feeds[ \t]*\]\]", re.MULTILINE)


def add_feeds(text: str, feeds: Sequence[Mapping[str, Any]]) -> str:
    """The text with a `[[feeds]]` block for each feed at its end."""
    old = tables_of(text)
    line_end = "\r\n" if "\r\n" in text else "\n"
    blocks = [
        line_end.join(["[[feeds]]", *(f"{k} = {_toml(v)}" for k, v in feed.items())])
        for feed in feeds
    ]
    before = text + line_end * (bool(text) and not text.endswith("\n"))
    if before.strip("\r\n"):
        before += line_end
    new = before + (line_end * 2).join(blocks) + line_end
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
    place = [feed.get("name") for feed in old.get("feeds", [])].index(name)
    for start, end in islice(_blocks(text, place), ATTEMPTS):
        new = text[:start] + text[end:]
        if _reads_as(new, expected):
            return new
    raise UsageError(f'the block of feed "{name}" can\'t be told; remove it by hand')


def _blocks(text: str, place: int) -> Iterator[tuple[int, int]]:
    """Where the block may begin and end, the likeliest first.

    A string may hold what looks like a header, so a guess is only a guess.
    """
    headers = [match.start() for match in _FEED_HEADER.finditer(text)]
    ends = [match.start() for match in _HEADER.finditer(text)] + [len(text)]
    for _, start in sorted((abs(n - place), at) for n, at in enumerate(headers)):
        for end in [end for end in ends if end > start][:ENDS]:
            # comments right above the next header belong to that
            yield start, _before_comments(text, start, end)


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
    if target.exists() and read(target) != old:
        raise ConfigError([f"{path}: was changed by someone else meanwhile; try again"])
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
    # reading dropped the mark that some editors put in front
    marked = old is not None and target.read_bytes().startswith(codecs.BOM_UTF8)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(codecs.BOM_UTF8 * marked + text.encode("utf-8"))
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
