-- Migration: 006_add_axioms_and_inference
-- Description: What is stated about classes, what follows from it, and every class with all its ancestors
-- Author: Ontology team
-- Date: 2026-03-19
-- Depends-On: 005_key_classes_by_ontology

-- === UP MIGRATION ===

CREATE TABLE axioms (
  id INTEGER PRIMARY KEY,
  ontology_id INTEGER NOT NULL,
  subject_iri TEXT NOT NULL,
  predicate TEXT NOT NULL CHECK (predicate IN ('subClassOf', 'equivalentClass')),
  object_iri TEXT NOT NULL,
  origin TEXT NOT NULL DEFAULT 'asserted' CHECK (origin IN ('asserted', 'inferred')),
  -- Steps of the shortest proof; what is asserted needs one.
  proof_length INTEGER NOT NULL DEFAULT 1 CHECK (proof_length >= 1),
  FOREIGN KEY (ontology_id, subject_iri) REFERENCES classes (ontology_id, iri) ON DELETE CASCADE,
  FOREIGN KEY (ontology_id, object_iri) REFERENCES classes (ontology_id, iri) ON DELETE CASCADE,
  CONSTRAINT stated_once UNIQUE (ontology_id, subject_iri, predicate, object_iri)
) STRICT;

CREATE INDEX axioms_by_object ON axioms (ontology_id, object_iri);

-- A reasoner throws away what it inferred and starts again: this finds exactly that, and not what people stated.
CREATE INDEX axioms_inferred ON axioms (ontology_id) WHERE origin = 'inferred';

-- Every class with every ancestor and itself. The view below is the definition, this table its kept answer: "is a
-- whimbrel an animal" becomes one look-up in a primary key.
CREATE TABLE class_closure (
  ontology_id INTEGER NOT NULL,
  descendant_iri TEXT NOT NULL,
  ancestor_iri TEXT NOT NULL,
  depth INTEGER NOT NULL CHECK (depth >= 0),
  PRIMARY KEY (ontology_id, descendant_iri, ancestor_iri),
  FOREIGN KEY (ontology_id, descendant_iri) REFERENCES classes (ontology_id, iri) ON DELETE CASCADE,
  FOREIGN KEY (ontology_id, ancestor_iri) REFERENCES classes (ontology_id, iri) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX class_closure_by_ancestor ON class_closure (ontology_id, ancestor_iri, depth);

-- UNION and not UNION ALL: two ways of equal length to one ancestor are one row. The outer min picks the shorter of two
-- ways of different length.
CREATE VIEW class_ancestors (ontology_id, descendant_iri, ancestor_iri, depth) AS
WITH RECURSIVE climb (ontology_id, descendant_iri, ancestor_iri, depth) AS (
  SELECT ontology_id, iri, iri, 0 FROM classes
  UNION
  SELECT climb.ontology_id, climb.descendant_iri, class_parents.parent_iri, climb.depth + 1
  FROM climb
  JOIN class_parents
    ON class_parents.ontology_id = climb.ontology_id AND class_parents.child_iri = climb.ancestor_iri
  WHERE climb.depth < 64
)
SELECT ontology_id, descendant_iri, ancestor_iri, min(depth)
FROM climb
GROUP BY ontology_id, descendant_iri, ancestor_iri;

INSERT INTO class_closure (ontology_id, descendant_iri, ancestor_iri, depth)
SELECT ontology_id, descendant_iri, ancestor_iri, depth FROM class_ancestors;

INSERT INTO axioms (ontology_id, subject_iri, predicate, object_iri, origin, proof_length)
SELECT ontology_id, descendant_iri, 'subClassOf', ancestor_iri, iif(depth = 1, 'asserted', 'inferred'), depth
FROM class_closure
WHERE depth > 0
ORDER BY ontology_id, depth, descendant_iri, ancestor_iri;

CREATE TRIGGER classes_close_insert AFTER INSERT ON classes
BEGIN
  INSERT INTO class_closure (ontology_id, descendant_iri, ancestor_iri, depth)
  VALUES (new.ontology_id, new.iri, new.iri, 0);
END;

CREATE TRIGGER class_parents_refuse_cycle BEFORE INSERT ON class_parents
WHEN EXISTS (
  SELECT 1 FROM class_closure
  WHERE ontology_id = new.ontology_id AND descendant_iri = new.parent_iri AND ancestor_iri = new.child_iri
)
BEGIN
  SELECT RAISE(ABORT, 'a class cannot be its own ancestor');
END;

-- A new link joins everything below the child with everything above the parent.
CREATE TRIGGER class_parents_close_insert AFTER INSERT ON class_parents
BEGIN
  INSERT INTO class_closure (ontology_id, descendant_iri, ancestor_iri, depth)
  SELECT new.ontology_id, below.descendant_iri, above.ancestor_iri, below.depth + 1 + above.depth
  FROM class_closure AS below
  JOIN class_closure AS above
  WHERE below.ontology_id = new.ontology_id AND below.ancestor_iri = new.child_iri
    AND above.ontology_id = new.ontology_id AND above.descendant_iri = new.parent_iri
  ON CONFLICT (ontology_id, descendant_iri, ancestor_iri) DO UPDATE SET depth = min(depth, excluded.depth);
END;

-- After a removal nobody can tell from the closure alone which ways are left, so what was below the child is derived
-- again. A link is not changed but replaced, hence no trigger for UPDATE and one that refuses it.
CREATE TRIGGER class_parents_close_delete AFTER DELETE ON class_parents
BEGIN
  DELETE FROM class_closure
  WHERE ontology_id = old.ontology_id AND depth > 0 AND descendant_iri IN (
    SELECT descendant_iri FROM class_closure
    WHERE ontology_id = old.ontology_id AND ancestor_iri = old.child_iri
  );
  INSERT INTO class_closure (ontology_id, descendant_iri, ancestor_iri, depth)
  SELECT ontology_id, descendant_iri, ancestor_iri, depth
  FROM class_ancestors
  WHERE ontology_id = old.ontology_id AND depth > 0
  ON CONFLICT (ontology_id, descendant_iri, ancestor_iri) DO NOTHING;
END;

CREATE TRIGGER class_parents_refuse_update BEFORE UPDATE ON class_parents
BEGIN
  SELECT RAISE(ABORT, 'delete the link and insert the new one: a parent is not edited in place');
END;

-- === DOWN MIGRATION ===

DROP TRIGGER class_parents_refuse_update;
DROP TRIGGER class_parents_close_delete;
DROP TRIGGER class_parents_close_insert;
DROP TRIGGER class_parents_refuse_cycle;
DROP TRIGGER classes_close_insert;
DROP VIEW class_ancestors;
DROP TABLE class_closure;
DROP TABLE axioms;
