-- Description: Find notes by their words
-- === UP MIGRATION ===
CREATE VIRTUAL TABLE notes_search USING fts5 (body, content = 'notes', content_rowid = 'id');
INSERT INTO notes_search (rowid, body) SELECT id, body FROM notes;
CREATE TRIGGER notes_search_insert AFTER INSERT ON notes BEGIN
  INSERT INTO notes_search (rowid, body) VALUES (new.id, new.body);
END;

-- === DOWN MIGRATION ===
DROP TRIGGER notes_search_insert;
DROP TABLE notes_search;
