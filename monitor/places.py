"""Where configuration and data live: the search order and the packaged defaults.

Apart from `config`, whose models take 0.1 s to load: commands that only read the
database need no more of a file than where that is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

FILE_NAME: Final = "claimwatch.toml"
_PACKAGE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database is, and the zone for times in what people read."""

    database: Path
    timezone: str


def quick(
    path: Path | None, environ: Mapping[str, str], database: Path | None
) -> Place | None:
    """The place that `config.load` finds for the same arguments, in a few ms.

    The rest of the file goes unread. None = not as simple as that (no such file, a
    value that is no plain text): `config.load` then says what is wrong.
    """
    found = find_path(path, environ)
    named = database or environ.get("CLAIMWATCH_DATABASE")
    try:
        text = (found or quickstart_path()).read_bytes().decode("utf-8-sig")
        table: dict[str, Any] = tomllib.loads(text).get("claimwatch", {})
        zone = environ.get("CLAIMWATCH_TIMEZONE") or table.get("timezone", "UTC")
        ZoneInfo(zone)
        own = None if found is None else table.get("database")
        if named:
            place = locate(str(named), Path.cwd())
        elif own is None:
            place = default_database(environ)
        else:
            place = locate(_simple(own), (found or Path()).absolute().parent)
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return Place(place, zone)


def _simple(text: str) -> str:
    """The text, unless a variable is to be filled in; ValueError then."""
    if "$" in text:
        raise ValueError("holds a variable")
    return text


def search_places(environ: Mapping[str, str]) -> list[Path]:
    """The files that are looked for when neither flag nor environment names one."""
    return [
        Path("config") / FILE_NAME,
        _xdg(environ, "XDG_CONFIG_HOME", ".config") / FILE_NAME,
        Path("/etc/claimwatch") / FILE_NAME,
    ]


def find_path(path: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read: the one named, else the first that exists, else None.

    A file that is named by flag or `$CLAIMWATCH_CONFIG` is returned even if it is
    missing: then that is the user's mistake to hear about.
    """
    if path is not None:
        return path
    if named := environ.get("CLAIMWATCH_CONFIG"):
        return Path(named).expanduser()
    return next((place for place in search_places(environ) if place.is_file()), None)


def locate(named: str, folder: Path) -> Path:
    """A path as written in a file: `~` expanded, relative to the file's folder.

    ValueError says in a few words why it can't be a path.
    """
    if not named or not named.isprintable():
        raise ValueError("is not a path: it is empty or holds a control character")
    try:
        return folder / Path(named).expanduser()
    except RuntimeError:
        raise ValueError("is not a path: there is no such home folder") from None


def defaults_dir() -> Path:
    """The folder of shipped configuration: in the wheel, or `config/` of a clone."""
    packaged = _PACKAGE / "_defaults"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "config"


def quickstart_path() -> Path:
    """The configuration that stands in while the user has none."""
    return defaults_dir() / "quickstart.toml"


def default_database(environ: Mapping[str, str]) -> Path:
    """Where the database is when no key says otherwise."""
    return _xdg(environ, "XDG_DATA_HOME", ".local/share") / "claimwatch.db"


def _xdg(environ: Mapping[str, str], variable: str, fallback: str) -> Path:
    """The program's folder under an XDG base; relative values don't count (XDG)."""
    base = environ.get(variable, "")
    if base.startswith("/"):
        return Path(base) / "claimwatch"
    home = environ.get("HOME")
    return (Path(home) if home else Path.home()) / fallback / "claimwatch"
