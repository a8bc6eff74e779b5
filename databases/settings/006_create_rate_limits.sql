-- Migration: 006_create_rate_limits
-- Description: How much a tier may ask for, and how much each user has asked for
-- Author: Platform team
-- Date: 2026-03-09
-- Depends-On: 005_introduce_tiers

-- === UP MIGRATION ===

CREATE TABLE rate_limits (
  tier TEXT NOT NULL REFERENCES tiers (name) ON DELETE CASCADE ON UPDATE CASCADE,
  resource TEXT NOT NULL CHECK (resource IN ('api', 'search', 'layout', 'export')),
  window_seconds INTEGER NOT NULL CHECK (window_seconds > 0),
  max_requests INTEGER NOT NULL CHECK (max_requests > 0),
  -- Limits with different windows can only be compared by their rate.
  requests_per_minute REAL GENERATED ALWAYS AS (max_requests * 60.0 / window_seconds) VIRTUAL,
  PRIMARY KEY (tier, resource)
) STRICT, WITHOUT ROWID;

-- One row per window, counted up with INSERT … ON CONFLICT DO UPDATE: the row is the lock, there is none beside it.
CREATE TABLE request_counts (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  resource TEXT NOT NULL,
  -- Unix seconds, because windows are found by integer division.
  window_start INTEGER NOT NULL,
  requests INTEGER NOT NULL DEFAULT 1 CHECK (requests > 0),
  PRIMARY KEY (user_id, resource, window_start)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_counts_by_window ON request_counts (window_start);

CREATE VIEW rate_limit_usage (user_id, resource, window_start, requests, max_requests, remaining) AS
SELECT users.id, request_counts.resource, request_counts.window_start, request_counts.requests,
  rate_limits.max_requests, max(0, rate_limits.max_requests - request_counts.requests)
FROM request_counts
JOIN users ON users.id = request_counts.user_id
JOIN rate_limits ON rate_limits.tier = users.tier AND rate_limits.resource = request_counts.resource;

INSERT INTO rate_limits (tier, resource, window_seconds, max_requests) VALUES
  ('free', 'api', 60, 60),
  ('free', 'search', 60, 20),
  ('free', 'layout', 3600, 10),
  ('free', 'export', 86400, 2),
  ('power', 'api', 60, 600),
  ('power', 'search', 60, 200),
  ('power', 'layout', 3600, 200),
  ('power', 'export', 86400, 50),
  ('team', 'api', 60, 3000),
  ('team', 'search', 60, 1000),
  ('team', 'layout', 3600, 1000),
  ('team', 'export', 86400, 500);

INSERT INTO request_counts (user_id, resource, window_start, requests) VALUES
  (1, 'api', 1772798400, 212),
  (1, 'layout', 1772798400, 7),
  (2, 'search', 1772798400, 23);

-- === DOWN MIGRATION ===

DROP VIEW rate_limit_usage;
DROP TABLE request_counts;
DROP TABLE rate_limits;
