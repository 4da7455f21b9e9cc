"""What the review pages need: labels of changes to filter by, and their markers.

`change_labels` answers "the newest changes of this topic (outlet, source, ...)" from
an index instead of reading every change; triggers keep it, so that nobody who writes
a change can forget it.
"""

from __future__ import annotations


def _labels(row: str) -> str:
    """The labels of the change `row` (new or old), each once."""
    return f"""
    SELECT 'told' AS label, 'yes' AS value WHERE {row}.disposition <> 'record'
    UNION SELECT 'severity', {row}.severity
    UNION SELECT 'kind', {row}.kind
    UNION SELECT 'kind', value FROM json_each({row}.sub_kinds)
    UNION SELECT 'source', {row}.source WHERE {row}.source IS NOT NULL
    UNION SELECT 'outlet', {row}.outlet
    UNION SELECT 'outlet', value FROM json_each({row}.outlets)
    UNION SELECT 'topic', value FROM json_each({row}.topics)"""


def _forgotten() -> str:
    """Statements that drop a change's labels: one a label, each by the primary key."""
    dropped = ""
    for label in ("told", "severity", "kind", "source", "outlet", "topic"):
        values = f"(SELECT value FROM ({_labels('old')}) WHERE label = '{label}')"
        dropped += f"""
  DELETE FROM change_labels
  WHERE label = '{label}' AND value IN {values} AND change_id = old.change_id;"""
        if label in _COUNTED_LABELS:
            dropped += f"""
  UPDATE change_counts SET changes = changes - 1
  WHERE label = '{label}' AND value IN {values} AND kind IN ('', old.kind);"""
    return dropped


_COUNTED_LABELS = ("source", "outlet", "topic")
_COUNTED = f"label IN {_COUNTED_LABELS}"

REVIEW = f"""
-- what changes are filtered by: told, severity, kind, source, outlet, topic
CREATE TABLE change_labels (
  label TEXT NOT NULL,
  value TEXT NOT NULL,
  change_id INTEGER NOT NULL,
  PRIMARY KEY (label, value, change_id)
) STRICT, WITHOUT ROWID;

-- how many changes each source, outlet and topic has had, in all and of each kind
CREATE TABLE change_counts (
  label TEXT NOT NULL,
  value TEXT NOT NULL,
  -- '' = of all kinds
  kind TEXT NOT NULL,
  changes INTEGER NOT NULL,
  PRIMARY KEY (label, value, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_counts_most ON change_counts (label, changes) WHERE kind = '';

INSERT INTO change_labels (label, value, change_id)
SELECT 'told', 'yes', change_id FROM changes WHERE disposition <> 'record'
UNION SELECT 'severity', severity, change_id FROM changes
UNION SELECT 'kind', kind, change_id FROM changes
UNION SELECT 'kind', j.value, change_id FROM changes, json_each(sub_kinds) j
UNION SELECT 'source', source, change_id FROM changes WHERE source IS NOT NULL
UNION SELECT 'outlet', outlet, change_id FROM changes
UNION SELECT 'outlet', j.value, change_id FROM changes, json_each(outlets) j
UNION SELECT 'topic', j.value, change_id FROM changes, json_each(topics) j;
INSERT INTO change_counts (label, value, kind, changes)
SELECT l.label, l.value, c.kind, count(*) FROM change_labels l JOIN changes c
  USING (change_id) WHERE {_COUNTED} GROUP BY 1, 2, 3;
INSERT INTO change_counts (label, value, kind, changes)
SELECT label, value, '', sum(changes) FROM change_counts GROUP BY 1, 2;

CREATE TRIGGER change_labels_insert AFTER INSERT ON changes BEGIN
  INSERT INTO change_labels (label, value, change_id)
  SELECT label, value, new.change_id FROM ({_labels("new")});
  INSERT INTO change_counts (label, value, kind, changes)
  SELECT label, value, k.kind, 1 FROM ({_labels("new")})
    CROSS JOIN (SELECT '' AS kind UNION ALL SELECT new.kind) k
  WHERE {_COUNTED}
  ON CONFLICT (label, value, kind) DO UPDATE SET changes = changes + 1;
END;
CREATE TRIGGER change_labels_delete AFTER DELETE ON changes BEGIN
{_forgotten()}
END;

-- the pages of what was withheld, and of what waits or failed
CREATE INDEX alert_changes_withheld ON alert_changes (change_id)
  WHERE withheld IS NOT NULL;
CREATE INDEX deliveries_status ON deliveries (status, delivery_id);

-- up to where each reader has seen the changes
CREATE TABLE looks (
  reader TEXT PRIMARY KEY,
  -- everything newer is unread
  change_id INTEGER NOT NULL,
  looked_at TEXT NOT NULL
) STRICT;

-- searches and filters that somebody keeps
CREATE TABLE searches (
  search_id INTEGER PRIMARY KEY,
  author TEXT NOT NULL,
  name TEXT NOT NULL,
  -- path and query of the page
  address TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (author, name)
) STRICT;
"""
