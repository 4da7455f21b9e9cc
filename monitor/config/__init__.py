"""The configuration file: TOML in, frozen `settings` out, all problems at once.

Reads files and the environment it is given; never the clock or the network.
"""

from monitor.config.durations import format_duration, parse_duration
from monitor.config.load import load, parse, read, tables_of
from monitor.config.notes import notes
from monitor.config.schema import schema
from monitor.config.values import did_you_mean
from monitor.places import (
    default_database,
    defaults_dir,
    find_path,
    quickstart_path,
    search_places,
)

__all__ = [
    "default_database",
    "defaults_dir",
    "did_you_mean",
    "find_path",
    "format_duration",
    "load",
    "notes",
    "parse",
    "parse_duration",
    "quickstart_path",
    "read",
    "schema",
    "search_places",
    "tables_of",
]
