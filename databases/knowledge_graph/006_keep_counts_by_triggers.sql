-- Migration: 006_keep_counts_by_triggers
-- Description: Degrees of nodes and totals of the graph, right after every change and without a full scan
-- Author: Graph team
-- Date: 2026-03-25
-- Depends-On: 001_create_nodes_and_edges

-- === UP MIGRATION ===

CREATE TABLE graph_totals (
  name TEXT NOT NULL PRIMARY KEY CHECK (name IN ('nodes', 'edges')),
  total INTEGER NOT NULL CHECK (total >= 0)
) STRICT, WITHOUT ROWID;

-- Beside nodes and not in it: an edge would otherwise rewrite the row of a node with all its text.
CREATE TABLE node_degrees (
  node_id INTEGER PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
  incoming INTEGER NOT NULL DEFAULT 0 CHECK (incoming >= 0),
  outgoing INTEGER NOT NULL DEFAULT 0 CHECK (outgoing >= 0),
  degree INTEGER NOT NULL GENERATED ALWAYS AS (incoming + outgoing) STORED
) STRICT;

-- Stored, because this index and every sort by importance read it.
CREATE INDEX node_degrees_by_degree ON node_degrees (degree DESC);

-- Counted before the triggers exist, so that nothing is counted twice.
INSERT INTO graph_totals (name, total) VALUES
  ('nodes', (SELECT count(*) FROM nodes)),
  ('edges', (SELECT count(*) FROM edges));

INSERT INTO node_degrees (node_id, incoming, outgoing)
SELECT nodes.id,
  (SELECT count(*) FROM edges WHERE edges.target_id = nodes.id),
  (SELECT count(*) FROM edges WHERE edges.source_id = nodes.id)
FROM nodes;

CREATE TRIGGER nodes_count_insert AFTER INSERT ON nodes
BEGIN
  INSERT INTO node_degrees (node_id) VALUES (new.id);
  UPDATE graph_totals SET total = total + 1 WHERE name = 'nodes';
END;

CREATE TRIGGER nodes_count_delete AFTER DELETE ON nodes
BEGIN
  UPDATE graph_totals SET total = total - 1 WHERE name = 'nodes';
END;

CREATE TRIGGER edges_count_insert AFTER INSERT ON edges
BEGIN
  UPDATE node_degrees SET outgoing = outgoing + 1 WHERE node_id = new.source_id;
  UPDATE node_degrees SET incoming = incoming + 1 WHERE node_id = new.target_id;
  UPDATE graph_totals SET total = total + 1 WHERE name = 'edges';
END;

CREATE TRIGGER edges_count_delete AFTER DELETE ON edges
BEGIN
  UPDATE node_degrees SET outgoing = outgoing - 1 WHERE node_id = old.source_id;
  UPDATE node_degrees SET incoming = incoming - 1 WHERE node_id = old.target_id;
  UPDATE graph_totals SET total = total - 1 WHERE name = 'edges';
END;

-- Two nodes are merged by moving the edges of one to the other.
CREATE TRIGGER edges_count_move AFTER UPDATE OF source_id, target_id ON edges
BEGIN
  UPDATE node_degrees SET outgoing = outgoing - 1 WHERE node_id = old.source_id;
  UPDATE node_degrees SET incoming = incoming - 1 WHERE node_id = old.target_id;
  UPDATE node_degrees SET outgoing = outgoing + 1 WHERE node_id = new.source_id;
  UPDATE node_degrees SET incoming = incoming + 1 WHERE node_id = new.target_id;
END;

-- === DOWN MIGRATION ===

DROP TRIGGER edges_count_move;
DROP TRIGGER edges_count_delete;
DROP TRIGGER edges_count_insert;
DROP TRIGGER nodes_count_delete;
DROP TRIGGER nodes_count_insert;
DROP TABLE node_degrees;
DROP TABLE graph_totals;
