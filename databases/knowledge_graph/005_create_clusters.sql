-- Migration: 005_create_clusters
-- Description: Clusters inside clusters, their members, and how many there are
-- Author: Graph team
-- Date: 2026-03-11
-- Depends-On: 001_create_nodes_and_edges

-- === UP MIGRATION ===

CREATE TABLE clusters (
  id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES clusters (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (trim(name) <> ''),
  algorithm TEXT NOT NULL DEFAULT 'manual' CHECK (algorithm IN ('manual', 'louvain', 'leiden')),
  colour TEXT NOT NULL DEFAULT '#808080',
  -- Kept by the triggers below: the legend shows it for every cluster on every frame.
  member_count INTEGER NOT NULL DEFAULT 0 CHECK (member_count >= 0),
  CONSTRAINT not_inside_itself CHECK (parent_id <> id),
  CONSTRAINT colour_is_hexadecimal CHECK (
    length(colour) = 7 AND colour GLOB '#*' AND substr(colour, 2) NOT GLOB '*[^0-9a-f]*'
  )
) STRICT;

CREATE UNIQUE INDEX clusters_by_name ON clusters (coalesce(parent_id, 0), name);

CREATE TABLE cluster_members (
  cluster_id INTEGER NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
  node_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  strength REAL NOT NULL DEFAULT 1.0 CHECK (strength > 0.0 AND strength <= 1.0),
  PRIMARY KEY (cluster_id, node_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cluster_members_by_node ON cluster_members (node_id);

-- A member that disappears because its node was deleted is counted too: a cascade fires triggers.
CREATE TRIGGER cluster_members_count_insert AFTER INSERT ON cluster_members
BEGIN
  UPDATE clusters SET member_count = member_count + 1 WHERE id = new.cluster_id;
END;

CREATE TRIGGER cluster_members_count_delete AFTER DELETE ON cluster_members
BEGIN
  UPDATE clusters SET member_count = member_count - 1 WHERE id = old.cluster_id;
END;

CREATE TRIGGER cluster_members_count_move AFTER UPDATE OF cluster_id ON cluster_members
WHEN old.cluster_id <> new.cluster_id
BEGIN
  UPDATE clusters SET member_count = member_count - 1 WHERE id = old.cluster_id;
  UPDATE clusters SET member_count = member_count + 1 WHERE id = new.cluster_id;
END;

-- The tree from its roots down. A cluster has one parent, so a ring of clusters has no root: the walk never enters it
-- and needs no bound.
CREATE VIEW cluster_tree (id, path, depth, member_count) AS
WITH RECURSIVE walk (id, path, depth, member_count) AS (
  SELECT id, name, 0, member_count FROM clusters WHERE parent_id IS NULL
  UNION ALL
  SELECT clusters.id, walk.path || ' / ' || clusters.name, walk.depth + 1, clusters.member_count
  FROM walk
  JOIN clusters ON clusters.parent_id = walk.id
)
SELECT id, path, depth, member_count FROM walk;

INSERT INTO clusters (id, parent_id, name, algorithm, colour) VALUES
  (1, NULL, 'Nature', 'manual', '#109618'),
  (2, 1, 'Waders', 'louvain', '#3366cc'),
  (3, 1, 'Places', 'louvain', '#ff9900'),
  (4, 3, 'Stopovers', 'leiden', '#dc3912'),
  (5, NULL, 'Reading', 'manual', '#808080');

INSERT INTO cluster_members (cluster_id, node_id, strength) VALUES
  (1, 7, 0.4), (1, 8, 0.6),
  (2, 1, 1.0), (2, 2, 1.0), (2, 3, 0.9),
  (3, 4, 1.0),
  (4, 5, 0.8), (4, 6, 0.95),
  (5, 9, 1.0), (5, 10, 1.0);

-- === DOWN MIGRATION ===

DROP VIEW cluster_tree;
DROP TABLE cluster_members;
DROP TABLE clusters;
