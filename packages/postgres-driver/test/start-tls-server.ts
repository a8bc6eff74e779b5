import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@whimbrel/testing'

/** A certificate for `localhost` that nobody but itself has signed. */
export interface Certificate extends AsyncDisposable {
  readonly path: string
  readonly keyPath: string
}

const making =
  'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'

/** Makes a certificate; undefined where this machine has no openssl. */
export async function makeCertificate(): Promise<Certificate | undefined> {
  const directory = await temporaryDirectory()
  const [path, keyPath] = [directory.file('certificate.pem'), directory.file('key.pem')]
  try {
    await promisify(execFile)('openssl', [...making.split(' '), '-out', path, '-keyout', keyPath])
    return { path, keyPath, [Symbol.asyncDispose]: directory.remove }
  } catch {
    await directory.remove()
    return undefined
  }
}

export interface TlsServer extends AsyncDisposable {
  readonly port: number
  /** How many clients came to the point of saying who they are, and how. */
  readonly greeted: readonly ('plain' | 'tls')[]
}

const sslRequest = 80_877_103

/** The door of a server with TLS: it lets everybody say who they are, and then does not know their password. */
export async function startTlsServer(certificate: Certificate): Promise<TlsServer> {
  const [cert, key] = await Promise.all([certificate.path, certificate.keyPath].map((path) => readFile(path)))
  const greeted: ('plain' | 'tls')[] = []
  const sockets = new Set<Socket>()
  const refuse = (socket: Socket, how: 'plain' | 'tls') => {
    greeted.push(how)
    socket.end(refusal('28P01', 'password authentication failed for user "ada"'))
  }
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    socket.once('data', (first) => {
      if (first.readInt32BE(4) !== sslRequest) return refuse(socket, 'plain')
      socket.write('S')
      const secure = new TLSSocket(socket, { isServer: true, cert, key })
      secure.on('error', () => undefined)
      secure.once('data', () => refuse(secure, 'tls'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    greeted,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function refusal(code: string, text: string): Buffer {
  const body = Buffer.from(`SFATAL\0C${code}\0M${text}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
