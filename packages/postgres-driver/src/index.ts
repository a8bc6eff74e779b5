export type { PostgresDriverOptions } from './driver-options.ts'
export { postgresDriver } from './postgres-driver.ts'
export { quoteIdentifier } from './quote-identifier.ts'
