import { MigrateError } from 'whimbrel'
import { Notebook } from './notebook.ts'

const usage = 'Write: node notes.mjs add TEXT, node notes.mjs list, or node notes.mjs find WORDS'

/** Where its databases are: NOTES_HOME, else the working directory. */
const home = process.env.NOTES_HOME || process.cwd()

async function main([command = 'list', ...words]: readonly string[]): Promise<void> {
  const text = words.join(' ')
  if (!['add', 'list', 'find'].includes(command) || (command !== 'list') !== (text !== '')) {
    process.stderr.write(`${usage}\n`)
    process.exitCode = 2
    return
  }
  using notebook = await Notebook.open(home)
  if (command === 'add') notebook.add(text)
  const notes = command === 'find' ? notebook.find(text) : notebook.all()
  for (const note of notes) process.stdout.write(`${notebook.bullet} ${note}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!MigrateError.is(error)) throw error
  process.stderr.write(`error: ${error.message}\n  next: ${error.hint}\n`)
  process.exitCode = error.exitCode
})
