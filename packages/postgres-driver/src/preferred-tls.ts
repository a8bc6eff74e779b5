import { connect, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

export interface PreferredTls {
  readonly host: string
  readonly port: number
  readonly tls: ConnectionOptions
  /** In milliseconds, 0 for no limit. */
  readonly timeoutMs: number
}

/** "Is there TLS?", as the protocol asks it. The answer is one letter. */
const question = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Connects once and takes TLS where the server has it. pg itself ends the connection where the server has none, so that
 * another one would have to be made. The stream behaves to pg like one that is about to connect.
 */
export async function preferTls({ host, port, tls, timeoutMs }: PreferredTls): Promise<Socket> {
  const socket = connect(port, host)
  if (timeoutMs > 0) socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timeout expired')))
  const answer = await asked(socket)
  const stream = answer === 'S' ? await secured(socket, { ...tls, host }) : socket
  socket.setTimeout(0)
  return connectedBefore(stream)
}

function asked(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => socket.write(question))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('Connection terminated unexpectedly')))
    socket.once('data', (chunk) => {
      socket.removeAllListeners('error').removeAllListeners('close')
      const letter = String.fromCharCode(chunk[0] ?? 0)
      if (chunk.length === 1 && (letter === 'S' || letter === 'N')) resolve(letter)
      else {
        socket.destroy()
        reject(new Error('There was an error establishing an SSL connection'))
      }
    })
  })
}

function secured(socket: Socket, options: ConnectionOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({ ...options, socket })
    secure.once('error', reject)
    secure.once('secureConnect', () => {
      secure.removeListener('error', reject)
      resolve(secure)
    })
  })
}

function connectedBefore(stream: Socket): Socket {
  stream.connect = () => {
    process.nextTick(() => stream.emit('connect'))
    return stream
  }
  return stream
}
