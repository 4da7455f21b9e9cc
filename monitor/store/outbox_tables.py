"""The tables of changes, alerts and deliveries; see `schema` for the conventions."""

from __future__ import annotations

from monitor.model import Certainty, ChangeKind, DeliveryStatus, Severity, SourceKind
from monitor.store.tables import words

CHANGES = f"""
CREATE TABLE changes (
  change_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL {words("kind", ChangeKind)},
  -- the other kinds that apply, JSON
  sub_kinds TEXT NOT NULL DEFAULT '[]',
  severity TEXT NOT NULL {words("severity", Severity)},
  claim_id INTEGER NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
  assertion_id INTEGER REFERENCES assertions (assertion_id) ON DELETE SET NULL,
  article_id INTEGER REFERENCES articles (article_id) ON DELETE SET NULL,
  revision_id INTEGER REFERENCES revisions (revision_id) ON DELETE SET NULL,
  -- both sides as JSON: text, value, comparator, unit, source, certainty, ...
  before TEXT,
  after TEXT,
  -- one line that a person can read
  reason TEXT NOT NULL,
  source TEXT,
  source_kind TEXT {words("source_kind", SourceKind, optional=True)},
  chain TEXT NOT NULL DEFAULT '[]',
  measure TEXT,
  certainty TEXT NOT NULL {words("certainty", Certainty)},
  article_url TEXT NOT NULL,
  outlet TEXT NOT NULL,
  -- all outlets and feeds that carried it when it was seen, JSON
  outlets TEXT NOT NULL DEFAULT '[]',
  feeds TEXT NOT NULL DEFAULT '[]',
  topics TEXT NOT NULL DEFAULT '[]',
  independent_sources INTEGER NOT NULL DEFAULT 1,
  -- 1 = the text changed while the page's own modification date did not
  is_silent_edit INTEGER NOT NULL DEFAULT 0 CHECK (is_silent_edit IN (0, 1)),
  -- what was done with it, and why
  disposition TEXT NOT NULL CHECK (disposition IN ('alert', 'digest', 'record')),
  disposition_reason TEXT NOT NULL,
  detected_at TEXT NOT NULL
) STRICT;
CREATE INDEX changes_claim ON changes (claim_id);
CREATE INDEX changes_detected ON changes (detected_at);
CREATE INDEX changes_article ON changes (article_id);

CREATE TABLE alerts (
  alert_id INTEGER PRIMARY KEY,
  -- what readers quote; made from the content, so a repeat carries the same key
  alert_key TEXT NOT NULL UNIQUE,
  route TEXT NOT NULL,
  group_key TEXT NOT NULL,
  is_digest INTEGER NOT NULL DEFAULT 0 CHECK (is_digest IN (0, 1)),
  created_at TEXT NOT NULL,
  -- open for more changes until then
  flush_at TEXT NOT NULL,
  -- the first attempt closes it: what was sent is never rewritten
  closed_at TEXT,
  acknowledged_at TEXT,
  acknowledged_by TEXT
) STRICT;
CREATE INDEX alerts_open ON alerts (route, group_key) WHERE closed_at IS NULL;
CREATE INDEX alerts_group ON alerts (route, group_key, alert_id);

CREATE TABLE alert_changes (
  alert_id INTEGER NOT NULL REFERENCES alerts (alert_id) ON DELETE CASCADE,
  change_id INTEGER NOT NULL REFERENCES changes (change_id) ON DELETE CASCADE,
  -- why this route took it
  reason TEXT NOT NULL,
  PRIMARY KEY (alert_id, change_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_changes_change ON alert_changes (change_id);

CREATE TABLE deliveries (
  delivery_id INTEGER PRIMARY KEY,
  alert_id INTEGER NOT NULL REFERENCES alerts (alert_id) ON DELETE CASCADE,
  channel TEXT NOT NULL,
  status TEXT NOT NULL {words("status", DeliveryStatus)},
  attempts INTEGER NOT NULL DEFAULT 0,
  -- NULL once sent, dead or dropped
  next_attempt_at TEXT,
  sent_at TEXT,
  error TEXT,
  leased_by TEXT,
  leased_until TEXT,
  UNIQUE (alert_id, channel)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at)
  WHERE next_attempt_at IS NOT NULL;

CREATE TABLE attempts (
  attempt_id INTEGER PRIMARY KEY,
  delivery_id INTEGER NOT NULL
    REFERENCES deliveries (delivery_id) ON DELETE CASCADE,
  attempted_at TEXT NOT NULL,
  is_ok INTEGER NOT NULL CHECK (is_ok IN (0, 1)),
  -- one line, no secrets
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_delivery ON attempts (delivery_id);

CREATE TABLE silences (
  silence_id INTEGER PRIMARY KEY,
  -- label -> list of values, JSON
  matchers TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  author TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- one row a fact about the database or the service: versions, last tick
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  noted_at TEXT NOT NULL
) STRICT;
"""
