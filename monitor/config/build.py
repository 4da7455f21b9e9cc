"""From the validated file to the frozen settings that the program works with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from monitor import settings
from monitor.config import build_routes
from monitor.config.models import ConfigFile, FeedTable
from monitor.model import Thresholds
from monitor.places import locate


def build(
    file: ConfigFile, *, path: Path | None, folder: Path, database: Path
) -> settings.Config:
    """The settings; relative paths resolve against `folder`."""
    main = file.claimwatch
    return settings.Config(
        database=database,
        path=path,
        user_agent_contact=main.user_agent_contact,
        timezone=main.timezone,
        tick=main.tick,
        aliases=dict(file.aliases),
        feeds=tuple(
            settings.FeedConfig(
                **_values(feed, "url_file", "auth_file", "proxy_file")
                | {"cookies_file": _cookies_file(feed, folder)}
            )
            for feed in file.feeds
        ),
        topics=tuple(settings.TopicConfig(**_values(topic)) for topic in file.topics),
        channels=tuple(
            settings.ChannelConfig(**_values(channel, "url_file"))
            for channel in file.channels
        ),
        routes=build_routes.routes(file.routes, folder),
        intervals=build_routes.intervals(file.intervals),
        inhibitions=build_routes.inhibitions(file.inhibitions),
        severity_rules=build_routes.severity_rules(file.severity_rules),
        source_weights=dict(file.source_weights),
        coverage=settings.CoverageConfig(**_values(file.coverage)),
        checks=settings.ChecksConfig(
            schedule=tuple(
                settings.TaperStep(step.until, step.every)
                for step in file.checks.schedule
            ),
            confirm_removal_after=file.checks.confirm_removal_after,
            stretch=file.checks.stretch,
        ),
        digest=settings.DigestConfig(**_values(file.digest)),
        review=settings.ReviewConfig(**_values(file.review)),
        heartbeat=settings.HeartbeatConfig(**_values(file.heartbeat, "url_file")),
        thresholds=Thresholds(**_values(file.thresholds)),
        evidence=settings.EvidenceConfig(**_values(file.evidence)),
        fetch=settings.FetchConfig(**_values(file.fetch)),
        retention=settings.RetentionConfig(**_values(file.retention)),
        delivery=settings.DeliveryConfig(**_values(file.delivery)),
        severities=dict(file.severities),
    )


def _cookies_file(feed: FeedTable, folder: Path) -> Path | None:
    return None if feed.cookies_file is None else locate(feed.cookies_file, folder)


def _values(table: BaseModel, *skipped: str) -> dict[str, Any]:
    """The keys of a table as arguments: tuples, not lists, so that they stay put."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in table
        if name not in skipped
    }
