-- Migration: 002_create_users
-- Description: Users known by their public key, and what each of them sets differently
-- Author: Platform team
-- Date: 2026-01-19
-- Depends-On: 001_create_settings

-- === UP MIGRATION ===

-- Nobody signs up: a user exists once a message signed with the key has been verified. Name and e-mail are optional.
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  public_key TEXT NOT NULL UNIQUE,
  display_name TEXT,
  email TEXT,
  is_power_user INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  last_seen_at TEXT
);

-- Indexed as compared (Ann@example.org is ann@example.org), and only where there is something to compare.
CREATE UNIQUE INDEX users_by_email ON users (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE user_settings (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  key TEXT NOT NULL REFERENCES settings (key) ON DELETE CASCADE ON UPDATE CASCADE,
  value ANY NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

-- The primary key answers "what did this user set"; deleting a setting has to ask the other way round.
CREATE INDEX user_settings_by_key ON user_settings (key);

-- A CHECK cannot look into another table, a trigger can. IS NOT, so that an unknown key is refused too.
CREATE TRIGGER user_settings_insert_type BEFORE INSERT ON user_settings
WHEN typeof(new.value) IS NOT (SELECT typeof(value) FROM settings WHERE key = new.key)
BEGIN
  SELECT RAISE(ABORT, 'a user setting needs a known key and a value of its type');
END;

CREATE TRIGGER user_settings_update_type BEFORE UPDATE OF key, value ON user_settings
WHEN typeof(new.value) IS NOT (SELECT typeof(value) FROM settings WHERE key = new.key)
BEGIN
  SELECT RAISE(ABORT, 'a user setting needs a known key and a value of its type');
END;

-- Who changed a setting last. A user who leaves takes only the name along, not the setting.
ALTER TABLE settings ADD COLUMN updated_by INTEGER REFERENCES users (id) ON DELETE SET NULL;

-- What the application reads: one row per user and setting, with the user's value before the common one.
CREATE VIEW effective_settings (user_id, key, type, value, is_own) AS
SELECT users.id, settings.key, settings.type,
  CASE WHEN user_settings.key IS NULL THEN settings.value ELSE user_settings.value END,
  user_settings.key IS NOT NULL
FROM users
CROSS JOIN settings
LEFT JOIN user_settings ON user_settings.user_id = users.id AND user_settings.key = settings.key;

INSERT INTO users (id, public_key, display_name, email, is_power_user, created_at, last_seen_at) VALUES
  (1, '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e', 'Ada', 'Ada@example.org', 1, '2026-01-19T08:30:00.000Z', '2026-01-20T17:05:12.250Z'),
  (2, '32e1827635450ebb3c5a7d12c1f8e7b2b514439ac10a67eef3d9fd9c5c68e245', 'Grace', 'grace@example.org', 0, '2026-01-19T08:31:00.000Z', NULL),
  (3, '82341f882b6eabcd2ba7f1ef90aad961cf074af15b9ef44a09f9d2a8fbfbe6a2', NULL, NULL, 0, '2026-01-19T08:32:00.000Z', NULL);

INSERT INTO user_settings (user_id, key, value) VALUES
  (1, 'appearance.theme', 'dark'),
  (1, 'graph.max_nodes', 20000),
  (2, 'appearance.font_scale', 1.25);

UPDATE settings SET updated_by = 1 WHERE key = 'graph.edge_colours';

-- === DOWN MIGRATION ===

-- A column cannot leave while a view reads its table, so the view goes first.
DROP VIEW effective_settings;
ALTER TABLE settings DROP COLUMN updated_by;
DROP TABLE user_settings;
DROP TABLE users;
