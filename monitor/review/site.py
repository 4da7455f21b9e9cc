"""What every page is given: the database, the reader, and what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from monitor.clock import Clock
from monitor.settings import Config
from monitor.store import Store
from monitor.store.review.changed import Shown

# Rows of a page for people, of one export, and entries of a feed.
SIZE = 40
EXPORTED = 1_000
ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Site:
    """One running review. `store` reads only; `writer` opens the other on first use."""

    store: Store
    writer: Callable[[], Store]
    config: Config
    clock: Clock
    # who is meant by the link that is printed at the start
    owner: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks. `author` None: nobody signed in, who may read but not act."""

    author: str | None = None
    # the newest change that was read, and when that was noted
    marker: int = 0
    looked_at: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: `args` from the path, `params` from the query."""

    path: str
    args: Mapping[str, str]
    params: Mapping[str, str]
    reader: Reader
    now: datetime
    form: str = "html"
    # scheme and host, for feeds, which need whole addresses
    base: str = ""

    @property
    def size(self) -> int:
        """How many rows to show."""
        if self.form == "atom":
            return ENTRIES
        return SIZE if self.form == "html" else EXPORTED

    def number(self, name: str, default: int = 0) -> int:
        """A number of the query; the default for nonsense."""
        text = self.params.get(name, "")
        # as large as an id can be
        return (
            int(text)
            if text.isascii() and text.isdigit() and len(text) < 19
            else default
        )

    def link(self, path: str | None = None, **changed: str | int | None) -> str:
        """This page with other parameters; None drops one."""
        kept = {**self.params, **changed}
        query = urlencode({k: v for k, v in kept.items() if v not in (None, "")})
        return f"{path or self.path}{'?' if query else ''}{query}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A page: the template's `view`, and the same as rows, JSON and changes.

    `rows` is the table of the page for CSV; `changes` what its Atom feed lists.
    """

    template: str
    title: str
    view: Mapping[str, Any] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] | None = None
    json: Any = None
    changes: Sequence[Shown] | None = None
    linked: Mapping[str, Any] | None = None
    onward: str | None = None


Page = Callable[[Site, Ask], "Answer | None"]
