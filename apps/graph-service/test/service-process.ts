import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Health } from '../src/health.ts'

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url))

/** The built service in a process of its own. */
export class ServiceProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  stdout = ''
  stderr = ''

  constructor(directory: string, args: readonly string[] = []) {
    if (!existsSync(program)) throw new Error('Build first: npx -y pnpm@10.34.9 build')
    const { WHIMBREL_MANIFEST, WHIMBREL_ENV, PORT, ...env } = process.env
    // A port that is given later wins over this one.
    const command = [program, '--port', '0', ...args]
    this.#child = spawn(process.execPath, command, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.#ended = once(this.#child, 'close')
  }

  /** Its address, once it listens. Rejects with what it wrote when it ends instead. */
  async ready(): Promise<string> {
    await this.#until(() => this.stdout.includes('\n'))
    return this.stdout.replace(/^graph-service listens on |\n$/g, '')
  }

  /** Resolves when a line of its log contains the text. */
  async logged(text: string): Promise<void> {
    await this.#until(() => this.stderr.includes(text))
  }

  /** Exit code and signal, once it has ended. */
  async ended(): Promise<{ code: number | null; signal: string | null }> {
    await this.#ended
    return { code: this.#child.exitCode, signal: this.#child.signalCode }
  }

  /** Asks it to stop, or kills it; resolves when it has ended. */
  stop(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' = 'SIGTERM') {
    this.#child.kill(signal)
    return this.ended()
  }

  async get<Body>(path: string): Promise<{ status: number; body: Body }> {
    const response = await fetch((await this.ready()) + path)
    return { status: response.status, body: (await response.json()) as Body }
  }

  health() {
    return this.get<Health>('/health')
  }

  async #until(seen: () => boolean): Promise<void> {
    while (!seen()) {
      const over = await Promise.race([this.#ended.then(() => true), pause()])
      if (over && !seen()) throw new Error(`The service ended before it was ready: ${this.stderr}`)
    }
  }
}

async function pause(): Promise<false> {
  await new Promise((resolve) => setTimeout(resolve, 5))
  return false
}
