"""The tables and views, as SQL a person can read. docs/schema.md is made from this.

Conventions: STRICT; plural tables, `<singular>_id` keys; times as text
(`YYYY-MM-DDTHH:MM:SSZ`, UTC); enumerations as words with CHECK; lists as JSON text.
A comment stands before each column that does not explain itself.
"""

from __future__ import annotations

from enum import StrEnum

from monitor.model import (
    Certainty,
    ChangeKind,
    Comparator,
    DeliveryStatus,
    Polarity,
    Severity,
    SourceKind,
    Status,
    Verdict,
    Weight,
)

# "ClWt" in ASCII: `file` and we ourselves can tell our databases from others.
APPLICATION_ID = 0x436C5774


def _words(column: str, words: type[StrEnum], *, optional: bool = False) -> str:
    listed = ", ".join(f"'{word.value}'" for word in words)
    null = f"{column} IS NULL OR " if optional else ""
    return f"CHECK ({null}{column} IN ({listed}))"


FEEDS = """
CREATE TABLE feeds (
  feed_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  -- the address polled: url, or where repeated permanent redirects led
  fetch_url TEXT NOT NULL,
  -- a permanent redirect seen but not yet adopted, and how often in a row
  moved_to TEXT,
  moved_count INTEGER NOT NULL DEFAULT 0,
  outlet TEXT NOT NULL,
  title TEXT,
  language TEXT,
  -- 0 = no longer configured; its history stays
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  -- first good poll; NULL = the next good poll is silent
  baselined_at TEXT,
  etag TEXT,
  last_modified TEXT,
  body_sha256 TEXT,
  -- last poll without validators: some feeds keep an ETag after changing
  unconditional_at TEXT,
  last_polled_at TEXT,
  last_ok_at TEXT,
  next_poll_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'new'
    CHECK (state IN ('new', 'ok', 'failing', 'blocked', 'gone')),
  failures INTEGER NOT NULL DEFAULT 0,
  -- the last failure in one line, NULL when well
  error TEXT,
  -- who works on it now, and until when that is believed
  leased_by TEXT,
  leased_until TEXT
) STRICT;
CREATE INDEX feeds_due ON feeds (next_poll_at) WHERE is_active = 1;

CREATE TABLE entries (
  entry_id INTEGER PRIMARY KEY,
  feed_id INTEGER NOT NULL REFERENCES feeds (feed_id) ON DELETE CASCADE,
  guid TEXT NOT NULL,
  -- canonical; '' when the entry has no usable link
  url TEXT NOT NULL,
  title TEXT NOT NULL,
  article_id INTEGER REFERENCES articles (article_id) ON DELETE SET NULL,
  -- the entry's own content, the document when the page can't be had
  content_html TEXT NOT NULL DEFAULT '',
  published_at TEXT,
  updated_at TEXT,
  first_seen_at TEXT NOT NULL,
  -- last good poll that still listed it
  last_seen_at TEXT NOT NULL,
  -- a re-used guid with another link is another entry
  UNIQUE (feed_id, guid, url)
) STRICT;
CREATE INDEX entries_article ON entries (article_id);
"""

