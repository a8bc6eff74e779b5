import { spawn } from 'node:child_process'

/** Runs a program to its end while this process goes on: a proxy may stand in it. Throws with what it said. */
export function runProgram([program = '', ...args]: readonly string[], directory: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const { PATH, HOME } = process.env
    const child = spawn(program, args, { cwd: directory, env: { PATH, HOME, NO_COLOR: '1' } })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        said += text
      })
    }
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ${args.join(' ')}: ${said}`)),
    )
  })
}
