-- Migration: 009_create_reports
-- Description: Reports of the reasoner with their findings
-- Author: Ontology team
-- Date: 2026-04-30
-- Depends-On: 001_create_ontologies

-- === UP MIGRATION ===

CREATE TABLE reports (
  id INTEGER PRIMARY KEY,
  ontology_id INTEGER NOT NULL REFERENCES ontologies (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('consistency', 'coverage', 'import')),
  details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details)),
  -- Reasoners differ in what they write; the one figure that is always asked for gets a column of its own.
  reasoner TEXT GENERATED ALWAYS AS (json_extract(details, '$.reasoner.name')) VIRTUAL,
  finding_count INTEGER NOT NULL DEFAULT 0 CHECK (finding_count >= 0),
  created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

CREATE INDEX reports_by_reasoner ON reports (reasoner, created_at);

CREATE TABLE report_findings (
  report_id INTEGER NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 1),
  severity TEXT NOT NULL CHECK (severity IN ('error', 'warning', 'hint')),
  -- No reference to classes: a finding stays readable after the class that it is about has been removed.
  class_iri TEXT,
  message TEXT NOT NULL,
  PRIMARY KEY (report_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX report_findings_errors ON report_findings (class_iri) WHERE severity = 'error';

CREATE TRIGGER report_findings_count_insert AFTER INSERT ON report_findings
BEGIN
  UPDATE reports SET finding_count = finding_count + 1 WHERE id = new.report_id;
END;

CREATE TRIGGER report_findings_count_delete AFTER DELETE ON report_findings
BEGIN
  UPDATE reports SET finding_count = finding_count - 1 WHERE id = old.report_id;
END;

-- === DOWN MIGRATION ===

DROP TABLE report_findings;
DROP TABLE reports;
