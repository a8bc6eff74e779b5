import { connect, createServer, type Socket } from 'node:net'

/** What went over the wire since the proxy was opened. */
export interface WireCounts {
  /** Connections that were made. */
  readonly connections: number
  /** Times that a client sent something and then waited for the answer, making the connection left out. */
  readonly roundTrips: number
}

/** A server's address beside its own, behind which somebody counts. */
export interface CountingProxy {
  /** The url with the address of the proxy. */
  readonly url: string
  counts(): WireCounts
  close(): Promise<void>
}

/** Stands between a client and a server, passes everything on and counts how often the client had to wait. */
export async function countingProxy(serverUrl: string): Promise<CountingProxy> {
  const { hostname, port, protocol } = new URL(serverUrl)
  const isPostgres = protocol.startsWith('postgres')
  const sockets = new Set<Socket>()
  let connections = 0
  let roundTrips = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port || (isPostgres ? 5432 : 3306)), hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
    }
    connections += 1
    const isReady = isPostgres ? postgresReady() : mysqlReady()
    let waiting = false
    client.on('data', (bytes) => {
      waiting = isReady('client', bytes)
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      isReady('server', bytes)
      if (waiting) roundTrips += 1
      waiting = false
      client.write(bytes)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const own = new URL(serverUrl)
  own.hostname = '127.0.0.1'
  own.port = String((server.address() as { port: number }).port)
  return {
    url: own.href,
    counts: () => ({ connections, roundTrips }),
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** True for what a client sends once it is connected. */
type Ready = (from: 'client' | 'server', bytes: Buffer) => boolean

/** A server of PostgreSQL says for the first time that it is ready for a query: `Z`, the length 5, `I` for idle. */
function postgresReady(): Ready {
  const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])
  let ready = false
  let tail = Buffer.alloc(0)
  return (from, bytes) => {
    if (from === 'server' && !ready) {
      tail = Buffer.concat([tail, bytes])
      ready = tail.includes(readyForQuery)
    }
    return ready
  }
}

/** A client of MySQL begins a command with a packet of number 0; while it connects it continues the server's numbers. */
function mysqlReady(): Ready {
  let ready = false
  return (from, bytes) => {
    if (from === 'client' && bytes[3] === 0) ready = true
    return ready
  }
}
