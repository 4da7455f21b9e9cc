"""The executor seam: feeds and pages are read in worker processes that can be killed.

Hostile bytes keep a parser busy for minutes while it holds the interpreter, so nothing
of that kind ever runs in the daemon's own process.
"""

from __future__ import annotations

from monitor.analysis.analyst import Analyst
from monitor.analysis.jobs import FeedJob, PageAnalysis, PageJob
from monitor.analysis.work import stamp

__all__ = ["Analyst", "FeedJob", "PageAnalysis", "PageJob", "stamp"]
