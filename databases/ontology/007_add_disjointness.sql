-- Migration: 007_add_disjointness
-- Description: Classes that have nothing in common, and the classes that break this
-- Author: Ontology team
-- Date: 2026-04-02
-- Depends-On: 006_add_axioms_and_inference

-- === UP MIGRATION ===

-- Disjointness has no direction. The CHECK puts the two in one order, so that the primary key knows each pair once.
CREATE TABLE disjoint_classes (
  ontology_id INTEGER NOT NULL,
  first_iri TEXT NOT NULL,
  second_iri TEXT NOT NULL,
  PRIMARY KEY (ontology_id, first_iri, second_iri),
  FOREIGN KEY (ontology_id, first_iri) REFERENCES classes (ontology_id, iri) ON DELETE CASCADE,
  FOREIGN KEY (ontology_id, second_iri) REFERENCES classes (ontology_id, iri) ON DELETE CASCADE,
  CONSTRAINT pair_is_in_order CHECK (first_iri < second_iri)
) STRICT, WITHOUT ROWID;

CREATE INDEX disjoint_classes_by_second ON disjoint_classes (ontology_id, second_iri);

-- A class below both halves of a pair can have no members. Reported and not refused: half an import is always
-- inconsistent.
CREATE VIEW disjointness_conflicts (ontology_id, iri, first_iri, second_iri) AS
SELECT disjoint_classes.ontology_id, below_first.descendant_iri, disjoint_classes.first_iri, disjoint_classes.second_iri
FROM disjoint_classes
JOIN class_closure AS below_first
  ON below_first.ontology_id = disjoint_classes.ontology_id
  AND below_first.ancestor_iri = disjoint_classes.first_iri
JOIN class_closure AS below_second
  ON below_second.ontology_id = disjoint_classes.ontology_id
  AND below_second.ancestor_iri = disjoint_classes.second_iri
  AND below_second.descendant_iri = below_first.descendant_iri;

INSERT INTO disjoint_classes (ontology_id, first_iri, second_iri) VALUES
  (2, 'https://example.org/shorebirds#Bird', 'https://example.org/shorebirds#Mammal'),
  (2, 'https://example.org/shorebirds#Curlew', 'https://example.org/shorebirds#Godwit'),
  (3, 'https://example.org/habitats#Tundra', 'https://example.org/habitats#Wetland');

-- === DOWN MIGRATION ===

DROP VIEW disjointness_conflicts;
DROP TABLE disjoint_classes;
