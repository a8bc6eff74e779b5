-- Migration: 002_add_pins_and_properties
-- Description: Nodes that the layout must not move, and free properties of nodes and edges
-- Author: Graph team
-- Date: 2026-01-28
-- Depends-On: 001_create_nodes_and_edges

-- === UP MIGRATION ===

-- One fact, one column: when it was pinned says whether it is. The flag is derived and cannot disagree.
ALTER TABLE nodes ADD COLUMN pinned_at TEXT;
ALTER TABLE nodes ADD COLUMN is_pinned INTEGER GENERATED ALWAYS AS (pinned_at IS NOT NULL) VIRTUAL;

-- A handful among thousands: the layout asks for the pinned nodes at every start, and the index holds no others.
CREATE INDEX nodes_pinned ON nodes (id) WHERE pinned_at IS NOT NULL;

-- The primary key is the table: without a rowid the properties of one node lie side by side on one page.
CREATE TABLE node_properties (
  node_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  key TEXT NOT NULL CHECK (key <> ''),
  value ANY NOT NULL,
  PRIMARY KEY (node_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE edge_properties (
  edge_id INTEGER NOT NULL REFERENCES edges (id) ON DELETE CASCADE,
  key TEXT NOT NULL CHECK (key <> ''),
  value ANY NOT NULL,
  PRIMARY KEY (edge_id, key)
) STRICT, WITHOUT ROWID;

-- "Which nodes have a wingspan above 80?"
CREATE INDEX node_properties_by_value ON node_properties (key, value);

UPDATE nodes SET pinned_at = '2026-01-28T09:15:00.000Z' WHERE slug IN ('whimbrel', 'arctic-tundra');

INSERT INTO node_properties (node_id, key, value) VALUES
  (1, 'scientific_name', 'Numenius phaeopus'),
  (1, 'wingspan_cm', 83),
  (1, 'mass_g', 430.5),
  (2, 'scientific_name', 'Limosa lapponica'),
  (2, 'longest_flight_km', 13560),
  (3, 'scientific_name', 'Calidris canutus'),
  (5, 'latitude', 39.07),
  (5, 'longitude', -75.17);

INSERT INTO edge_properties (edge_id, key, value) VALUES
  (4, 'month', 'May'),
  (5, 'days', 38),
  (6, 'first_seen', '2011-08-24');

-- === DOWN MIGRATION ===

DROP TABLE edge_properties;
DROP TABLE node_properties;

-- From the outside in: the index and the generated column read the column that goes last.
DROP INDEX nodes_pinned;
ALTER TABLE nodes DROP COLUMN is_pinned;
ALTER TABLE nodes DROP COLUMN pinned_at;
