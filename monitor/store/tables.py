"""The tables, as SQL a person can read; see `schema` for the conventions."""

from __future__ import annotations

from enum import StrEnum

from monitor.model import (
    Certainty,
    Comparator,
    Polarity,
    SourceKind,
    Status,
    Verdict,
    Weight,
)


def words(column: str, words: type[StrEnum], *, optional: bool = False) -> str:
    """A CHECK that allows only the values of an enumeration."""
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
CREATE INDEX entries_article ON entries (article_id, feed_id);
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
  -- paused = no configured feed carries it any more, so it is not visited;
  -- resumed = one does again: its next text is silent
  watch TEXT NOT NULL DEFAULT 'on' CHECK (watch IN ('on', 'paused', 'resumed')),
  story_id INTEGER REFERENCES stories (story_id) ON DELETE SET NULL,
  -- near-duplicate signature: copies of one wire text share it
  wire_key TEXT,
  revision_count INTEGER NOT NULL DEFAULT 0,
  last_checked_at TEXT,
  last_changed_at TEXT,
  -- NULL = the taper has ended, or the page is gone
  next_check_at TEXT,
  verdict TEXT {words("verdict", Verdict, optional=True)},
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
  kind TEXT NOT NULL {words("kind", SourceKind)}
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
  comparator TEXT {words("comparator", Comparator, optional=True)},
  unit TEXT,
  certainty TEXT NOT NULL {words("certainty", Certainty)},
  polarity TEXT NOT NULL {words("polarity", Polarity)},
  status TEXT {words("status", Status, optional=True)},
  predicate TEXT NOT NULL,
  -- normalised names and heads in the proposition's slots, JSON
  participants TEXT NOT NULL DEFAULT '[]',
  entities TEXT NOT NULL DEFAULT '[]',
  place TEXT,
  -- day of the event (not of the report), YYYY-MM-DD
  event_on TEXT,
  scope TEXT NOT NULL DEFAULT '[]',
  weight TEXT NOT NULL {words("weight", Weight)},
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
  weight TEXT NOT NULL {words("weight", Weight)},
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
