-- Migration: 009_create_snapshots_and_analytics
-- Description: Layouts to go back to, and metrics of nodes per run of an analysis
-- Author: Graph team
-- Date: 2026-05-06
-- Depends-On: 006_keep_counts_by_triggers, settings:007_create_physics_profiles

-- === UP MIGRATION ===

-- The profile is a name in the settings database. No foreign key reaches across files; the Depends-On above is what
-- makes sure that there are profiles to name.
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY,
  taken_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  reason TEXT NOT NULL CHECK (reason IN ('manual', 'before_layout', 'nightly')),
  physics_profile TEXT NOT NULL DEFAULT 'calm',
  node_total INTEGER NOT NULL DEFAULT 0,
  edge_total INTEGER NOT NULL DEFAULT 0
) STRICT;

-- No reference to nodes: a snapshot keeps the position of a node that has been deleted since.
CREATE TABLE snapshot_positions (
  snapshot_id INTEGER NOT NULL REFERENCES snapshots (id) ON DELETE CASCADE,
  node_id INTEGER NOT NULL,
  x REAL NOT NULL,
  y REAL NOT NULL,
  z REAL NOT NULL,
  PRIMARY KEY (snapshot_id, node_id)
) STRICT, WITHOUT ROWID;

-- Taking a snapshot is one INSERT; no program can take half of one.
CREATE TRIGGER snapshots_take AFTER INSERT ON snapshots
BEGIN
  INSERT INTO snapshot_positions (snapshot_id, node_id, x, y, z)
  SELECT new.id, id, x, y, z FROM nodes;
  UPDATE snapshots SET
    node_total = (SELECT total FROM graph_totals WHERE name = 'nodes'),
    edge_total = (SELECT total FROM graph_totals WHERE name = 'edges')
  WHERE id = new.id;
END;

CREATE TABLE analytics_runs (
  id INTEGER PRIMARY KEY,
  metric TEXT NOT NULL CHECK (metric IN ('degree_centrality', 'page_rank', 'betweenness')),
  parameters TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(parameters) AND json_type(parameters) = 'object'),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  CONSTRAINT run_ends_after_it_begins CHECK (finished_at >= started_at)
) STRICT;

-- A damping factor other than the usual one makes two runs incomparable; the index answers for the parameter itself.
CREATE INDEX analytics_runs_by_damping ON analytics_runs (metric, json_extract(parameters, '$.damping'));

-- One analysis of a kind at a time: a second unfinished run of the same metric collides here.
CREATE UNIQUE INDEX analytics_runs_unfinished ON analytics_runs (metric) WHERE finished_at IS NULL;

CREATE TABLE node_metrics (
  run_id INTEGER NOT NULL REFERENCES analytics_runs (id) ON DELETE CASCADE,
  node_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  value REAL NOT NULL,
  PRIMARY KEY (run_id, node_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX node_metrics_by_node ON node_metrics (node_id);

-- Of every metric the newest run that has finished, with the rank of each node in it.
CREATE VIEW latest_node_metrics (node_id, metric, value, place) AS
SELECT node_metrics.node_id, analytics_runs.metric, node_metrics.value,
  rank() OVER (PARTITION BY analytics_runs.metric ORDER BY node_metrics.value DESC)
FROM analytics_runs
JOIN node_metrics ON node_metrics.run_id = analytics_runs.id
WHERE analytics_runs.id IN (SELECT max(id) FROM analytics_runs WHERE finished_at IS NOT NULL GROUP BY metric);

-- === DOWN MIGRATION ===

DROP VIEW latest_node_metrics;
DROP TABLE node_metrics;
DROP TABLE analytics_runs;
DROP TABLE snapshot_positions;
DROP TABLE snapshots;
