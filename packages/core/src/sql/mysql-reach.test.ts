import { describe, expect, it } from 'vitest'
import { mysqlReachOf } from './mysql-reach.ts'

describe('a statement of MySQL that reaches out of its database', () => {
  it.each([
    ['GRANT ALL ON *.* TO u', 'GRANT'],
    ['/* x */ CREATE USER u', 'CREATE USER'],
    ['CREATE OR REPLACE ROLE r', 'CREATE ROLE'],
    ['drop database d', 'DROP DATABASE'],
    ['SET GLOBAL x = 1', 'SET GLOBAL'],
    ['SET @@GLOBAL.x = 1', 'SET GLOBAL'],
    ["SET PASSWORD = 'x'", 'SET PASSWORD'],
    ['RENAME USER a TO b', 'RENAME USER'],
    ["SELECT * FROM t INTO OUTFILE 'rows.txt'", 'SELECT … INTO a file'],
    ['START SLAVE', 'START SLAVE'],
  ])('is %s', (sql, name) => {
    expect(mysqlReachOf(sql)).toBe(name)
  })

  it.each([
    'CREATE TABLE user (id int)',
    'START TRANSACTION',
    'SET @a = 1',
    'ALTER TABLE t ADD role int',
    "SELECT 'OUTFILE'",
  ])('is not %s', (sql) => {
    expect(mysqlReachOf(sql)).toBeUndefined()
  })
})
