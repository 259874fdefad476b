import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A door in front of a TCP server, which a test can shut: a network or a server that is away for a while. */
export interface TcpDoor extends AsyncDisposable {
  /** The port in front; stays the same. */
  readonly port: number
  /** Cuts every connection and refuses new ones. */
  shut(): Promise<void>
  /** Lets connections through again. */
  open(): Promise<void>
}

/** Opens a door on this machine to a port of this machine. */
export async function openTcpDoor(serverPort: number): Promise<TcpDoor> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.once('close', () => sockets.delete(socket)))
    // A cut connection is what the test is about.
    return socket.on('error', () => socket.destroy())
  }
  const server = createServer((client) => {
    const upstream = keep(connect(serverPort, '127.0.0.1'))
    keep(client).pipe(upstream).pipe(client)
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const shut = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const port = await listen(0)
  return { port, shut, open: async () => void (await listen(port)), [Symbol.asyncDispose]: shut }
}
