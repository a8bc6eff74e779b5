export { processOwner } from './process-owner.ts'
