import { connect, createServer, type Socket } from 'node:net'

export interface TestProxy extends AsyncDisposable {
  readonly port: number
  /** Connections that clients have made. */
  readonly connections: number
  /**
   * How often a client said something and waited for the answer, behind the greeting: what it sends without having heard
   * anything since belongs to the same round trip.
   */
  readonly roundTrips: number
  /** Begins to count anew. */
  reset(): void
}

export interface ProxyOptions {
  /** Text of the client at which the connection is cut, once: before the server has seen it, or when it has answered. */
  readonly cut?: { readonly at: string; readonly when: 'before' | 'answered' } | undefined
}

const ready = Buffer.from([0x5a, 0, 0, 0, 5])
const goodbye = Buffer.from([0x58, 0, 0, 0, 4])

/** Stands between clients and a server, counts what goes back and forth, and may cut it off. */
export async function startProxy(url: URL, { cut }: ProxyOptions = {}): Promise<TestProxy> {
  let isCut = false
  const counted = { connections: 0, roundTrips: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    counted.connections += 1
    const side = connect(Number(url.port || 5432), url.hostname)
    let isGreeted = false
    let hasHeard = true
    let isCutting = false
    for (const socket of [client, side]) {
      sockets.add(socket.on('error', () => undefined).setNoDelay(true))
      socket.on('close', () => {
        client.destroy()
        side.destroy()
      })
    }
    client.on('data', (chunk) => {
      if (isGreeted && hasHeard && !chunk.equals(goodbye)) counted.roundTrips += 1
      hasHeard = false
      if (cut !== undefined && !isCut && chunk.includes(cut.at)) {
        isCut = true
        isCutting = true
        if (cut.when === 'before') return void client.destroy()
      }
      side.write(chunk)
    })
    side.on('data', (chunk) => {
      // The greeting ends with the first message that says "ready".
      isGreeted ||= chunk.includes(ready)
      hasHeard = true
      if (isCutting) client.destroy()
      else client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    get connections() {
      return counted.connections
    },
    get roundTrips() {
      return counted.roundTrips
    },
    reset() {
      counted.connections = 0
      counted.roundTrips = 0
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
