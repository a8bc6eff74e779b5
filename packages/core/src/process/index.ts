export { findProgram } from './find-program.ts'
export { NewFile } from './new-file.ts'
export { processOwner } from './process-owner.ts'
export { type ProgramCall, type ProgramEnd, runProgram } from './run-program.ts'
