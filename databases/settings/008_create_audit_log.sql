-- Migration: 008_create_audit_log
-- Description: Triggers write down every change to settings, tiers of users and feature flags
-- Author: Platform team
-- Date: 2026-05-04
-- Depends-On: 005_introduce_tiers

-- === UP MIGRATION ===

-- AUTOINCREMENT, because an id that was once shown to somebody must never mean another event. There is no reference
-- to users: the log outlives them.
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  happened_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  actor_id INTEGER,
  subject TEXT NOT NULL CHECK (subject IN ('setting', 'user', 'feature_flag')),
  subject_key TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('insert', 'update', 'delete')),
  old_state TEXT CHECK (json_valid(old_state)),
  new_state TEXT CHECK (json_valid(new_state)),
  CONSTRAINT states_fit_the_action CHECK (
    (old_state IS NULL) = (action = 'insert') AND (new_state IS NULL) = (action = 'delete')
  )
) STRICT;

CREATE INDEX audit_log_by_subject ON audit_log (subject, subject_key, id);
CREATE INDEX audit_log_by_actor ON audit_log (actor_id, id) WHERE actor_id IS NOT NULL;

-- Append-only for every program that writes here, not only for the polite ones.
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER settings_audit_insert AFTER INSERT ON settings
BEGIN
  INSERT INTO audit_log (actor_id, subject, subject_key, action, new_state)
  VALUES (new.updated_by, 'setting', new.key, 'insert', json_object('type', new.type, 'value', new.value));
END;

-- IS NOT instead of <>, and only then: writing the same value again is not news.
CREATE TRIGGER settings_audit_update AFTER UPDATE OF key, type, value ON settings
WHEN old.key IS NOT new.key OR old.type IS NOT new.type OR old.value IS NOT new.value
BEGIN
  INSERT INTO audit_log (actor_id, subject, subject_key, action, old_state, new_state)
  VALUES (
    new.updated_by, 'setting', new.key, 'update',
    json_object('key', old.key, 'type', old.type, 'value', old.value),
    json_object('key', new.key, 'type', new.type, 'value', new.value)
  );
END;

CREATE TRIGGER settings_audit_delete AFTER DELETE ON settings
BEGIN
  INSERT INTO audit_log (subject, subject_key, action, old_state)
  VALUES ('setting', old.key, 'delete', json_object('type', old.type, 'value', old.value));
END;

-- Keys, names and addresses of people stay out of the log: only what was granted to them is recorded.
CREATE TRIGGER users_audit_tier AFTER UPDATE OF tier ON users
WHEN old.tier <> new.tier
BEGIN
  INSERT INTO audit_log (subject, subject_key, action, old_state, new_state)
  VALUES ('user', new.id, 'update', json_object('tier', old.tier), json_object('tier', new.tier));
END;

CREATE TRIGGER feature_flags_audit_update AFTER UPDATE OF is_enabled, rollout_percent ON feature_flags
WHEN old.is_enabled <> new.is_enabled OR old.rollout_percent <> new.rollout_percent
BEGIN
  INSERT INTO audit_log (subject, subject_key, action, old_state, new_state)
  VALUES (
    'feature_flag', new.name, 'update',
    json_object('is_enabled', old.is_enabled, 'rollout_percent', old.rollout_percent),
    json_object('is_enabled', new.is_enabled, 'rollout_percent', new.rollout_percent)
  );
END;

-- "Who turned this, and from what to what", newest first.
CREATE VIEW setting_changes (happened_at, key, changed_by, old_value, new_value) AS
SELECT audit_log.happened_at, audit_log.subject_key, users.display_name,
  json_extract(audit_log.old_state, '$.value'), json_extract(audit_log.new_state, '$.value')
FROM audit_log
LEFT JOIN users ON users.id = audit_log.actor_id
WHERE audit_log.subject = 'setting'
ORDER BY audit_log.id DESC;

-- === DOWN MIGRATION ===

-- Triggers live with the table they watch: these have to be dropped one by one, those of the log go with it.
DROP VIEW setting_changes;
DROP TRIGGER feature_flags_audit_update;
DROP TRIGGER users_audit_tier;
DROP TRIGGER settings_audit_delete;
DROP TRIGGER settings_audit_update;
DROP TRIGGER settings_audit_insert;
DROP TABLE audit_log;
