import { describe, expect, it } from 'vitest'
import { disabledEvent } from './disabled-event.ts'

describe('an event of a scratch database', () => {
  it.each([
    [
      'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t',
      'CREATE EVENT e ON SCHEDULE EVERY 1 DAY  DISABLE DO DELETE FROM t',
    ],
    [
      "CREATE OR REPLACE EVENT `do` ON SCHEDULE AT now() ENABLE COMMENT 'c' DO SELECT 1",
      "CREATE OR REPLACE EVENT `do` ON SCHEDULE AT now()   DISABLE COMMENT 'c' DO SELECT 1",
    ],
    ['ALTER EVENT e ENABLE', 'ALTER EVENT e  DISABLE '],
    ['ALTER EVENT e DISABLE ON SLAVE', 'ALTER EVENT e    DISABLE '],
  ])('is switched off: %s', (sql, expected) => {
    expect(disabledEvent(sql)).toBe(expected)
  })

  it.each([
    'DROP EVENT e',
    'CREATE TABLE event (id int)',
    'CREATE TRIGGER event BEFORE INSERT ON t FOR EACH ROW DO 1',
    'ALTER TABLE t ADD COLUMN event int',
  ])('is nothing else: %s', (sql) => {
    expect(disabledEvent(sql)).toBe(sql)
  })
})
