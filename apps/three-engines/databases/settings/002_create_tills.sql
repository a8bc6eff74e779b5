-- Migration: 002_create_tills
-- Description: The tills themselves, which orders are taken at

-- === UP MIGRATION ===
CREATE TABLE tills (
  code TEXT PRIMARY KEY CHECK (length(code) = 2),
  place TEXT NOT NULL
) STRICT;

INSERT INTO tills (code, place) VALUES ('T1', 'door'), ('T2', 'café');

-- === DOWN MIGRATION ===
DROP TABLE tills;