ARTICLES = f"""
CREATE TABLE articles (
  article_id INTEGER PRIMARY KEY,
  -- canonical: tracking parameters and fragments stripped
  url TEXT NOT NULL UNIQUE,
  -- another URL of the same page points to the article that is kept
  same_as_article_id INTEGER REFERENCES articles (article_id) ON DELETE SET NULL,
  outlet TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  language TEXT,
  published_at TEXT,
  -- the page's own modification date, to tell silent edits
  modified_at TEXT,
  first_seen_at TEXT NOT NULL,
  -- 1 = seen in a feed's first poll: its first revision is baseline, never alerted
  is_silent INTEGER NOT NULL DEFAULT 0 CHECK (is_silent IN (0, 1)),
  story_id INTEGER REFERENCES stories (story_id) ON DELETE SET NULL,
  -- near-duplicate signature: copies of one wire text share it
  wire_key TEXT,
  revision_count INTEGER NOT NULL DEFAULT 0,
  last_checked_at TEXT,
  last_changed_at TEXT,
  -- NULL = the taper has ended, or the page is gone
  next_check_at TEXT,
  verdict TEXT {_words("verdict", Verdict, optional=True)},
  failures INTEGER NOT NULL DEFAULT 0,
  error TEXT,
  -- first 404/410 in a row; confirmed by a second one later
  gone_since TEXT,
  gone_at TEXT,
  etag TEXT,
  last_modified TEXT,
  -- of the last page that was analysed: an identical one need not be
  body_sha256 TEXT,
  leased_by TEXT,
  leased_until TEXT
) STRICT;
CREATE INDEX articles_due ON articles (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX articles_story ON articles (story_id);

-- shares of the signatures: copies of one text share at least one band
CREATE TABLE wire_bands (
  band TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  PRIMARY KEY (band, article_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX wire_bands_article ON wire_bands (article_id);

CREATE TABLE revisions (
  revision_id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  -- 1, 2, 3 within the article
  number INTEGER NOT NULL,
  -- headline, newline, then one paragraph a line; offsets index this text
  text TEXT NOT NULL,
  headline_end INTEGER NOT NULL,
  text_sha256 TEXT NOT NULL,
  language TEXT,
  -- the correction notice that the page carried, if any
  correction TEXT,
  -- 1 = the entry's own content, because the page could not be had
  is_from_feed INTEGER NOT NULL DEFAULT 0 CHECK (is_from_feed IN (0, 1)),
  -- extractor, engine and model versions: a change of tool is not a change of claim
  analysis TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  UNIQUE (article_id, number)
) STRICT;

CREATE TABLE evidence (
  revision_id INTEGER PRIMARY KEY REFERENCES revisions (revision_id) ON DELETE CASCADE,
  fetched_at TEXT NOT NULL,
  url TEXT NOT NULL,
  -- response headers as JSON, secrets never among them
  headers TEXT NOT NULL,
  html_sha256 TEXT NOT NULL,
  -- the page as fetched, gzip
  html_gzip BLOB NOT NULL
) STRICT;

-- what retention removed: it must not come back as new
CREATE TABLE tombstones (
  url TEXT PRIMARY KEY,
  purged_at TEXT NOT NULL
) STRICT;
"""

