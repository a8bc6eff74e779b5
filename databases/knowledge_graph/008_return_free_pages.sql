-- Migration: 008_return_free_pages
-- Description: Lets the file shrink again in small steps, before snapshots begin to come and go
-- Author: Platform team
-- Date: 2026-04-22
-- Transaction: none

-- === UP MIGRATION ===

-- VACUUM cannot run inside a transaction, and only a VACUUM makes the new auto_vacuum setting take effect in a file
-- that already has tables. Both statements may be repeated: after an interruption run the migration again from the top.
-- From here on PRAGMA incremental_vacuum gives free pages back, a few at a time, without stopping anybody.
PRAGMA auto_vacuum = INCREMENTAL;
VACUUM;

-- === DOWN MIGRATION ===

PRAGMA auto_vacuum = NONE;
VACUUM;
