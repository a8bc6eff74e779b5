-- Migration: 004_create_feature_flags
-- Description: Feature flags with a gradual roll-out that gives a user the same answer every time
-- Author: Platform team
-- Date: 2026-02-09
-- Depends-On: 002_create_users

-- === UP MIGRATION ===

CREATE TABLE feature_flags (
  name TEXT NOT NULL PRIMARY KEY CHECK (name <> '' AND name NOT GLOB '*[^a-z0-9_]*'),
  description TEXT NOT NULL,
  is_enabled INTEGER NOT NULL DEFAULT 0 CHECK (is_enabled IN (0, 1)),
  rollout_percent INTEGER NOT NULL DEFAULT 0 CHECK (rollout_percent BETWEEN 0 AND 100),
  -- Shifts the buckets, so that it is not always the same users who get the unfinished things first.
  rollout_offset INTEGER NOT NULL DEFAULT 0 CHECK (rollout_offset BETWEEN 0 AND 99)
) STRICT, WITHOUT ROWID;

CREATE TABLE feature_flag_overrides (
  flag_name TEXT NOT NULL REFERENCES feature_flags (name) ON DELETE CASCADE ON UPDATE CASCADE,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
  reason TEXT NOT NULL,
  PRIMARY KEY (flag_name, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX feature_flag_overrides_by_user ON feature_flag_overrides (user_id);

-- 0 to 99, from the first two hex digits of the key: random over users, fixed for one of them, and nothing to store.
-- ADD COLUMN can add a generated column only if it is VIRTUAL.
ALTER TABLE users ADD COLUMN rollout_bucket INTEGER GENERATED ALWAYS AS (
  ((instr('0123456789abcdef', substr(public_key, 1, 1)) - 1) * 16
    + instr('0123456789abcdef', substr(public_key, 2, 1)) - 1) * 100 / 256
) VIRTUAL;

-- An override decides; without one the bucket does, as long as the flag is on.
CREATE VIEW user_features (user_id, flag_name, is_enabled) AS
SELECT users.id, feature_flags.name,
  coalesce(
    feature_flag_overrides.is_enabled,
    feature_flags.is_enabled
      AND (users.rollout_bucket + feature_flags.rollout_offset) % 100 < feature_flags.rollout_percent
  )
FROM users
CROSS JOIN feature_flags
LEFT JOIN feature_flag_overrides
  ON feature_flag_overrides.flag_name = feature_flags.name AND feature_flag_overrides.user_id = users.id;

INSERT INTO feature_flags (name, description, is_enabled, rollout_percent, rollout_offset) VALUES
  ('semantic_search', 'Search by meaning beside full text', 1, 100, 0),
  ('gpu_layout', 'Force layout on the graphics card', 1, 40, 0),
  ('shared_graphs', 'Graphs that several users edit', 0, 0, 50);

INSERT INTO feature_flag_overrides (flag_name, user_id, is_enabled, reason) VALUES
  ('shared_graphs', 1, 1, 'tests it for the team'),
  ('gpu_layout', 2, 0, 'driver crashes, see support case 4711');

-- === DOWN MIGRATION ===

DROP VIEW user_features;
ALTER TABLE users DROP COLUMN rollout_bucket;
DROP TABLE feature_flag_overrides;
DROP TABLE feature_flags;
