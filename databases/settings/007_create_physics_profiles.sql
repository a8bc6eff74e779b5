-- Migration: 007_create_physics_profiles
-- Description: Named sets of forces for the graph layout, shared ones and users' own
-- Author: Graph team
-- Date: 2026-04-13
-- Depends-On: 002_create_users

-- === UP MIGRATION ===

-- Beyond these bounds the layout does not become ugly but unstable: positions run off to infinity.
CREATE TABLE physics_profiles (
  id INTEGER PRIMARY KEY,
  -- NULL: shared with everybody.
  owner_id INTEGER REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL CHECK (trim(name) <> ''),
  spring_strength REAL NOT NULL DEFAULT 0.05 CHECK (spring_strength BETWEEN 0.0 AND 1.0),
  repulsion REAL NOT NULL DEFAULT 120.0 CHECK (repulsion >= 0.0),
  gravity REAL NOT NULL DEFAULT 0.01 CHECK (gravity BETWEEN 0.0 AND 1.0),
  damping REAL NOT NULL DEFAULT 0.9 CHECK (damping > 0.0 AND damping < 1.0),
  max_velocity REAL NOT NULL DEFAULT 40.0 CHECK (max_velocity > 0.0),
  iterations INTEGER NOT NULL DEFAULT 300 CHECK (iterations BETWEEN 1 AND 100000),
  is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1))
) STRICT;

-- NULLs are all different in a unique index; coalesce makes "shared" an owner like any other.
CREATE UNIQUE INDEX physics_profiles_by_name ON physics_profiles (coalesce(owner_id, 0), name);

-- At most one default for each owner: the rows that are no default are not in the index and cannot collide.
CREATE UNIQUE INDEX physics_profiles_one_default ON physics_profiles (coalesce(owner_id, 0)) WHERE is_default = 1;

INSERT INTO physics_profiles (id, owner_id, name, spring_strength, repulsion, gravity, damping, max_velocity, iterations, is_default) VALUES
  (1, NULL, 'calm', 0.05, 120.0, 0.01, 0.9, 40.0, 300, 1),
  (2, NULL, 'spread out', 0.02, 400.0, 0.002, 0.85, 60.0, 600, 0),
  (3, NULL, 'large graph', 0.08, 60.0, 0.05, 0.95, 25.0, 120, 0),
  (4, 1, 'my desk', 0.1, 180.0, 0.02, 0.8, 50.0, 450, 1);

INSERT INTO settings (key, group_name, type, value, description, updated_at) VALUES
  ('graph.physics_profile', 'graph', 'text', 'calm', 'Profile of a graph that names none', '2026-04-13T09:00:00.000Z');

-- === DOWN MIGRATION ===

-- Foreign keys are off while this runs, so nothing cascades: what hangs on the setting is deleted by name.
DELETE FROM user_settings WHERE key = 'graph.physics_profile';
DELETE FROM settings WHERE key = 'graph.physics_profile';
DROP TABLE physics_profiles;
