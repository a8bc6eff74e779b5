/**
 * How the steps of one database share transactions. `batch`: one for all, a savepoint per step, a failure keeps the
 * earlier ones. `each`: one per step. `all`: one for all, any failure undoes all.
 */
export type TransactionMode = 'batch' | 'each' | 'all'
