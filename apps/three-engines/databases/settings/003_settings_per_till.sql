-- Migration: 003_settings_per_till
-- Description: A setting may differ from till to till
-- Depends-On: 002_create_tills

-- === UP MIGRATION ===
-- A primary key cannot be changed in place: the table is made anew.
CREATE TABLE settings_new (
  till TEXT REFERENCES tills (code),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (till, key)
) STRICT;

INSERT INTO settings_new (key, value) SELECT key, value FROM settings;
DROP TABLE settings;
ALTER TABLE settings_new RENAME TO settings;

-- === DOWN MIGRATION ===
CREATE TABLE settings_old (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

INSERT INTO settings_old (key, value) SELECT key, value FROM settings WHERE till IS NULL;
DROP TABLE settings;
ALTER TABLE settings_old RENAME TO settings;
