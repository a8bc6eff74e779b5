-- Migration: 003_create_sessions_and_api_keys
-- Description: Sessions for people, API keys for programs; only hashes of secrets are stored
-- Author: Platform team
-- Date: 2026-01-26
-- Depends-On: 002_create_users

-- === UP MIGRATION ===

-- The SHA-256 of the token is the key: a stolen copy of this table opens no session.
CREATE TABLE sessions (
  token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  user_agent TEXT,
  CONSTRAINT session_ends_after_it_begins CHECK (expires_at > created_at)
) STRICT, WITHOUT ROWID;

-- Most sessions are over. The index holds only those that a sign-out or the clean-up still has to find.
CREATE INDEX sessions_live ON sessions (user_id, expires_at) WHERE revoked_at IS NULL;

CREATE TABLE api_keys (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (trim(name) <> ''),
  -- Shown in lists, so that its owner can tell one key from another.
  prefix TEXT NOT NULL CHECK (length(prefix) = 8),
  secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  scopes TEXT NOT NULL DEFAULT '["read"]' CHECK (json_valid(scopes) AND json_type(scopes) = 'array'),
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  expires_at TEXT,
  revoked_at TEXT
) STRICT;

-- A name may be used again once the key that had it is revoked: rotation keeps its name.
CREATE UNIQUE INDEX api_keys_live_name ON api_keys (user_id, name) WHERE revoked_at IS NULL;

INSERT INTO sessions (token_hash, user_id, created_at, expires_at, revoked_at, user_agent) VALUES
  (x'9f2c1d4e5a6b7c8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f', 1, '2026-01-26T10:00:00.000Z', '2026-02-25T10:00:00.000Z', NULL, 'Firefox on Linux'),
  (x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 1, '2026-01-20T10:00:00.000Z', '2026-02-19T10:00:00.000Z', '2026-01-25T18:00:00.000Z', 'Safari on iPad'),
  (x'fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210', 2, '2026-01-26T11:30:00.000Z', '2026-02-25T11:30:00.000Z', NULL, NULL);

INSERT INTO api_keys (id, user_id, name, prefix, secret_hash, scopes, created_at, expires_at, revoked_at) VALUES
  (1, 1, 'nightly import', 'wb_k3Jq9', x'a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90', '["read","write"]', '2026-01-26T10:05:00.000Z', NULL, '2026-02-01T00:00:00.000Z'),
  (2, 1, 'nightly import', 'wb_Zr84t', x'b1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f91', '["read","write"]', '2026-02-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z', NULL),
  (3, 2, 'notebook', 'wb_m0Pz7', x'c1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f92', '["read"]', '2026-01-27T12:00:00.000Z', NULL, NULL);

-- === DOWN MIGRATION ===

DROP TABLE api_keys;
DROP TABLE sessions;
