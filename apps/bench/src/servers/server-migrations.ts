import { type GeneratedMigration, generateMigrations } from '../generate.ts'
import type { ServerEngine } from './server-engine.ts'

/** The generated migrations as a server takes them: columns that can be indexed, and its own kind of triggers. */
export function serverMigrations(count: number, engine: ServerEngine['name']): readonly GeneratedMigration[] {
  return generateMigrations(count).map(({ up, down, ...migration }) => ({
    ...migration,
    up: up.flatMap((statement) => inWordsOf(engine, statement)),
    down: down.flatMap((statement) => inWordsOf(engine, statement)),
  }))
}

function inWordsOf(engine: ServerEngine['name'], statement: string): readonly string[] {
  const [, trigger, table] = /^CREATE TRIGGER (\w+) AFTER UPDATE OF price ON (\w+)/.exec(statement) ?? []
  if (trigger !== undefined && table !== undefined) {
    return engine === 'PostgreSQL'
      ? [
          `CREATE FUNCTION ${trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.weight = NEW.weight + 1; RETURN NEW; END $$`,
          `CREATE TRIGGER ${trigger} BEFORE UPDATE OF price ON ${table} FOR EACH ROW EXECUTE FUNCTION ${trigger}()`,
        ]
      : [`CREATE TRIGGER ${trigger} BEFORE UPDATE ON ${table} FOR EACH ROW SET NEW.weight = NEW.weight + 1`]
  }
  return [engine === 'MariaDB' ? statement.replace(/\bTEXT\b/g, 'VARCHAR(100)') : statement]
}
