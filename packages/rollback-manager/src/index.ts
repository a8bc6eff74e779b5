export { choose, type RollbackSelection } from './choose.ts'
export { mayDestroy } from './may-destroy.ts'
export { planRollback, type RollbackOptions, rollback } from './plan-rollback.ts'
export { rollbackVerifier } from './rollback-verifier.ts'
