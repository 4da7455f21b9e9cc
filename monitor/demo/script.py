"""The demo's script: outlets and steps, read from TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor.errors import ConfigError

_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, slots=True)
class Page:
    """An article as its outlet serves it. `age` is its age when published."""

    outlet: str
    path: str
    headline: str
    paragraphs: tuple[str, ...]
    age: timedelta = timedelta(0)
    correction: str | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Edit:
    """Replacements in a page that is out already; a silent one keeps the page's date."""

    outlet: str
    path: str
    replace: tuple[tuple[str, str], ...]
    correction: str | None = None
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """Another outlet's text under a headline of one's own."""

    outlet: str
    path: str
    of: tuple[str, str]
    headline: str


@dataclass(frozen=True, slots=True)
class Break:
    """From now on the page answers with this status."""

    outlet: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next, and a sentence that says so."""

    say: str
    pages: tuple[Page, ...] = ()
    edits: tuple[Edit, ...] = ()
    copies: tuple[Copy, ...] = ()
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Outlet names by key, and the steps in order."""

    outlets: dict[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def read_script(path: Path) -> Script:
    """Read a script; ConfigError names what is wrong with it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        outlets = {key: value["name"] for key, value in raw["outlets"].items()}
        return Script(outlets, tuple(_step(step) for step in raw["steps"]))
    except OSError as error:
        raise ConfigError([f"{path}: can't be read ({error.strerror})"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: {error}"]) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError([f"{path}: a key is missing or wrong: {error}"]) from error


def _step(raw: dict[str, Any]) -> Step:
    return Step(
        say=raw["say"],
        pages=tuple(_page(page) for page in raw.get("pages", ())),
        edits=tuple(
            Edit(
                edit["outlet"],
                edit["path"],
                tuple((old, new) for old, new in edit["replace"]),
                edit.get("correction"),
                bool(edit.get("silent", False)),
            )
            for edit in raw.get("edits", ())
        ),
        copies=tuple(
            Copy(
                copy["outlet"],
                copy["path"],
                (copy["of"][0], copy["of"][1]),
                copy["headline"],
            )
            for copy in raw.get("copies", ())
        ),
        breaks=tuple(
            Break(broken["outlet"], broken["path"], broken["status"])
            for broken in raw.get("breaks", ())
        ),
    )


def _page(raw: dict[str, Any]) -> Page:
    published = raw.get("published", "now")
    age = timedelta(0)
    if published != "now":
        age = timedelta(seconds=int(published[1:-1]) * _UNITS[published[-1]])
    return Page(
        raw["outlet"], raw["path"], raw["headline"], tuple(raw["paragraphs"]), age
    )


def edited(page: Page, edit: Edit) -> Page:
    """The page after an edit; ConfigError if a passage is not in it."""
    headline, paragraphs = page.headline, list(page.paragraphs)
    for old, new in edit.replace:
        if old not in headline and not any(old in text for text in paragraphs):
            raise ConfigError([f"demo script: {edit.path} does not hold {old!r}"])
        headline = headline.replace(old, new)
        paragraphs = [text.replace(old, new) for text in paragraphs]
    return replace(
        page,
        headline=headline,
        paragraphs=tuple(text for text in paragraphs if text),
        correction=edit.correction or page.correction,
    )
