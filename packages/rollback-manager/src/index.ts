export { choose, type RollbackSelection } from './choose.ts'
export { planRollback, type RollbackOptions } from './plan-rollback.ts'
