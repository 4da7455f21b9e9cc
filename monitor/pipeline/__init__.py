"""The stages, as in the diagram of docs/design.md: poll, check, deliver, tidy.

Each works a due-queue that lives in SQLite: due -> do (parallel, no database) ->
record (one short transaction that also sets the next due time).
"""

from monitor.pipeline.check import check
from monitor.pipeline.deliver import deliver
from monitor.pipeline.poll import poll
from monitor.pipeline.service import CheckDone, PollDone, Service

__all__ = ["CheckDone", "PollDone", "Service", "check", "deliver", "poll"]
