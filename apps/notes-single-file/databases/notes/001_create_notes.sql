-- Description: A note is a text and when it was written
-- === UP MIGRATION ===
CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  body TEXT NOT NULL CHECK (body <> ''),
  written_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
);

-- === DOWN MIGRATION ===
DROP TABLE notes;
