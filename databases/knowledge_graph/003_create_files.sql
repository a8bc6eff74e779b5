-- Migration: 003_create_files
-- Description: The files that nodes were read from, with their topics
-- Author: Import team
-- Date: 2026-02-11
-- Depends-On: 001_create_nodes_and_edges

-- === UP MIGRATION ===

CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE CHECK (path <> '' AND path NOT LIKE '/%'),
  -- Equal hash, nothing to import: the time of a file says nothing after a checkout.
  content_hash BLOB NOT NULL CHECK (length(content_hash) = 32),
  size_bytes INTEGER NOT NULL CHECK (size_bytes >= 0),
  modified_at TEXT NOT NULL,
  imported_at TEXT,
  topics TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(topics) AND json_type(topics) = 'array')
) STRICT;

-- Windows and macOS find a file in either case; two paths that differ only in case are a mistake to be shown.
CREATE INDEX files_by_folded_path ON files (lower(path));
CREATE INDEX files_waiting ON files (modified_at) WHERE imported_at IS NULL;

CREATE TABLE file_nodes (
  file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  node_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  line INTEGER NOT NULL DEFAULT 1 CHECK (line >= 1),
  PRIMARY KEY (file_id, node_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX file_nodes_by_node ON file_nodes (node_id);

INSERT INTO files (id, path, content_hash, size_bytes, modified_at, imported_at, topics) VALUES
  (1, 'birds/whimbrel.md', x'5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8', 4182, '2026-01-10T07:00:00.000Z', '2026-01-14T10:00:00.000Z', '["waders","migration","storms"]'),
  (2, 'birds/godwit.md', x'6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b', 2960, '2026-01-11T07:00:00.000Z', '2026-01-14T10:00:00.000Z', '["waders","migration"]'),
  (3, 'notes/2025.md', x'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35', 18077, '2026-01-12T07:00:00.000Z', '2026-01-14T10:00:00.000Z', '["counts","waders"]'),
  (4, 'methods/tracking.md', x'4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce', 9310, '2026-01-13T07:00:00.000Z', '2026-01-14T10:00:00.000Z', '["tracking","migration"]'),
  (5, 'drafts/plover.md', x'4b227777d4dd1fc61c6f884f48641d02b4d121d3fd328cb08b5531fcacdabf8a', 0, '2026-02-10T07:00:00.000Z', NULL, '[]');

INSERT INTO file_nodes (file_id, node_id, line) VALUES
  (1, 1, 1), (1, 7, 42), (2, 2, 1), (2, 6, 18), (3, 9, 1), (4, 10, 1), (4, 8, 77);

-- === DOWN MIGRATION ===

DROP TABLE file_nodes;
DROP TABLE files;
