import { migration } from '../fixture.ts'

/** Migrations of a shop with what people use of PostgreSQL. */
export const postgresMigrations: Readonly<Record<string, string>> = {
  '001_people': migration(
    `CREATE SCHEMA audit;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');
CREATE TABLE people (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  contact email UNIQUE,
  mood mood NOT NULL DEFAULT 'ok',
  tags text[] NOT NULL DEFAULT '{}',
  facts jsonb NOT NULL DEFAULT '{}',
  born date,
  seen timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX people_facts ON people USING gin (facts jsonb_path_ops);
COMMENT ON TABLE people IS 'who''s who';`,
    'DROP TABLE people;\nDROP DOMAIN email;\nDROP TYPE mood;\nDROP SCHEMA audit;',
  ),
  '002_orders': migration(
    `CREATE TABLE orders (
  id uuid NOT NULL,
  person bigint NOT NULL REFERENCES people (id) ON DELETE CASCADE DEFERRABLE,
  day date NOT NULL,
  total numeric(10, 2) NOT NULL CHECK (total >= 0),
  tax numeric GENERATED ALWAYS AS (total * 0.2) STORED,
  PRIMARY KEY (id, day)
) PARTITION BY RANGE (day);
CREATE TABLE orders_2025 PARTITION OF orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE orders_rest PARTITION OF orders DEFAULT;
CREATE INDEX orders_person ON orders (person);`,
    'DROP TABLE orders;',
  ),
  '003_audit': migration(
    `CREATE TABLE audit.entries (id serial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), what text, whom bigint);
CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit.entries (what, whom) VALUES (TG_OP || ';', coalesce(NEW.id, OLD.id));
  RETURN NULL;
END $$;
CREATE TRIGGER people_note AFTER INSERT OR UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION audit.note();`,
    'DROP TRIGGER people_note ON people;\nDROP FUNCTION audit.note();\nDROP TABLE audit.entries;',
  ),
  '004_views': migration(
    `CREATE VIEW happy AS SELECT id, name FROM people WHERE mood = 'happy';
CREATE VIEW happy_orders AS SELECT h.name, o.total FROM happy AS h JOIN orders AS o ON o.person = h.id;
CREATE MATERIALIZED VIEW totals AS SELECT person, sum(total) AS total FROM orders GROUP BY person;
CREATE UNIQUE INDEX totals_person ON totals (person);
CREATE FUNCTION total_of(bigint) RETURNS numeric LANGUAGE sql STABLE AS $$ SELECT total FROM totals WHERE person = $1 $$;`,
    `DROP FUNCTION total_of(bigint);
DROP MATERIALIZED VIEW totals;
DROP VIEW happy_orders;
DROP VIEW happy;`,
  ),
  '005_rights': migration(
    `ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_row ON people USING (name = current_user);
CREATE ROLE whimbrel_never_made;
GRANT SELECT ON people TO whimbrel_never_made;`,
    `DROP POLICY own_row ON people;
ALTER TABLE people DISABLE ROW LEVEL SECURITY;
DROP ROLE whimbrel_never_made;`,
  ),
  '006_search': migration(
    'CREATE INDEX CONCURRENTLY people_name ON people (lower(name));',
    'DROP INDEX CONCURRENTLY people_name;',
    '-- Transaction: none',
  ),
  '007_columns': migration(
    `ALTER TABLE people ADD COLUMN "Nick Name" varchar(20) NOT NULL DEFAULT 'none';
ALTER TABLE people ADD CONSTRAINT people_born CHECK (born > '1900-01-01');
ALTER TABLE people ALTER COLUMN born SET DEFAULT '2000-01-01';`,
    `ALTER TABLE people ALTER COLUMN born DROP DEFAULT;
ALTER TABLE people DROP CONSTRAINT people_born;
ALTER TABLE people DROP COLUMN "Nick Name";`,
    '',
  ),
}
