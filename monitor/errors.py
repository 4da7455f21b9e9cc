"""The error tree. Every message is one line, names its subject and holds no secret.

ClaimwatchError
 ├── UsageError          a wrong argument                      exit 2
 ├── ConfigError         a wrong or missing configuration      exit 3
 ├── StoreError          the database can't be used            exit 4
 │    ├── StoreLocked        another program holds it
 │    ├── StoreReadOnly      we may not write it
 │    ├── StoreFull          no space left
 │    ├── StoreForeign       it is not ours, or too new
 │    └── StoreDamaged       it is malformed
 ├── FetchError          a URL gave no usable answer           (recorded per feed or article)
 ├── ParseError          a body is not what it should be       (recorded per feed or article)
 ├── AnalysisError       a worker died or ran out of time      (recorded per feed or article)
 ├── NotifyError         a channel can't be used               (recorded per delivery)
 └── TemplateError       a template can't be used              (recorded per delivery)
"""

from __future__ import annotations

import errno

# What the system says of a disk, a quota or a file that is full.
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class ClaimwatchError(Exception):
    """Base of all our errors; `exit_code` is what the command ends with."""

    exit_code = 1


class UsageError(ClaimwatchError):
    """A wrong argument on the command line."""

    exit_code = 2


class ConfigError(ClaimwatchError):
    """A wrong configuration; `problems` holds one line each, with its key path."""

    exit_code = 3

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class StoreError(ClaimwatchError):
    """The database can't be used; only the user can mend it."""

    exit_code = 4


class StoreLocked(StoreError):
    """Another program holds the database or the instance lock."""


class StoreReadOnly(StoreError):
    """The database file or its directory may not be written."""


class StoreFull(StoreError):
    """No space is left on the device."""


class StoreForeign(StoreError):
    """The file is not a Claimwatch database, or is newer than this program."""


class StoreDamaged(StoreError):
    """SQLite says that the file is malformed."""


class FetchError(ClaimwatchError):
    """A URL gave no usable answer.

    `kind` is one stable word for `status` and the log (timeout, dns, connect, tls,
    refused-address, redirect, too-large, encoding, truncated, protocol).
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class ParseError(ClaimwatchError):
    """A body is not what it should be (not a feed, not a page)."""


class AnalysisError(ClaimwatchError):
    """A worker died, ran out of time or out of memory on this input."""


class NotifyError(ClaimwatchError):
    """A channel can't be used as configured."""


class TemplateError(ClaimwatchError):
    """A user's template is wrong; the message names the line and what is wrong."""
