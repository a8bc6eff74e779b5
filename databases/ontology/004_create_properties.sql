-- Migration: 004_create_properties
-- Description: Object, data and annotation properties with their domains and ranges
-- Author: Ontology team
-- Date: 2026-02-19
-- Depends-On: 002_create_classes

-- === UP MIGRATION ===

CREATE TABLE properties (
  iri TEXT NOT NULL PRIMARY KEY CHECK (iri LIKE '%_://_%'),
  ontology_id INTEGER NOT NULL REFERENCES ontologies (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('object', 'data', 'annotation')),
  label TEXT NOT NULL,
  is_functional INTEGER NOT NULL DEFAULT 0 CHECK (is_functional IN (0, 1)),
  -- Deferred: the two halves of an inverse pair refer to each other, so one of them is always written first.
  inverse_iri TEXT REFERENCES properties (iri) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
  datatype TEXT,
  CONSTRAINT data_properties_have_a_datatype CHECK ((kind = 'data') = (datatype IS NOT NULL)),
  CONSTRAINT object_properties_have_inverses CHECK (kind = 'object' OR inverse_iri IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX properties_by_ontology ON properties (ontology_id, kind);
CREATE INDEX properties_by_inverse ON properties (inverse_iri) WHERE inverse_iri IS NOT NULL;

CREATE TABLE property_domains (
  property_iri TEXT NOT NULL REFERENCES properties (iri) ON DELETE CASCADE,
  class_iri TEXT NOT NULL REFERENCES classes (iri) ON DELETE CASCADE,
  PRIMARY KEY (property_iri, class_iri)
) STRICT, WITHOUT ROWID;

CREATE INDEX property_domains_by_class ON property_domains (class_iri);

-- Only object properties have classes as their range; the range of a data property is its datatype.
CREATE TABLE property_ranges (
  property_iri TEXT NOT NULL REFERENCES properties (iri) ON DELETE CASCADE,
  class_iri TEXT NOT NULL REFERENCES classes (iri) ON DELETE CASCADE,
  PRIMARY KEY (property_iri, class_iri)
) STRICT, WITHOUT ROWID;

CREATE INDEX property_ranges_by_class ON property_ranges (class_iri);

INSERT INTO properties (iri, ontology_id, kind, label, is_functional, inverse_iri, datatype) VALUES
  ('https://example.org/shorebirds#breedsIn', 2, 'object', 'breeds in', 0, 'https://example.org/shorebirds#breedingPlaceOf', NULL),
  ('https://example.org/shorebirds#breedingPlaceOf', 2, 'object', 'breeding place of', 0, 'https://example.org/shorebirds#breedsIn', NULL),
  ('https://example.org/shorebirds#feedsOn', 2, 'object', 'feeds on', 0, NULL, NULL),
  ('https://example.org/shorebirds#wingspan', 2, 'data', 'wingspan in cm', 1, NULL, 'xsd:decimal'),
  ('https://example.org/shorebirds#ringed', 2, 'data', 'ringed on', 0, NULL, 'xsd:date'),
  ('https://example.org/habitats#photo', 3, 'annotation', 'photo', 0, NULL, NULL);

INSERT INTO property_domains (property_iri, class_iri) VALUES
  ('https://example.org/shorebirds#breedsIn', 'https://example.org/shorebirds#Bird'),
  ('https://example.org/shorebirds#breedingPlaceOf', 'https://example.org/habitats#Habitat'),
  ('https://example.org/shorebirds#feedsOn', 'https://example.org/shorebirds#Animal'),
  ('https://example.org/shorebirds#wingspan', 'https://example.org/shorebirds#Bird'),
  ('https://example.org/shorebirds#wingspan', 'https://example.org/shorebirds#Bat');

INSERT INTO property_ranges (property_iri, class_iri) VALUES
  ('https://example.org/shorebirds#breedsIn', 'https://example.org/habitats#Habitat'),
  ('https://example.org/shorebirds#breedingPlaceOf', 'https://example.org/shorebirds#Bird'),
  ('https://example.org/shorebirds#feedsOn', 'https://example.org/shorebirds#Animal');

-- === DOWN MIGRATION ===

DROP TABLE property_ranges;
DROP TABLE property_domains;
DROP TABLE properties;
