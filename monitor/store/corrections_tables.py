"""The migration of what users correct: merged and split claims, near misses."""

from __future__ import annotations

CORRECTIONS = """
-- a user said that this claim is that one: its assertions stand there
ALTER TABLE claims ADD COLUMN merged_into INTEGER REFERENCES claims (claim_id) ON DELETE CASCADE;
CREATE INDEX claims_merged ON claims (merged_into) WHERE merged_into IS NOT NULL;
-- the claim it stood under before a merge: that one's measure and story still find it
ALTER TABLE assertions ADD COLUMN origin_claim_id INTEGER REFERENCES claims (claim_id) ON DELETE SET NULL;
CREATE INDEX assertions_origin ON assertions (origin_claim_id)
  WHERE origin_claim_id IS NOT NULL;

-- merges and splits by users, in order; the matcher respects them
CREATE TABLE corrections (
  correction_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('merge', 'split')),
  -- the claim that was kept, or that was split
  claim_id INTEGER NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
  -- the claim that went into it, or that came out of it
  other_claim_id INTEGER NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
  -- the assertions that moved, JSON
  assertions TEXT NOT NULL,
  author TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  corrected_at TEXT NOT NULL
) STRICT;
CREATE INDEX corrections_claim ON corrections (claim_id);
CREATE INDEX corrections_other ON corrections (other_claim_id);

-- the nearest stored claims when a statement was placed, and why each was not it
CREATE TABLE near_claims (
  assertion_id INTEGER NOT NULL
    REFERENCES assertions (assertion_id) ON DELETE CASCADE,
  revision_id INTEGER NOT NULL REFERENCES revisions (revision_id) ON DELETE CASCADE,
  claim_id INTEGER NOT NULL REFERENCES claims (claim_id) ON DELETE CASCADE,
  -- overlap of content, 0..1; a shared measure is worth a half
  score REAL NOT NULL,
  -- the field that decided against it, in words; NULL = this is the claim
  lost TEXT,
  PRIMARY KEY (assertion_id, revision_id, claim_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_claims_claim ON near_claims (claim_id);
CREATE INDEX near_claims_revision ON near_claims (revision_id);

-- what each source now says of what is counted, by measure
CREATE VIEW current_values AS
SELECT m.label AS measure, cl.claim_id, coalesce(src.name, a.outlet) AS source,
  a.value_min, a.comparator, a.value_max, a.unit, a.certainty, a.as_of, a.outlet,
  a.last_seen_at, a.quote, a.pinned_at IS NOT NULL AS is_pinned, a.assertion_id,
  m.measure_id
FROM assertions a
JOIN claims cl ON cl.claim_id = a.claim_id
JOIN measures m ON m.measure_id = cl.measure_id
LEFT JOIN sources src ON src.source_id = a.source_id
WHERE a.is_historic = 0 AND a.comparator IS NOT NULL AND a.polarity = 'positive'
  AND NOT EXISTS (SELECT 1 FROM assertions b WHERE b.claim_id = a.claim_id
    AND +b.source_id IS a.source_id AND (a.source_id IS NOT NULL OR b.outlet = a.outlet)
    AND b.is_historic = 0 AND b.comparator IS NOT NULL
    AND (b.as_of, b.assertion_id) > (a.as_of, a.assertion_id));

-- claims of which sources now give values that exclude each other, or lower bounds of
-- which one is at least twice the other; told = what was last said of it
CREATE VIEW conflicts AS
SELECT measure, claim_id, count(DISTINCT source) AS sources,
  iif(max(value_min) > min(value_max), 'disjoint', 'discrepant') AS how,
  max(value_min) AS highest_minimum, min(value_max) AS lowest_maximum,
  max(as_of) AS as_of,
  (SELECT c.reason FROM changes c WHERE c.claim_id = v.claim_id
    AND (c.kind = 'conflict' OR c.sub_kinds LIKE '%"conflict"%')
    ORDER BY c.change_id DESC LIMIT 1) AS told,
  measure_id
FROM current_values v
GROUP BY claim_id
HAVING count(DISTINCT source) > 1 AND (max(value_min) > min(value_max)
  OR max(iif(value_max IS NULL, value_min, NULL))
    >= 2 * min(iif(value_max IS NULL, value_min, NULL)));
"""
