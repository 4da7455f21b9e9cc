"""The tables and views, as SQL a person can read. docs/schema.md is made from this.

Conventions: STRICT; plural tables, `<singular>_id` keys; times as text
(`YYYY-MM-DDTHH:MM:SSZ`, UTC); enumerations as words with CHECK; lists as JSON text.
A comment stands before each column that does not explain itself.
"""

from __future__ import annotations

from monitor.store.outbox_tables import CHANGES
from monitor.store.tables import ARTICLES, CLAIMS, FEEDS

# "ClWt" in ASCII: `file` and we ourselves can tell our databases from others.
APPLICATION_ID = 0x436C5774

SEARCH = """
CREATE VIRTUAL TABLE claims_fts USING fts5 (
  text, content = 'claims', content_rowid = 'claim_id',
  tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER claims_fts_insert AFTER INSERT ON claims BEGIN
  INSERT INTO claims_fts (rowid, text) VALUES (new.claim_id, new.text);
END;
CREATE TRIGGER claims_fts_delete AFTER DELETE ON claims BEGIN
  INSERT INTO claims_fts (claims_fts, rowid, text)
  VALUES ('delete', old.claim_id, old.text);
END;
CREATE TRIGGER claims_fts_update AFTER UPDATE OF text ON claims BEGIN
  INSERT INTO claims_fts (claims_fts, rowid, text)
  VALUES ('delete', old.claim_id, old.text);
  INSERT INTO claims_fts (rowid, text) VALUES (new.claim_id, new.text);
END;
-- how many claims hold a term: the rarest terms find candidates
CREATE VIRTUAL TABLE claims_terms USING fts5vocab ('claims_fts', 'row');

CREATE VIRTUAL TABLE revisions_fts USING fts5 (
  text, content = 'revisions', content_rowid = 'revision_id',
  tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER revisions_fts_insert AFTER INSERT ON revisions BEGIN
  INSERT INTO revisions_fts (rowid, text) VALUES (new.revision_id, new.text);
END;
CREATE TRIGGER revisions_fts_delete AFTER DELETE ON revisions BEGIN
  INSERT INTO revisions_fts (revisions_fts, rowid, text)
  VALUES ('delete', old.revision_id, old.text);
END;
"""

VIEWS = """
-- every recorded change, newest first, with its alert and deliveries
CREATE VIEW change_history AS
SELECT c.change_id, c.detected_at, c.kind, c.severity, c.reason,
  cl.text AS claim, c.source, c.measure, c.certainty,
  json_extract(c.before, '$.text') AS before_text,
  json_extract(c.after, '$.text') AS after_text,
  c.outlet, c.article_url, c.disposition, c.disposition_reason,
  (SELECT group_concat(a.alert_key, ' ') FROM alert_changes ac
    JOIN alerts a USING (alert_id) WHERE ac.change_id = c.change_id) AS alerts,
  c.claim_id
FROM changes c JOIN claims cl USING (claim_id)
ORDER BY c.change_id DESC;

-- what each source said of each claim, and where, in order
CREATE VIEW claim_timeline AS
SELECT s.first_seen_at, cl.claim_id, cl.text AS claim, m.label AS measure,
  coalesce(src.name, a.outlet) AS source, a.value_min, a.comparator, a.value_max,
  a.unit, a.certainty, a.polarity, a.status, s.quote, ar.url AS article_url,
  r.number AS revision, s.last_seen_at, s.gone_since, s.removed_at, a.assertion_id
FROM sightings s
JOIN assertions a USING (assertion_id)
JOIN claims cl USING (claim_id)
JOIN revisions r ON r.revision_id = s.revision_id
JOIN articles ar ON ar.article_id = s.article_id
LEFT JOIN sources src ON src.source_id = a.source_id
LEFT JOIN measures m ON m.measure_id = cl.measure_id
ORDER BY cl.claim_id, s.first_seen_at, s.sighting_id;

-- how each feed is doing
CREATE VIEW feed_health AS
SELECT f.name, f.outlet, f.state, f.error, f.failures, f.last_polled_at, f.last_ok_at,
  f.next_poll_at, f.baselined_at, f.url,
  (SELECT count(*) FROM entries e WHERE e.feed_id = f.feed_id) AS entries,
  (SELECT count(DISTINCT e.article_id) FROM entries e WHERE e.feed_id = f.feed_id)
    AS articles,
  f.is_active
FROM feeds f ORDER BY f.name;

-- what is to be sent, was sent, or can't be
CREATE VIEW outbox AS
SELECT d.delivery_id, a.alert_key, d.channel, d.status, d.attempts, d.next_attempt_at,
  d.sent_at, d.error, a.route, a.created_at, a.flush_at,
  (SELECT count(*) FROM alert_changes ac WHERE ac.alert_id = a.alert_id) AS changes
FROM deliveries d JOIN alerts a USING (alert_id)
ORDER BY d.delivery_id DESC;
"""

FIRST = FEEDS + ARTICLES + CLAIMS + CHANGES + SEARCH + VIEWS
