"""Migration: messages as they were sent, what threads them, and escalation."""

from __future__ import annotations

MESSAGES = """
-- the message as it was last sent, JSON: title, body, form, note
ALTER TABLE deliveries ADD COLUMN message TEXT;
-- what the service calls the message: Slack's ts, a mail's Message-ID
ALTER TABLE deliveries ADD COLUMN reference TEXT;
-- the reference of the first message of its thread; NULL if it begins one
ALTER TABLE deliveries ADD COLUMN thread TEXT;
-- 0 = sent at once; 1, 2, ... = only if nobody acknowledges the alert in time
ALTER TABLE deliveries ADD COLUMN escalation INTEGER NOT NULL DEFAULT 0;
"""
