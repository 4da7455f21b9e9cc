"""Read a configuration file; either all of it is right or all problems are told."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor import settings
from monitor.config import rules
from monitor.config.build import build
from monitor.config.models import ConfigFile
from monitor.config.overlay import lay_over
from monitor.config.problems import Problems
from monitor.config.secret_values import Secrets
from monitor.errors import ConfigError
from monitor.places import default_database, find_path, locate, quickstart_path


def load(
    path: Path | None,
    *,
    environ: Mapping[str, str],
    overrides: Mapping[str, str] | None = None,
    secrets: bool = True,
) -> settings.Config:
    """Read the file at `path`, or the first of the search order.

    Without any file the packaged quickstart stands in, with the database in the
    user's data folder; `Config.path` then points into `defaults_dir()`.
    `overrides` are flags: dotted key ("database") to text. Without `secrets` those
    that this user can't read stay unread: enough to look at the database. Raises
    ConfigError with all problems.
    """
    overrides = dict(overrides or {})
    found = find_path(path, environ)
    if found is None:
        found = quickstart_path()
        if not environ.get("CLAIMWATCH_DATABASE"):
            overrides.setdefault("database", str(default_database(environ)))
    found = found.absolute()
    return parse(
        read(found), path=found, environ=environ, overrides=overrides, secrets=secrets
    )


def read(path: Path) -> str:
    """The text of a configuration file, or ConfigError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file"]) from None
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise ConfigError([f"{path}: can't be read: {reason}"]) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            [f"{path}: is not UTF-8 at byte {error.start}; save it as UTF-8"]
        ) from None


def tables_of(text: str) -> dict[str, Any]:
    """The raw tables of a file, secrets unread; ConfigError on a syntax error."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(str(error))]) from None
    except RecursionError:
        raise ConfigError(["is nested too deeply"]) from None


def parse(
    text: str,
    *,
    path: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, str] | None = None,
    secrets: bool = True,
) -> settings.Config:
    """The configuration that `text` makes if it stands at `path`.

    A ConfigError carries the path as a note, for a heading over its problems.
    """
    try:
        return _parse(text, path, environ, overrides or {}, secrets)
    except ConfigError as error:
        error.add_note(str(path))
        raise


def _parse(
    text: str,
    path: Path,
    environ: Mapping[str, str],
    overrides: Mapping[str, str],
    secrets: bool,
) -> settings.Config:
    data = tables_of(text)
    origins = lay_over(data, environ, overrides)
    problems = Problems(copy.deepcopy(data), origins)
    folder = path.parent
    rules.check(data, problems)
    if secrets:
        Secrets(environ, folder, problems).fill_in(data)
        rules.check_files(data, folder, problems)
    else:
        _fill_in_what_can_be_read(data, environ, folder, problems)
    try:
        file = ConfigFile.model_validate(data)
    except ValidationError as error:
        problems.add_pydantic(error.errors(include_url=False))
        raise ConfigError(problems.lines()) from None
    if problems.found:
        raise ConfigError(problems.lines())
    database = _database(file, folder, environ, ("claimwatch", "database") in origins)
    return build(file, path=path, folder=folder, database=database)


def _fill_in_what_can_be_read(
    data: dict[str, Any], environ: Mapping[str, str], folder: Path, problems: Problems
) -> None:
    """Placeholders for the service's secrets; the database's place must be known."""
    unread = Problems(copy.deepcopy(data), {})
    Secrets(environ, folder, unread).fill_in(data)
    for location, message in unread.found.items():
        if location[:1] == ("claimwatch",):
            problems.add(location, message)


def _database(
    file: ConfigFile, folder: Path, environ: Mapping[str, str], outside: bool
) -> Path:
    """Where the database is; from flag or variable it is relative to where we are."""
    named = file.claimwatch.database
    if named is None:
        return default_database(environ)
    base = Path.cwd() if outside else folder
    return locate(named, base)


def _syntax(message: str) -> str:
    """Turn 'Invalid value (at line 3, column 5)' into 'line 3, column 5: …'."""
    match = re.fullmatch(r"(.*) \(at (.*)\)", message, re.DOTALL)
    if match is None:
        return f"is not TOML: {message}"
    what, where = match.groups()
    what = what[:1].lower() + what[1:]
    return f"{where}: {what}; strings stand in quotes, lists in [ ]"
