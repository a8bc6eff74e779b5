import type { Source } from '@whimbrel/core'
import { sourceOf } from '../../packages/checks/test/migration-texts.ts'

/** Migrations that only a server of MySQL or MariaDB takes, each with a down. */
export const birdwatch: Readonly<Record<string, { up: string; down: string }>> = {
  '001_nests': {
    up: `CREATE TABLE nests (
        id bigint unsigned AUTO_INCREMENT PRIMARY KEY,
        place varchar(40) NOT NULL,
        kind enum('ground', 'tree', 'reed') NOT NULL DEFAULT 'ground',
        marks set('ringed', 'seen'),
        made datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
        UNIQUE KEY one_place (place)
      ) COMMENT 'where birds breed';
      INSERT INTO nests (place, made) VALUES ('marsh', '2026-01-02 03:04:05.000006'), ('dune', '2026-01-02 03:04:05');`,
    down: 'DROP TABLE nests;',
  },
  '002_birds': {
    up: `CREATE TABLE birds (
        id int AUTO_INCREMENT PRIMARY KEY,
        nest bigint unsigned,
        name varchar(30) NOT NULL,
        wing decimal(6, 2) NOT NULL DEFAULT 1.00,
        weight decimal(8, 3),
        loading decimal(12, 4) AS (weight / wing) STORED,
        shout varchar(30) AS (upper(name)) VIRTUAL,
        facts json,
        flags bit(6),
        CONSTRAINT birds_nest FOREIGN KEY (nest) REFERENCES nests (id) ON DELETE SET NULL,
        CONSTRAINT wing_is_long CHECK (wing > 0)
      );
      INSERT INTO birds (nest, name, weight, facts, flags) VALUES (1, 'whimbrel', 450.5, '{"bill": "curved"}', b'101');`,
    down: 'DROP TABLE birds;',
  },
  '003_log': {
    up: `CREATE TABLE log (id bigint AUTO_INCREMENT PRIMARY KEY, what varchar(80) NOT NULL);
      DELIMITER //
      CREATE TRIGGER birds_named BEFORE UPDATE ON birds FOR EACH ROW
      BEGIN
        IF NEW.name = '' THEN SET NEW.name = OLD.name; END IF;
      END//
      CREATE TRIGGER birds_gone AFTER DELETE ON birds FOR EACH ROW
      BEGIN
        INSERT INTO log (what) VALUES (concat('gone; ', OLD.name));
      END//
      DELIMITER ;`,
    down: 'DROP TRIGGER birds_gone; DROP TRIGGER birds_named; DROP TABLE log;',
  },
  '004_views': {
    up: `CREATE VIEW residents AS SELECT b.id, b.name, n.place FROM birds b JOIN nests n ON n.id = b.nest;
      CREATE VIEW marsh_birds AS SELECT id, name FROM residents WHERE place = 'marsh';`,
    down: 'DROP VIEW marsh_birds; DROP VIEW residents;',
  },
  '005_routines': {
    up: `DELIMITER $$
      CREATE FUNCTION is_heavy(w decimal(8, 3)) RETURNS tinyint(1) DETERMINISTIC
      BEGIN
        RETURN w > 1000;
      END$$
      CREATE PROCEDURE move_bird(IN bird int, IN target bigint unsigned)
      BEGIN
        UPDATE birds SET nest = target WHERE id = bird;
      END$$
      DELIMITER ;`,
    down: 'DROP PROCEDURE move_bird; DROP FUNCTION is_heavy;',
  },
  '006_sightings': {
    up: `CREATE TABLE sightings (
        id bigint NOT NULL, day date NOT NULL, bird int NOT NULL, note text,
        PRIMARY KEY (id, day), KEY by_bird (bird, day)
      ) PARTITION BY RANGE (year(day)) (
        PARTITION before_2026 VALUES LESS THAN (2026),
        PARTITION later VALUES LESS THAN MAXVALUE
      );`,
    down: 'DROP TABLE sightings;',
  },
  '007_sweep': {
    up: `CREATE EVENT sweep ON SCHEDULE EVERY 1 DAY DO DELETE FROM log WHERE what = '';`,
    down: 'DROP EVENT sweep;',
  },
  '008_columns': {
    up: `ALTER TABLE birds ADD COLUMN ring char(8), ADD UNIQUE KEY one_ring (ring);
      UPDATE birds SET ring = concat('R', lpad(id, 7, '0'));
      ALTER TABLE nests CHANGE COLUMN place site varchar(40) NOT NULL;
      CREATE OR REPLACE VIEW residents AS SELECT b.id, b.name, n.site AS place FROM birds b JOIN nests n ON n.id = b.nest;`,
    down: `ALTER TABLE nests CHANGE COLUMN site place varchar(40) NOT NULL;
      CREATE OR REPLACE VIEW residents AS SELECT b.id, b.name, n.place FROM birds b JOIN nests n ON n.id = b.nest;
      ALTER TABLE birds DROP KEY one_ring, DROP COLUMN ring;`,
  },
  '009_swap': {
    up: `CREATE TABLE new_log LIKE log;
      ALTER TABLE new_log MODIFY what varchar(200) NOT NULL;
      INSERT INTO new_log SELECT * FROM log;
      RENAME TABLE log TO old_log, new_log TO log;
      DROP TABLE old_log;`,
    down: 'ALTER TABLE log MODIFY what varchar(80) NOT NULL;',
  },
  '010_values': {
    up: "INSERT INTO sightings VALUES (1, '2026-02-03', 1, 'at dusk');",
    down: 'DELETE FROM sightings WHERE id = 1;',
  },
}

export function birdwatchSource(): Source {
  return sourceOf(birdwatch)
}
