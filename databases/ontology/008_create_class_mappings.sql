-- Migration: 008_create_class_mappings
-- Description: Which node of the knowledge graph stands for which class
-- Author: Ontology team
-- Date: 2026-04-16
-- Depends-On: 005_key_classes_by_ontology

-- === UP MIGRATION ===

-- A node is named by its slug, which the knowledge graph never changes: its ids mean nothing in another file.
CREATE TABLE class_mappings (
  ontology_id INTEGER NOT NULL,
  class_iri TEXT NOT NULL,
  node_slug TEXT NOT NULL CHECK (node_slug <> ''),
  relation TEXT NOT NULL DEFAULT 'exact' CHECK (relation IN ('exact', 'close', 'broad', 'narrow')),
  confidence REAL NOT NULL DEFAULT 1.0 CHECK (confidence BETWEEN 0.0 AND 1.0),
  confirmed_at TEXT,
  PRIMARY KEY (ontology_id, class_iri, node_slug),
  FOREIGN KEY (ontology_id, class_iri) REFERENCES classes (ontology_id, iri) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX class_mappings_by_node ON class_mappings (node_slug);

-- The queue of what a person still has to look at, the surest guesses first.
CREATE INDEX class_mappings_unconfirmed ON class_mappings (confidence DESC) WHERE confirmed_at IS NULL;

CREATE VIEW mapping_coverage (ontology_id, classes, mapped, confirmed) AS
SELECT classes.ontology_id, count(DISTINCT classes.iri), count(DISTINCT class_mappings.class_iri),
  count(DISTINCT class_mappings.class_iri) FILTER (WHERE class_mappings.confirmed_at IS NOT NULL)
FROM classes
LEFT JOIN class_mappings
  ON class_mappings.ontology_id = classes.ontology_id AND class_mappings.class_iri = classes.iri
WHERE classes.is_deprecated = 0
GROUP BY classes.ontology_id;

INSERT INTO class_mappings (ontology_id, class_iri, node_slug, relation, confidence, confirmed_at) VALUES
  (2, 'https://example.org/shorebirds#Whimbrel', 'whimbrel', 'exact', 1.0, '2026-04-30T10:00:00.000Z'),
  (2, 'https://example.org/shorebirds#Godwit', 'bar-tailed-godwit', 'narrow', 0.6, NULL),
  (3, 'https://example.org/habitats#Tundra', 'arctic-tundra', 'narrow', 0.8, '2026-04-30T10:00:00.000Z'),
  (3, 'https://example.org/habitats#Mudflat', 'yellow-sea', 'close', 0.5, NULL);

-- === DOWN MIGRATION ===

DROP VIEW mapping_coverage;
DROP TABLE class_mappings;
