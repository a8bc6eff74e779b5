-- Migration: 001_create_settings
-- Description: Typed key-value settings, in the groups that the settings page shows as tabs
-- Author: Platform team
-- Date: 2026-01-12

-- === UP MIGRATION ===

CREATE TABLE setting_groups (
  name TEXT NOT NULL PRIMARY KEY CHECK (name <> '' AND name NOT GLOB '*[^a-z_]*'),
  title TEXT NOT NULL,
  position INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- ANY keeps a value exactly as it was written, which only a STRICT table promises: a TEXT column would turn 1 into
-- '1' and leave the guessing to every reader. The CHECK ties the value to the type that the key declares.
CREATE TABLE settings (
  key TEXT NOT NULL PRIMARY KEY CHECK (key GLOB '[a-z]*.[a-z]*'),
  group_name TEXT NOT NULL REFERENCES setting_groups (name),
  type TEXT NOT NULL CHECK (type IN ('boolean', 'integer', 'real', 'text', 'json')),
  value ANY NOT NULL,
  description TEXT NOT NULL,
  updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  CONSTRAINT value_has_its_type CHECK (
    CASE type
      WHEN 'boolean' THEN typeof(value) = 'integer' AND value IN (0, 1)
      WHEN 'json' THEN typeof(value) = 'text' AND json_valid(value)
      ELSE typeof(value) = type
    END
  )
) STRICT, WITHOUT ROWID;

CREATE INDEX settings_by_group ON settings (group_name);

-- Only a new value counts as an update; correcting a description does not.
CREATE TRIGGER settings_touch AFTER UPDATE OF value ON settings
WHEN old.value IS NOT new.value
BEGIN
  UPDATE settings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE key = new.key;
END;

INSERT INTO setting_groups (name, title, position) VALUES
  ('appearance', 'Appearance', 1),
  ('graph', 'Graph', 2),
  ('privacy', 'Privacy', 3),
  ('system', 'System', 4);

-- Fixed times, so that two fresh installations hold the same bytes.
INSERT INTO settings (key, group_name, type, value, description, updated_at) VALUES
  ('appearance.theme', 'appearance', 'text', 'system', 'light, dark or system', '2026-01-12T09:00:00.000Z'),
  ('appearance.font_scale', 'appearance', 'real', 1.0, 'Multiplies every font size', '2026-01-12T09:00:00.000Z'),
  ('appearance.reduced_motion', 'appearance', 'boolean', 0, 'Stops decorative animation', '2026-01-12T09:00:00.000Z'),
  ('graph.max_nodes', 'graph', 'integer', 5000, 'Nodes drawn before the view clusters them', '2026-01-12T09:00:00.000Z'),
  ('graph.show_labels', 'graph', 'boolean', 1, 'Labels beside nodes', '2026-01-12T09:00:00.000Z'),
  ('graph.edge_colours', 'graph', 'json', '{"cites":"#3366cc","visits":"#109618"}', 'Colour per relation', '2026-01-12T09:00:00.000Z'),
  ('privacy.share_usage', 'privacy', 'boolean', 0, 'Sends counts of used features, never content', '2026-01-12T09:00:00.000Z'),
  ('system.session_hours', 'system', 'integer', 720, 'Lifetime of a session', '2026-01-12T09:00:00.000Z'),
  ('system.language', 'system', 'text', 'en', 'BCP 47 language tag', '2026-01-12T09:00:00.000Z');

-- === DOWN MIGRATION ===

DROP TABLE settings;
DROP TABLE setting_groups;
