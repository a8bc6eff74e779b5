export {
  type FilledTable,
  type FillOptions,
  type FillReport,
  fillTables,
  type RefusedTable,
} from './rows/fill-tables.ts'
