/** The table in which the holder of a lock says who it is; the lock itself does not depend on it. */
export const lockTable = 'whimbrel_lock'

export const createLockTable = `CREATE TABLE IF NOT EXISTS ${lockTable}
  (id int PRIMARY KEY, connection bigint NOT NULL, owner longtext NOT NULL)
  ENGINE = InnoDB CHARACTER SET utf8mb4`
