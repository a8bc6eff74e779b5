import { callLibrary } from './library-call.ts'
import { loadTool } from './load-tools.ts'
import type { Operation, Place } from './tool.ts'

// A small program around one tool's library: node child.js <tool> <operation> <place> <steps>
const [name = '', operation = '', place = '', steps = '0'] = process.argv.slice(2)
const where: Place = JSON.parse(place)
const counts = await callLibrary(await loadTool(name), operation as Operation, where, Number(steps))
if (counts !== undefined) process.stdout.write(`Applied: ${counts.applied}\nPending: ${counts.pending}\n`)
