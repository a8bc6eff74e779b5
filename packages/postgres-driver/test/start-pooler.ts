import { connect, createServer, type Server, type Socket } from 'node:net'

/** One connection to the server, and the client that it serves now. */
interface ServerSide {
  readonly socket: Socket
  client: Socket | undefined
}

export interface PoolerOptions {
  /** The server behind it, which trusts. */
  readonly url: URL
  /** When a connection is free for the next client: at the end of each transaction, or of the client's. */
  readonly mode: 'transaction' | 'session'
}

export interface Pooler extends AsyncDisposable {
  readonly port: number
}

const sslRequest = 80_877_103
/** Authentication is done; these keys belong to process 1; ready. */
const greeting = Buffer.concat([
  message('R', [0, 0, 0, 0]),
  message('K', [0, 0, 0, 1, 0, 0, 0, 2]),
  message('Z', ['I'.charCodeAt(0)]),
])

/** A pooler between clients and a server that gives its connections, the last used one first, to clients in turn. */
export async function startPooler(options: PoolerOptions): Promise<Pooler> {
  const idle: ServerSide[] = []
  const sockets = new Set<Socket>()
  const track = (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined))
    return socket
  }
  const take = async () => idle.pop() ?? (await openServerSide(options, { track, idle }))
  const server = createServer((socket) => serve(track(socket), { options, take, idle }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    [Symbol.asyncDispose]: () => stop(server, sockets),
  }
}

async function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
}

function serve(
  client: Socket,
  { options, take, idle }: { options: PoolerOptions; take: () => Promise<ServerSide>; idle: ServerSide[] },
): void {
  let side: ServerSide | undefined
  let turn = Promise.resolve()
  const forward = async (part: Buffer) => {
    if (side?.client !== client) side = await take()
    side.client = client
    side.socket.write(part)
  }
  const handle = (part: Buffer, isStartup: boolean) => {
    if (isStartup) client.write(part.readInt32BE(4) === sslRequest ? 'N' : greeting)
    else if (part[0] !== 'X'.charCodeAt(0)) turn = turn.then(() => forward(part))
  }
  client.on('data', framed(handle))
  client.on('close', () => {
    if (options.mode === 'transaction' || side === undefined) return
    // What the client had of the session goes with it.
    side.client = undefined
    side.socket.destroy()
    idle.splice(0, idle.length, ...idle.filter((each) => each !== side))
  })
}

async function openServerSide(
  { url, mode }: PoolerOptions,
  { track, idle }: { track: (socket: Socket) => Socket; idle: ServerSide[] },
): Promise<ServerSide> {
  const socket = track(connect(Number(url.port || 5432), url.hostname))
  const side: ServerSide = { socket, client: undefined }
  const words = [
    'user',
    url.username || 'postgres',
    'database',
    url.pathname.slice(1),
    'client_encoding',
    'UTF8',
  ]
  const body = Buffer.from(`${words.join('\0')}\0\0`)
  const head = Buffer.alloc(8)
  head.writeInt32BE(body.length + 8)
  head.writeInt32BE(196_608, 4)
  socket.write(Buffer.concat([head, body]))
  await new Promise<void>((resolve) => {
    const handle = (part: Buffer) => {
      const isReady = part[0] === 'Z'.charCodeAt(0)
      const { client } = side
      client?.write(part)
      if (client === undefined && isReady) resolve()
      if (client === undefined || !isReady || mode === 'session' || part[5] !== 'I'.charCodeAt(0)) return
      side.client = undefined
      idle.push(side)
    }
    socket.on('data', framed(handle, { hasStartup: false }))
  })
  return side
}

function message(type: string, body: readonly number[]): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, Buffer.from(body)])
}

/** Cuts a stream into messages; what a client says first has no letter in front of its length. */
function framed(
  handle: (part: Buffer, isStartup: boolean) => void,
  { hasStartup = true }: { hasStartup?: boolean } = {},
): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  let isStarting = hasStartup
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const letter = isStarting ? 0 : 1
      if (rest.length < letter + 4) return
      const length = letter + rest.readInt32BE(letter)
      if (rest.length < length) return
      const part = rest.subarray(0, length)
      rest = rest.subarray(length)
      handle(part, isStarting)
      if (isStarting) isStarting = part.readInt32BE(4) === sslRequest
    }
  }
}
