-- Migration: 005_introduce_tiers
-- Description: Tiers take the place of the power-user flag; users becomes a STRICT table with checked keys
-- Author: Platform team
-- Date: 2026-03-02
-- Depends-On: 004_create_feature_flags

-- === UP MIGRATION ===

CREATE TABLE tiers (
  name TEXT NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  rank INTEGER NOT NULL UNIQUE CHECK (rank >= 0),
  monthly_price_cents INTEGER NOT NULL CHECK (monthly_price_cents >= 0)
) STRICT, WITHOUT ROWID;

INSERT INTO tiers (name, title, rank, monthly_price_cents) VALUES
  ('free', 'Free', 0, 0),
  ('power', 'Power user', 1, 900),
  ('team', 'Team', 2, 2900);

-- ALTER TABLE cannot make a table STRICT, so users is rebuilt: create the new one, copy, drop the old, rename. Never
-- the other way round: renaming the old table away takes the references of its children along.
--
-- Five child tables say ON DELETE CASCADE or SET NULL. DROP TABLE deletes its rows first, so with foreign keys on it
-- would empty all of them, without an error. They are off while a migration runs and checked before its commit.
CREATE TABLE users_rebuilt (
  id INTEGER PRIMARY KEY,
  public_key TEXT NOT NULL UNIQUE CHECK (length(public_key) = 64 AND public_key NOT GLOB '*[^0-9a-f]*'),
  display_name TEXT CHECK (trim(display_name) <> ''),
  email TEXT CHECK (email LIKE '_%@_%'),
  tier TEXT NOT NULL DEFAULT 'free' REFERENCES tiers (name),
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  last_seen_at TEXT,
  rollout_bucket INTEGER GENERATED ALWAYS AS (
    ((instr('0123456789abcdef', substr(public_key, 1, 1)) - 1) * 16
      + instr('0123456789abcdef', substr(public_key, 2, 1)) - 1) * 100 / 256
  ) VIRTUAL
) STRICT;

-- Both column lists are written out: the order of columns is nobody's promise, and a generated column is not copied.
INSERT INTO users_rebuilt (id, public_key, display_name, email, tier, created_at, last_seen_at)
SELECT id, public_key, display_name, email,
  CASE is_power_user WHEN 1 THEN 'power' ELSE 'free' END,
  created_at, last_seen_at
FROM users;

-- Two views read users. A rename looks at every view and stops at one whose table is just missing; the legacy rename
-- leaves them alone, and they mean the new table as soon as it has the name.
DROP TABLE users;
PRAGMA legacy_alter_table = ON;
ALTER TABLE users_rebuilt RENAME TO users;
PRAGMA legacy_alter_table = OFF;

-- Indexes and triggers went with the old table.
CREATE UNIQUE INDEX users_by_email ON users (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX users_by_tier ON users (tier);

-- === DOWN MIGRATION ===

-- Everything above the free tier was a power user before there were tiers.
CREATE TABLE users_rebuilt (
  id INTEGER PRIMARY KEY,
  public_key TEXT NOT NULL UNIQUE,
  display_name TEXT,
  email TEXT,
  is_power_user INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  last_seen_at TEXT,
  rollout_bucket INTEGER GENERATED ALWAYS AS (
    ((instr('0123456789abcdef', substr(public_key, 1, 1)) - 1) * 16
      + instr('0123456789abcdef', substr(public_key, 2, 1)) - 1) * 100 / 256
  ) VIRTUAL
);

INSERT INTO users_rebuilt (id, public_key, display_name, email, is_power_user, created_at, last_seen_at)
SELECT id, public_key, display_name, email, tier <> 'free', created_at, last_seen_at
FROM users;

DROP TABLE users;
PRAGMA legacy_alter_table = ON;
ALTER TABLE users_rebuilt RENAME TO users;
PRAGMA legacy_alter_table = OFF;

CREATE UNIQUE INDEX users_by_email ON users (lower(email)) WHERE email IS NOT NULL;

DROP TABLE tiers;
