import { connect } from 'node:net'

export interface Cancellable {
  readonly host: string
  readonly port: number
  /** What the server told of itself in its greeting. */
  readonly processId: number
  readonly secretKey: number
}

/**
 * Asks the server to stop what a connection is at, on a connection of its own, as the protocol has it. Resolves when the
 * server has taken note, or cannot be reached.
 */
export function requestCancel({ host, port, processId, secretKey }: Cancellable): Promise<void> {
  const request = Buffer.alloc(16)
  for (const [at, value] of [16, 80_877_102, processId, secretKey].entries()) {
    request.writeInt32BE(value | 0, at * 4)
  }
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    socket.setTimeout(LONGEST_MS, () => socket.destroy())
    socket.on('error', () => undefined)
    socket.on('close', () => resolve())
    socket.on('connect', () => socket.end(request))
    socket.resume()
  })
}

const LONGEST_MS = 2_000
