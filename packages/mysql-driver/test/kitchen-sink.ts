/** A schema with something of everything, statement by statement. */
export const kitchenSink: readonly string[] = [
  'CREATE SEQUENCE tickets START WITH 100 INCREMENT BY 10',
  `CREATE TABLE nests (id bigint unsigned AUTO_INCREMENT PRIMARY KEY, place varchar(20) NOT NULL UNIQUE,
    made datetime(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6), doc json, flags bit(5) DEFAULT b'101',
    kind enum('a','b,)') DEFAULT 'a', marks set('x','y'), latin varchar(5) CHARACTER SET latin1, size int,
    half int AS (size / 2) STORED, loud varchar(30) AS (concat(place, '!')) VIRTUAL,
    KEY by_kind (kind, made), FULLTEXT KEY words (place), CONSTRAINT odd CHECK (size <> 7)) COMMENT 'it''s (1, 2)'`,
  `CREATE TABLE birds (id int NOT NULL, nest bigint unsigned, day date NOT NULL, n int DEFAULT (nextval(tickets)),
    PRIMARY KEY (id, day), KEY nest (nest)) PARTITION BY RANGE (year(day))
    (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE)`,
  `CREATE TABLE chicks (id int PRIMARY KEY, nest bigint unsigned,
    CONSTRAINT of_nest FOREIGN KEY (nest) REFERENCES nests (id) ON DELETE CASCADE)`,
  'CREATE FUNCTION twice(a int) RETURNS int DETERMINISTIC RETURN a * 2',
  "CREATE PROCEDURE count_nests(IN a int, OUT b int) COMMENT 'x' BEGIN SELECT count(*) INTO b FROM nests WHERE id > a; END",
  'CREATE VIEW wide AS SELECT id, twice(size) AS size FROM nests',
  'CREATE VIEW names AS SELECT id, place FROM nests',
  'CREATE TRIGGER nests_shout BEFORE INSERT ON nests FOR EACH ROW BEGIN SET NEW.place = upper(NEW.place); END',
  'CREATE TRIGGER nests_log BEFORE INSERT ON nests FOR EACH ROW INSERT INTO chicks (id) VALUES (coalesce(NEW.size, 0) * 100 + length(NEW.place))',
  'CREATE EVENT sweep ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN DELETE FROM chicks WHERE id < 0; END',
]
