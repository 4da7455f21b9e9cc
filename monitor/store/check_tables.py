"""Migration: when each article's page was visited, and which edits were silent."""

from __future__ import annotations

CHECKS = """
-- each check of an article, newest last; append only, the oldest of an article go
CREATE TABLE checks (
  article_id INTEGER NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  -- 1, 2, 3 within the article
  number INTEGER NOT NULL,
  checked_at TEXT NOT NULL,
  -- of the HTTP answer; NULL = none came, or none was asked for
  status INTEGER,
  -- of the body as received, decompressed; 0 when the page was not modified
  bytes INTEGER,
  -- from the request to the end of the body
  duration_ms INTEGER,
  verdict TEXT NOT NULL,
  -- what was wrong in one line, NULL when nothing was
  reason TEXT,
  -- number of the revision that this check brought, NULL = none
  revision INTEGER,
  -- to the next check; NULL = none is planned
  wait_s INTEGER,
  PRIMARY KEY (article_id, number)
) STRICT, WITHOUT ROWID;

-- what each visit to an article's page brought
CREATE VIEW check_history AS
SELECT c.checked_at, a.outlet, a.url,
  CASE WHEN c.revision IS NOT NULL THEN 'revision ' || c.revision
    WHEN c.verdict <> 'ok' THEN c.verdict
    WHEN c.status = 304 THEN 'not modified' ELSE 'same text' END AS outcome,
  c.reason, c.status, c.bytes, c.duration_ms, c.revision,
  strftime('%Y-%m-%dT%H:%M:%SZ', c.checked_at, '+' || c.wait_s || ' seconds')
    AS next_check_at,
  c.article_id, c.number
FROM checks c JOIN articles a USING (article_id);

-- 1 = the text changed while the page's own date did not, without a notice
ALTER TABLE revisions ADD COLUMN is_silent_edit INTEGER NOT NULL DEFAULT 0
  CHECK (is_silent_edit IN (0, 1));
UPDATE revisions SET is_silent_edit = 1 WHERE revision_id IN
  (SELECT revision_id FROM changes WHERE is_silent_edit = 1);
"""
