"""Measures the claim engine on labelled data: `run(task, gold, out) -> Report`.

Each task has an adapter that translates between the gold file's words and the
functions of `monitor.claims` that the service itself calls, and nothing more.
"""

from __future__ import annotations

from monitor.evaluation.report import Interval, Mistake, Report
from monitor.evaluation.runner import TASKS, Task, run

__all__ = ["TASKS", "Interval", "Mistake", "Report", "Task", "run"]
