-- Migration: 003_create_hierarchy
-- Description: Which class is a kind of which, and the tree that follows from it
-- Author: Ontology team
-- Date: 2026-02-05
-- Depends-On: 002_create_classes

-- === UP MIGRATION ===

-- A class may have several parents. Both ends belong to one ontology: the importer brings foreign classes along.
CREATE TABLE class_parents (
  child_iri TEXT NOT NULL REFERENCES classes (iri) ON DELETE CASCADE,
  parent_iri TEXT NOT NULL REFERENCES classes (iri) ON DELETE CASCADE,
  PRIMARY KEY (child_iri, parent_iri),
  CHECK (child_iri <> parent_iri)
) STRICT, WITHOUT ROWID;

CREATE INDEX class_parents_by_parent ON class_parents (parent_iri);

-- From the roots down, one row for every way that leads to a class: a class with two parents appears twice. The bound
-- ends the walk where an import has made two classes ancestors of each other.
CREATE VIEW class_tree (iri, path, depth) AS
WITH RECURSIVE walk (iri, path, depth) AS (
  SELECT iri, label, 0 FROM classes WHERE iri NOT IN (SELECT child_iri FROM class_parents)
  UNION ALL
  SELECT classes.iri, walk.path || ' > ' || classes.label, walk.depth + 1
  FROM walk
  JOIN class_parents ON class_parents.parent_iri = walk.iri
  JOIN classes ON classes.iri = class_parents.child_iri
  WHERE walk.depth < 64
)
SELECT iri, path, depth FROM walk;

INSERT INTO class_parents (child_iri, parent_iri) VALUES
  ('https://example.org/shorebirds#Bird', 'https://example.org/shorebirds#Animal'),
  ('https://example.org/shorebirds#Mammal', 'https://example.org/shorebirds#Animal'),
  ('https://example.org/shorebirds#Migrant', 'https://example.org/shorebirds#Animal'),
  ('https://example.org/shorebirds#Wader', 'https://example.org/shorebirds#Bird'),
  ('https://example.org/shorebirds#Curlew', 'https://example.org/shorebirds#Wader'),
  ('https://example.org/shorebirds#Godwit', 'https://example.org/shorebirds#Wader'),
  ('https://example.org/shorebirds#Snipe', 'https://example.org/shorebirds#Wader'),
  ('https://example.org/shorebirds#Whimbrel', 'https://example.org/shorebirds#Curlew'),
  ('https://example.org/shorebirds#Whimbrel', 'https://example.org/shorebirds#Migrant'),
  ('https://example.org/shorebirds#Bat', 'https://example.org/shorebirds#Mammal'),
  ('https://example.org/habitats#Wetland', 'https://example.org/habitats#Habitat'),
  ('https://example.org/habitats#Tundra', 'https://example.org/habitats#Habitat'),
  ('https://example.org/habitats#Mudflat', 'https://example.org/habitats#Wetland');

-- === DOWN MIGRATION ===

DROP VIEW class_tree;
DROP TABLE class_parents;
