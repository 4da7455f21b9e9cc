"""Message templates of routes: read from their files, or written in the key itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from monitor.config.problems import Problems
from monitor.config.route_rules import routes
from monitor.places import locate
from monitor.settings import TemplateConfig

INLINE: Final = "inline"
# A template is a page; more is some other file.
_LONGEST: Final = 100_000


def read(named: str, folder: Path) -> TemplateConfig:
    """The template; ValueError says why its file can't be read."""
    if any(mark in named for mark in ("{{", "{%", "\n")):
        return TemplateConfig(INLINE, named)
    path = locate(named, folder)
    try:
        text = path.read_bytes()[:_LONGEST].decode("utf-8-sig")
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8") from None
    except OSError:
        raise ValueError(f"can't read {path}") from None
    return TemplateConfig(named, text)


def check(data: Mapping[str, Any], folder: Path, problems: Problems) -> None:
    """Try every template with sample alerts."""
    for at, table in routes(data):
        named = table.get("template")
        if isinstance(named, str):
            wrong = _wrong(named, folder)
            if wrong:
                problems.add((*at, "template"), wrong)


def _wrong(named: str, folder: Path) -> str | None:
    try:
        template = read(named, folder)
    except ValueError as error:
        return str(error)
    # Jinja, which few configurations need
    from monitor.alerts import template_trial

    found = template_trial.problem(template)
    return found and f"{template.name}, {found}"


def maybe(named: str | None, folder: Path) -> TemplateConfig | None:
    """The template, or None where this user can't read it and needs not to."""
    if named is None:
        return None
    try:
        return read(named, folder)
    except ValueError:
        return None
