-- Migration: 001_create_settings
-- Description: What each till of the shop can be told

-- === UP MIGRATION ===
CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

INSERT INTO settings (key, value) VALUES
  ('currency', 'EUR'),
  ('tax_percent', '19');

-- === DOWN MIGRATION ===
DROP TABLE settings;
