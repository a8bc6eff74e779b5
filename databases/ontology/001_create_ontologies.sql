-- Migration: 001_create_ontologies
-- Description: Imported ontologies and the prefixes they abbreviate IRIs with
-- Author: Ontology team
-- Date: 2026-01-15

-- === UP MIGRATION ===

CREATE TABLE ontologies (
  id INTEGER PRIMARY KEY,
  iri TEXT NOT NULL CHECK (iri LIKE '%_://_%'),
  version TEXT NOT NULL DEFAULT '1',
  title TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1)),
  imported_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  UNIQUE (iri, version)
) STRICT;

-- Several versions of one ontology may be loaded side by side, but only one of them is the one in use.
CREATE UNIQUE INDEX ontologies_active ON ontologies (iri) WHERE is_active = 1;

-- The default namespace has the empty prefix, so '' is a prefix and NULL is not needed.
CREATE TABLE namespaces (
  ontology_id INTEGER NOT NULL REFERENCES ontologies (id) ON DELETE CASCADE,
  prefix TEXT NOT NULL CHECK (prefix NOT GLOB '*[^a-z0-9_-]*'),
  iri TEXT NOT NULL CHECK (iri LIKE '%_://_%'),
  PRIMARY KEY (ontology_id, prefix)
) STRICT, WITHOUT ROWID;

CREATE INDEX namespaces_by_iri ON namespaces (iri);

INSERT INTO ontologies (id, iri, version, title, is_active, imported_at) VALUES
  (1, 'https://example.org/shorebirds', '1', 'Shorebirds', 0, '2026-01-15T08:00:00.000Z'),
  (2, 'https://example.org/shorebirds', '2', 'Shorebirds', 1, '2026-01-15T08:05:00.000Z'),
  (3, 'https://example.org/habitats', '1', 'Habitats', 1, '2026-01-15T08:10:00.000Z');

INSERT INTO namespaces (ontology_id, prefix, iri) VALUES
  (2, '', 'https://example.org/shorebirds#'),
  (2, 'hab', 'https://example.org/habitats#'),
  (2, 'owl', 'http://www.w3.org/2002/07/owl#'),
  (2, 'rdfs', 'http://www.w3.org/2000/01/rdf-schema#'),
  (3, '', 'https://example.org/habitats#'),
  (3, 'owl', 'http://www.w3.org/2002/07/owl#');

-- === DOWN MIGRATION ===

DROP TABLE namespaces;
DROP TABLE ontologies;
