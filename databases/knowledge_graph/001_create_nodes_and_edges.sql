-- Migration: 001_create_nodes_and_edges
-- Description: The graph itself: nodes with a position in space, and directed, weighted edges
-- Author: Graph team
-- Date: 2026-01-14

-- === UP MIGRATION ===

-- An INTEGER PRIMARY KEY is the rowid under a name, so VACUUM cannot renumber it and the search index may refer to it.
CREATE TABLE nodes (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE CHECK (slug <> '' AND slug NOT GLOB '*[^a-z0-9-]*'),
  kind TEXT NOT NULL CHECK (kind IN ('page', 'species', 'place', 'phenomenon')),
  label TEXT NOT NULL CHECK (trim(label) <> ''),
  body TEXT NOT NULL DEFAULT '',
  -- Where the layout has put it, in units of the scene; the origin until it has run.
  x REAL NOT NULL DEFAULT 0.0,
  y REAL NOT NULL DEFAULT 0.0,
  z REAL NOT NULL DEFAULT 0.0,
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

CREATE INDEX nodes_by_kind ON nodes (kind, label);

CREATE TABLE edges (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  target_id INTEGER NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  relation TEXT NOT NULL CHECK (relation <> ''),
  weight REAL NOT NULL DEFAULT 1.0 CHECK (weight > 0.0),
  CONSTRAINT no_edge_to_itself CHECK (source_id <> target_id),
  CONSTRAINT one_edge_per_relation UNIQUE (source_id, target_id, relation)
) STRICT;

-- The unique constraint already finds the edges that leave a node; this one finds those that arrive.
CREATE INDEX edges_by_target ON edges (target_id, relation);

INSERT INTO nodes (id, slug, kind, label, body, x, y, z, created_at) VALUES
  (1, 'whimbrel', 'species', 'Whimbrel', 'A large wader with a long, down-curved bill. One of them, fitted with a transmitter, flew into a hurricane and out of it.', 0.0, 0.0, 0.0, '2026-01-14T10:00:00.000Z'),
  (2, 'bar-tailed-godwit', 'species', 'Bar-tailed godwit', 'Crosses the Pacific without a stop: eleven days and nights over open water.', 120.5, -40.0, 12.0, '2026-01-14T10:00:00.000Z'),
  (3, 'red-knot', 'species', 'Red knot', 'Times its journey by the spawning of horseshoe crabs.', -88.25, 61.5, -7.5, '2026-01-14T10:00:00.000Z'),
  (4, 'arctic-tundra', 'place', 'Arctic tundra', 'Where most of these waders breed, in a summer of eight weeks.', 10.0, 210.0, 0.0, '2026-01-14T10:00:00.000Z'),
  (5, 'delaware-bay', 'place', 'Delaware Bay', 'A stopover: a place to double one''s weight in a fortnight.', -140.0, 95.0, 3.0, '2026-01-14T10:00:00.000Z'),
  (6, 'yellow-sea', 'place', 'Yellow Sea', 'Mudflats; a stopover on which the eastern flyway depends.', 230.0, 30.0, -15.0, '2026-01-14T10:00:00.000Z'),
  (7, 'hurricane', 'phenomenon', 'Hurricane', 'Birds have been tracked flying through one against the wind, and slinging out of it with the wind behind them.', -30.0, -110.0, 40.0, '2026-01-14T10:00:00.000Z'),
  (8, 'flyway', 'phenomenon', 'Flyway', 'The route of a migration, shared by many species.', 60.0, 70.0, 5.0, '2026-01-14T10:00:00.000Z'),
  (9, 'field-notes-2025', 'page', 'Field notes 2025', 'Counts at dawn; two whimbrel among the curlews.', -20.0, -35.0, 0.0, '2026-01-14T10:00:00.000Z'),
  (10, 'tracking-methods', 'page', 'Tracking methods', 'Satellite transmitters, geolocators, rings. What each one weighs and what it can tell.', 75.0, -120.0, 0.0, '2026-01-14T10:00:00.000Z');

INSERT INTO edges (id, source_id, target_id, relation, weight) VALUES
  (1, 1, 4, 'breeds_in', 1.0),
  (2, 2, 4, 'breeds_in', 1.0),
  (3, 3, 4, 'breeds_in', 1.0),
  (4, 3, 5, 'rests_in', 2.5),
  (5, 2, 6, 'rests_in', 3.0),
  (6, 1, 7, 'crosses', 0.5),
  (7, 1, 8, 'follows', 1.0),
  (8, 2, 8, 'follows', 1.0),
  (9, 9, 1, 'mentions', 1.0),
  (10, 10, 1, 'mentions', 1.0),
  (11, 10, 2, 'mentions', 1.0),
  (12, 9, 10, 'cites', 1.0);

-- === DOWN MIGRATION ===

DROP TABLE edges;
DROP TABLE nodes;
