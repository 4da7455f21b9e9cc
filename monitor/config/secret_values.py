"""Secrets from outside the file: `${NAME}`, `<key>_file`, systemd credentials.

What is read here goes into the configuration and nowhere else: no message shows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from monitor.config.problems import Location, Problems
from monitor.places import locate

_REFERENCE: Final = re.compile(r"\$(\$?)\{([A-Za-z_][A-Za-z0-9_.-]*)\}")
# A secret is a line; a larger file is surely another one (a log, a key store).
SIZE_LIMIT: Final = 16_384

# Keys that may hold `${NAME}`, by section; `headers` is a table of such values.
REFERENCE_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "claimwatch": ("database",),
    "feeds": ("url", "auth", "proxy", "headers", "cookies_file"),
    "channels": ("url",),
    "heartbeat": ("url",),
}
# The keys with a `_file` twin. The value keeps the checks that follow quiet about a
# secret that is already reported.
_PLACEHOLDERS: Final = {
    "url": "http://unavailable.invalid",
    "proxy": "http://unavailable.invalid",
    "auth": "unavailable:",
}


class Secrets:
    """Fills in the secrets of one configuration, in place."""

    def __init__(
        self, environ: Mapping[str, str], folder: Path, problems: Problems
    ) -> None:
        self._environ = environ
        self._folder = folder
        self._problems = problems
        directory = environ.get("CREDENTIALS_DIRECTORY")
        self._credentials = Path(directory) if directory else None

    def fill_in(self, data: dict[str, Any]) -> None:
        """Replace references and `_file` keys by what they stand for."""
        for section, keys in REFERENCE_KEYS.items():
            for location, table in _tables(data, section):
                for key in keys:
                    self._from_file(table, key, (*location, key))
                    self._from_reference(table, key, (*location, key))

    def _from_file(self, table: dict[str, Any], key: str, location: Location) -> None:
        named = table.get(f"{key}_file")
        if key not in _PLACEHOLDERS or not isinstance(named, str):
            return
        at = (*location[:-1], f"{key}_file")
        if key in table:
            self._problems.add(at, f"is given as well as {key}; keep one of them")
            return
        expanded = self._expand(named, at)
        value = None if expanded is None else self._read(expanded, at)
        table[key] = _PLACEHOLDERS[key] if value is None else value

    def _from_reference(
        self, table: dict[str, Any], key: str, location: Location
    ) -> None:
        value = table.get(key)
        if isinstance(value, dict):
            for name in value:
                self._from_reference(value, name, (*location, name))
        elif isinstance(value, str) and "${" in value:
            expanded = self._expand(value, location)
            table[key] = (
                _PLACEHOLDERS.get(key, "unavailable") if expanded is None else expanded
            )

    def _expand(self, text: str, location: Location) -> str | None:
        """The text with its references filled in, or None (and a problem)."""
        missing: list[str] = []

        def value_of(match: re.Match[str]) -> str:
            escaped, name = match.groups()
            if escaped:
                return match.group()[1:]
            value = self._lookup(name)
            if not value:
                missing.append(name)
            return value or ""

        expanded = _REFERENCE.sub(value_of, text)
        if not missing:
            return expanded
        names = " and ".join(dict.fromkeys(missing))
        key = next(str(p) for p in reversed(location) if isinstance(p, str))
        other = f' or use {key}_file = "…"' if key in _PLACEHOLDERS else ""
        self._problems.add(
            location,
            f"the environment variable {names} is not set or empty; export it{other}",
        )
        return None

    def _lookup(self, name: str) -> str | None:
        """A variable, else the systemd credential of that name."""
        value = self._environ.get(name)
        if value or self._credentials is None:
            return value
        try:
            return (self._credentials / name).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def _read(self, named: str, location: Location) -> str | None:
        try:
            path = locate(named, self._folder)
        except ValueError as error:
            self._problems.add(location, str(error))
            return None
        try:
            if self._credentials is not None and (self._credentials / named).is_file():
                path = self._credentials / named
            with path.open("rb") as file:
                raw = file.read(SIZE_LIMIT + 1)
            text = raw.decode("utf-8").strip()
        except OSError as error:
            reason = (error.strerror or "unreadable").lower()
            self._problems.add(location, f"can't read {path}: {reason}")
            return None
        except UnicodeDecodeError:
            self._problems.add(location, f"{path} is not text in UTF-8")
            return None
        if not text or len(raw) > SIZE_LIMIT or "\n" in text:
            self._problems.add(location, f"{path} must hold one line, the secret")
            return None
        return text


def _tables(
    data: dict[str, Any], section: str
) -> list[tuple[Location, dict[str, Any]]]:
    """The tables of a section with their places; a wrong shape has none."""
    value = data.get(section)
    if isinstance(value, dict):
        return [((section,), value)]
    if isinstance(value, list):
        return [
            ((section, index), table)
            for index, table in enumerate(value)
            if isinstance(table, dict)
        ]
    return []
