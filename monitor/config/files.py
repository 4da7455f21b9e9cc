"""Where configuration and data live: the search order and the packaged defaults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

FILE_NAME: Final = "claimwatch.toml"
_PACKAGE: Final = Path(__file__).parents[1]


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
