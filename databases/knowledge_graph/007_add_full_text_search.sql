-- Migration: 007_add_full_text_search
-- Description: Full-text search over labels and bodies, kept up to date by triggers
-- Author: Search team
-- Date: 2026-04-08
-- Depends-On: 001_create_nodes_and_edges

-- === UP MIGRATION ===

-- External content: the index holds words, the text stays in nodes and is not stored twice. In exchange every change
-- has to be told, the old text included, because the index cannot look up what it was.
-- porter finds "migrations" for "migration"; remove_diacritics finds "Föhr" for "Fohr".
CREATE VIRTUAL TABLE nodes_search USING fts5 (
  label,
  body,
  content = 'nodes',
  content_rowid = 'id',
  tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER nodes_search_insert AFTER INSERT ON nodes
BEGIN
  INSERT INTO nodes_search (rowid, label, body) VALUES (new.id, new.label, new.body);
END;

CREATE TRIGGER nodes_search_delete AFTER DELETE ON nodes
BEGIN
  INSERT INTO nodes_search (nodes_search, rowid, label, body) VALUES ('delete', old.id, old.label, old.body);
END;

-- Only for the columns that are searched: the layout writes positions sixty times a second.
CREATE TRIGGER nodes_search_update AFTER UPDATE OF id, label, body ON nodes
BEGIN
  INSERT INTO nodes_search (nodes_search, rowid, label, body) VALUES ('delete', old.id, old.label, old.body);
  INSERT INTO nodes_search (rowid, label, body) VALUES (new.id, new.label, new.body);
END;

-- A hit in the label counts four times one in the body.
INSERT INTO nodes_search (nodes_search, rank) VALUES ('rank', 'bm25(4.0, 1.0)');
INSERT INTO nodes_search (nodes_search) VALUES ('rebuild');

-- === DOWN MIGRATION ===

DROP TRIGGER nodes_search_update;
DROP TRIGGER nodes_search_delete;
DROP TRIGGER nodes_search_insert;
DROP TABLE nodes_search;
