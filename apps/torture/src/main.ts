import { execFileSync } from 'node:child_process'
import { isOwn } from './case.ts'
import { type Options, readOptions, usage } from './options.ts'
import { writePage } from './page.ts'
import { type Result, Results } from './result.ts'
import { needsStrace, runScenario } from './scenarios.ts'
import { needStrace } from './strace.ts'
import { summaryOf } from './summary.ts'

process.exitCode = await main()

async function main(): Promise<number> {
  const options = optionsOrMessage()
  if (options === undefined) return 1
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  try {
    if (options.scenarios.some(needsStrace)) needStrace()
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
  const results = new Results(commitOf(), options.out)
  const onProgress = (line: string) => void process.stderr.write(`${line}\n`)
  for (const name of options.scenarios) await runScenario(name, { ...options, results, onProgress })
  process.stdout.write(summaryOf(results.all))
  if (options.write) writePage(results.all, options)
  return verdictOf(results.all)
}

function optionsOrMessage(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return undefined
  }
}

/** 1 where whimbrel did anything wrong, or a runner that is wrong was not caught. */
function verdictOf(results: readonly Result[]): number {
  const caught = new Map<string, boolean>()
  for (const { scenario, case: name, wrong } of results) {
    const key = `${scenario}, ${name}`
    caught.set(key, (caught.get(key) ?? false) || wrong !== undefined)
  }
  const isRight = ([name, isWrong]: [string, boolean]) =>
    isWrong !== isOwn(name.slice(name.indexOf(', ') + 2))
  return [...caught].every(isRight) ? 0 : 1
}

function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    }).trim()
  } catch {
    return 'unknown'
  }
}
