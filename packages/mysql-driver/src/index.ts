export type { MysqlDriverOptions } from './driver-options.ts'
export { mysqlDriver } from './mysql-driver.ts'
export { quoteIdentifier } from './quote-identifier.ts'
