-- Description: How the list is shown
-- Depends-On: notes:001_create_notes
-- === UP MIGRATION ===
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO settings (key, value) VALUES ('bullet', '-');

-- === DOWN MIGRATION ===
DROP TABLE settings;
