import { describe, expect, it } from 'vitest'
import { triggerProblem } from './trigger-problems.ts'

const columns = new Set(['id', 'name'])
const tables = new Set(['birds', 'nests'])
const judged = (body: string) => triggerProblem({ body, columns, tables })

describe('the body of a trigger', () => {
  it.each([
    "SET NEW.name = TRIM(BOTH ' ' FROM NEW.name)",
    'INSERT INTO nests SELECT b.id FROM birds b JOIN nests ON nests.id = b.id',
    'INSERT INTO nests (id) VALUES (1) ON DUPLICATE KEY UPDATE id = OLD.id',
    'WITH old_nests AS (SELECT 1 AS id) SELECT id INTO @a FROM old_nests',
    'BEGIN DECLARE c CURSOR FOR SELECT id FROM birds; OPEN c; FETCH NEXT FROM c INTO v; END',
    'SET NEW.id = (SELECT EXTRACT(YEAR FROM now()) FROM DUAL)',
    'INSERT INTO other.log VALUES (NEW.id)',
    "SELECT count(*) INTO @a FROM JSON_TABLE('[]', '$[*]' COLUMNS (x int PATH '$')) AS t",
    'SET NEW.name = INSERT(NEW.name, 1, 1, NEW.id)',
    "SET NEW.name = REPLACE(NEW.name, 'FROM gone', ' UPDATE gone')",
    'IF NEW.id IS DISTINCT FROM OLD.id THEN SET @a = 1; END IF',
  ])('works: %s', (body) => {
    expect(judged(body)).toBeUndefined()
  })

  it.each([
    ['INSERT INTO log VALUES (NEW.id)', "Table 'log' doesn't exist"],
    ['INSERT INTO log (id) VALUES (NEW.id)', "Table 'log' doesn't exist"],
    ['BEGIN UPDATE IGNORE `log` SET a = 1; END', "Table 'log' doesn't exist"],
    ['DELETE FROM log WHERE id = OLD.id', "Table 'log' doesn't exist"],
    ['INSERT LOW_PRIORITY log VALUES (1)', "Table 'log' doesn't exist"],
    ['SELECT count(*) INTO @a FROM birds LEFT JOIN log ON true', "Table 'log' doesn't exist"],
    ['SET NEW.size = 1', "Unknown column 'size' in 'NEW'"],
    ['INSERT INTO nests VALUES (OLD.`size`)', "Unknown column 'size' in 'OLD'"],
  ])('does not: %s', (body, message) => {
    expect(judged(body)).toBe(message)
  })
})
