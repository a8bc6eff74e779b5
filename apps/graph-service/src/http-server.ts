import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MigrateError } from 'whimbrel'
import { type Answer, failure, type Router } from './router.ts'

const host = '127.0.0.1'

/** How long a request may take to end when the service is asked to stop, in milliseconds. */
const GRACE_MS = 5_000

/** A listening HTTP server on the loopback address. */
export class HttpServer {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  /** Throws USAGE when the port cannot be had. */
  static async listen(router: Router, port: number): Promise<HttpServer> {
    const server = createServer((request, response) => respond(router, request, response))
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(portTaken(port, error)))
      server.listen(port, host, resolve)
    })
    return new HttpServer(server)
  }

  /** `http://127.0.0.1:8080`. */
  get address(): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}`
  }

  /** Lets requests that are being answered finish, unless they take too long. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const impatience = setTimeout(() => this.#server.closeAllConnections(), GRACE_MS)
    await closed
    clearTimeout(impatience)
  }
}

async function respond(router: Router, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await answer(router, request)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(`${JSON.stringify(body)}\n`)
}

async function answer(router: Router, { method, url }: IncomingMessage): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return failure(405, `${method} is not possible here: use GET`)
  if (!URL.canParse(url ?? '', `http://${host}`)) return failure(400, 'That is not a path')
  try {
    return await router(new URL(url ?? '', `http://${host}`))
  } catch (error) {
    process.stderr.write(`error: ${method} ${url}: ${error instanceof Error ? error.stack : error}\n`)
    return failure(500, 'This request could not be answered; the log says why')
  }
}

function portTaken(port: number, error: Error): MigrateError {
  return new MigrateError('USAGE', `The port ${port} cannot be listened on: ${error.message}`, {
    hint: 'Choose another with --port, or 0 for any that is free',
    cause: error,
  })
}
