"""HTTP: many GETs at once, politely, and nothing private reached by a stranger's word.

The only place that talks HTTP to feeds and pages. The rest of the program is
synchronous; an event loop of our own lives in one thread behind `Fetcher`.
"""

from monitor.addresses import is_public
from monitor.fetch.client import Fetcher

__all__ = ["Fetcher", "is_public"]
