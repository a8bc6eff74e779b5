-- Migration: 004_move_topics_into_a_table
-- Description: The list in files.topics becomes rows, so that a topic can be renamed, counted and joined
-- Author: Import team
-- Date: 2026-02-25
-- Depends-On: 003_create_files

-- === UP MIGRATION ===

CREATE TABLE topics (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

-- Spellings stay as the files have them; looking for one does not care about case.
CREATE INDEX topics_by_folded_name ON topics (lower(name));

-- The position belongs to the key: a move has to be able to give back exactly what it took, order and repetition
-- included. With (file_id, topic_id) as the key it could not.
CREATE TABLE file_topics (
  file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  position INTEGER NOT NULL CHECK (position >= 0),
  topic_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
  PRIMARY KEY (file_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX file_topics_by_topic ON file_topics (topic_id);

-- Ordered, so that the same files give the same ids on every machine.
INSERT INTO topics (name)
SELECT DISTINCT item.value
FROM files, json_each(files.topics) AS item
ORDER BY item.value;

INSERT INTO file_topics (file_id, position, topic_id)
SELECT files.id, item.key, topics.id
FROM files, json_each(files.topics) AS item
JOIN topics ON topics.name = item.value;

ALTER TABLE files DROP COLUMN topics;

CREATE VIEW topic_sizes (name, files, bytes) AS
SELECT topics.name, count(DISTINCT files.id), coalesce(sum(files.size_bytes), 0)
FROM topics
LEFT JOIN file_topics ON file_topics.topic_id = topics.id
LEFT JOIN files ON files.id = file_topics.file_id
GROUP BY topics.id;

-- === DOWN MIGRATION ===

DROP VIEW topic_sizes;

-- The column was the last one before, which is where ADD COLUMN puts it.
ALTER TABLE files ADD COLUMN topics TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(topics) AND json_type(topics) = 'array');

UPDATE files SET topics = (
  SELECT json_group_array(named.name ORDER BY listed.position)
  FROM file_topics AS listed
  JOIN topics AS named ON named.id = listed.topic_id
  WHERE listed.file_id = files.id
);

DROP TABLE file_topics;
DROP TABLE topics;
