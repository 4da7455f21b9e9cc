"""The shipped sample alerts, under the name that tests know."""

from __future__ import annotations

from monitor.alerts.samples import BY_KIND, NOON, URL, alert, change, people

__all__ = ["BY_KIND", "NOON", "URL", "alert", "change", "people"]
