-- Migration: 002_create_classes
-- Description: OWL classes, known by their IRI
-- Author: Ontology team
-- Date: 2026-01-22
-- Depends-On: 001_create_ontologies

-- === UP MIGRATION ===

CREATE TABLE classes (
  iri TEXT NOT NULL PRIMARY KEY,
  ontology_id INTEGER NOT NULL REFERENCES ontologies (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  comment TEXT,
  is_deprecated INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX classes_by_ontology ON classes (ontology_id);

-- People type "whimbrel" and mean "Whimbrel"; nobody looks for a class that must not be used any more.
CREATE INDEX classes_by_folded_label ON classes (lower(label)) WHERE is_deprecated = 0;

INSERT INTO classes (iri, ontology_id, label, comment, is_deprecated) VALUES
  ('https://example.org/shorebirds#Animal', 2, 'Animal', NULL, 0),
  ('https://example.org/shorebirds#Bird', 2, 'Bird', 'Has feathers', 0),
  ('https://example.org/shorebirds#Mammal', 2, 'Mammal', 'Has fur', 0),
  ('https://example.org/shorebirds#Migrant', 2, 'Migrant', 'Moves between places with the seasons', 0),
  ('https://example.org/shorebirds#Wader', 2, 'Wader', 'Feeds along the edge of water', 0),
  ('https://example.org/shorebirds#Curlew', 2, 'Curlew', 'A wader with a down-curved bill', 0),
  ('https://example.org/shorebirds#Whimbrel', 2, 'Whimbrel', 'A curlew that also is a migrant', 0),
  ('https://example.org/shorebirds#Godwit', 2, 'Godwit', NULL, 0),
  ('https://example.org/shorebirds#Snipe', 2, 'Snipe', 'Replaced by finer classes', 1),
  ('https://example.org/shorebirds#Bat', 2, 'Bat', NULL, 0),
  ('https://example.org/habitats#Habitat', 3, 'Habitat', NULL, 0),
  ('https://example.org/habitats#Wetland', 3, 'Wetland', NULL, 0),
  ('https://example.org/habitats#Mudflat', 3, 'Mudflat', 'Falls dry with the tide', 0),
  ('https://example.org/habitats#Tundra', 3, 'Tundra', NULL, 0);

-- === DOWN MIGRATION ===

DROP TABLE classes;
