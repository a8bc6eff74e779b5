import { connect, createServer, type Socket } from 'node:net'

export interface CountingProxy extends AsyncDisposable {
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

const ready = Buffer.from([0x5a, 0, 0, 0, 5])
const goodbye = Buffer.from([0x58, 0, 0, 0, 4])

/** Stands between clients and a server and counts what goes back and forth. */
export async function startCountingProxy(url: URL): Promise<CountingProxy> {
  const counted = { connections: 0, roundTrips: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    counted.connections += 1
    const side = connect(Number(url.port || 5432), url.hostname)
    let isGreeted = false
    let hasHeard = true
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
      side.write(chunk)
    })
    side.on('data', (chunk) => {
      // The greeting ends with the first message that says "ready".
      isGreeted ||= chunk.includes(ready)
      hasHeard = true
      client.write(chunk)
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