CLAIMS = f"""
CREATE TABLE stories (
  story_id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  -- articles in it; capped
  size INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX stories_recent ON stories (last_seen_at);

CREATE TABLE story_entities (
  story_id INTEGER NOT NULL REFERENCES stories (story_id) ON DELETE CASCADE,
  entity TEXT NOT NULL,
  -- in how many of its articles
  articles INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (story_id, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX story_entities_entity ON story_entities (entity);

CREATE TABLE measures (
  measure_id INTEGER PRIMARY KEY,
  -- what is counted, normalised: 'killed/person'
  key TEXT NOT NULL,
  -- readable: 'people killed · harbour fire'
  label TEXT NOT NULL,
  -- words that narrow it (place, subgroup), JSON
  scope TEXT NOT NULL DEFAULT '[]',
  story_id INTEGER REFERENCES stories (story_id) ON DELETE SET NULL,
  UNIQUE (key, scope, story_id)
) STRICT;

CREATE TABLE sources (
  source_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL {_words("kind", SourceKind)}
) STRICT;

CREATE TABLE claims (
  claim_id INTEGER PRIMARY KEY,
  -- the proposition, self-contained
  text TEXT NOT NULL,
  predicate TEXT NOT NULL,
  measure_id INTEGER REFERENCES measures (measure_id) ON DELETE SET NULL,
  story_id INTEGER REFERENCES stories (story_id) ON DELETE SET NULL,
  -- 0..1; gates alerts for new claims
  checkworthy REAL NOT NULL DEFAULT 0,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX claims_measure ON claims (measure_id) WHERE measure_id IS NOT NULL;
CREATE INDEX claims_story ON claims (story_id);

CREATE TABLE assertions (
  assertion_id INTEGER PRIMARY KEY,
  claim_id INTEGER NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
  -- who says it, innermost of the chain; NULL = the outlet's own voice
  source_id INTEGER REFERENCES sources (source_id),
  outlet TEXT NOT NULL,
  -- source names outermost first, JSON
  chain TEXT NOT NULL DEFAULT '[]',
  text TEXT NOT NULL,
  quote TEXT NOT NULL,
  -- the value's interval; NULL = open end or no quantity
  value_min REAL,
  value_max REAL,
  comparator TEXT {_words("comparator", Comparator, optional=True)},
  unit TEXT,
  certainty TEXT NOT NULL {_words("certainty", Certainty)},
  polarity TEXT NOT NULL {_words("polarity", Polarity)},
  status TEXT {_words("status", Status, optional=True)},
  predicate TEXT NOT NULL,
  -- normalised names and heads in the proposition's slots, JSON
  participants TEXT NOT NULL DEFAULT '[]',
  entities TEXT NOT NULL DEFAULT '[]',
  place TEXT,
  -- day of the event (not of the report), YYYY-MM-DD
  event_on TEXT,
  scope TEXT NOT NULL DEFAULT '[]',
  weight TEXT NOT NULL {_words("weight", Weight)},
  denies INTEGER NOT NULL DEFAULT 0 CHECK (denies IN (0, 1)),
  -- an absence claim ("no official response")
  is_absence INTEGER NOT NULL DEFAULT 0 CHECK (is_absence IN (0, 1)),
  -- an earlier value, kept for the record; never compared
  is_historic INTEGER NOT NULL DEFAULT 0 CHECK (is_historic IN (0, 1)),
  -- 1 = counts as an independent source of its claim
  is_independent INTEGER NOT NULL DEFAULT 1 CHECK (is_independent IN (0, 1)),
  -- the article it was first seen in
  article_id INTEGER REFERENCES articles (article_id) ON DELETE SET NULL,
  -- stated date, else published, else first seen: old news never rolls this back
  as_of TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  -- confirmed by a user: later changes compare with this
  pinned_at TEXT,
  pinned_by TEXT
) STRICT;
CREATE INDEX assertions_claim ON assertions (claim_id);
CREATE INDEX assertions_source ON assertions (source_id);

CREATE TABLE sightings (
  sighting_id INTEGER PRIMARY KEY,
  assertion_id INTEGER NOT NULL
    REFERENCES assertions (assertion_id) ON DELETE CASCADE,
  article_id INTEGER NOT NULL REFERENCES articles (article_id) ON DELETE CASCADE,
  revision_id INTEGER NOT NULL REFERENCES revisions (revision_id) ON DELETE CASCADE,
  -- verbatim span of the revision's text: text[start_offset:end_offset]
  quote TEXT NOT NULL,
  start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  -- sentence number in the revision
  sentence INTEGER NOT NULL,
  weight TEXT NOT NULL {_words("weight", Weight)},
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  -- missing from the next revision since then (a removal is confirmed later)
  gone_since TEXT,
  -- the removal was confirmed by a second check
  removed_at TEXT
) STRICT;
CREATE INDEX sightings_assertion ON sightings (assertion_id);
CREATE INDEX sightings_revision ON sightings (revision_id);
CREATE INDEX sightings_pending ON sightings (article_id)
  WHERE gone_since IS NOT NULL AND removed_at IS NULL;
CREATE INDEX sightings_removed ON sightings (article_id) WHERE removed_at IS NOT NULL;

-- what the baseline is looked up by besides words: names and measures
CREATE TABLE claim_keys (
  key TEXT NOT NULL,
  claim_id INTEGER NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
  PRIMARY KEY (key, claim_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_keys_claim ON claim_keys (claim_id);

CREATE TABLE notes (
  note_id INTEGER PRIMARY KEY,
  claim_id INTEGER NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
  change_id INTEGER REFERENCES changes (change_id) ON DELETE SET NULL,
  author TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
"""

CHANGES = f"""
CREATE TABLE changes (
  change_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL {_words("kind", ChangeKind)},
  -- the other kinds that apply, JSON
  sub_kinds TEXT NOT NULL DEFAULT '[]',
  severity TEXT NOT NULL {_words("severity", Severity)},
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
  source_kind TEXT {_words("source_kind", SourceKind, optional=True)},
  chain TEXT NOT NULL DEFAULT '[]',
  measure TEXT,
  certainty TEXT NOT NULL {_words("certainty", Certainty)},
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
  status TEXT NOT NULL {_words("status", DeliveryStatus)},
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
