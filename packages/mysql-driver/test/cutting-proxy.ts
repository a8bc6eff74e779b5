import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Cut {
  /** How many messages of the client pass, over all of its connections. */
  readonly behind: number
  /** Whether the server gets the last of them, of which the client never hears. */
  readonly delivers: boolean
}

/** A line to the server that breaks at one moment, as it does when the client is killed. */
export interface CuttingProxy extends AsyncDisposable {
  readonly host: string
  /** Whether it broke. */
  readonly isCut: boolean
  readonly messages: number
  /** How many connections were made. */
  readonly connections: number
}

/** Listens on a free port of this machine and passes everything on, until it is time to break. */
export async function cuttingProxy(server: URL, { behind, delivers }: Cut): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let messages = 0
  let connections = 0
  let isCut = false
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.end(() => socket.destroy())
  }
  const listener = createServer((client) => {
    connections += 1
    if (isCut) return void client.destroy()
    const upstream = connect(Number(server.port || 3306), server.hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.end()
      })
    }
    upstream.on('data', (data) => void (isCut || client.write(data)))
    client.on('data', (data) => {
      if (isCut) return
      messages += 1
      if (messages <= behind) return void upstream.write(data)
      if (delivers) upstream.write(data)
      cut()
    })
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    host: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    get isCut() {
      return isCut
    },
    get messages() {
      return messages
    },
    get connections() {
      return connections
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
