import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import protobuf from 'protobufjs'
import { type WebSocket, WebSocketServer } from 'ws'

const { root } = protobuf.parse(`
  syntax = "proto2";
  message Header { required string key = 1; required string value = 2; }
  message Frame {
    required uint64 SeqID = 1; required uint64 LogID = 2; required int32 service = 3; required int32 method = 4;
    repeated Header headers = 5; optional string payload_encoding = 6; optional string payload_type = 7;
    optional bytes payload = 8; optional string LogIDNew = 9;
  }`)
const Frame = root.lookupType('Frame')

/** Bytes of a frame with these headers; `method` 1 is data, 0 control. */
export function frame(headers: Record<string, string>, payload?: string | Uint8Array, method = 1): Uint8Array {
  const pairs = Object.entries(headers).map(([key, value]) => ({ key, value }))
  const body = payload === undefined ? {} : { payload: Buffer.from(payload as string) }
  return Frame.encode({ SeqID: 1, LogID: 1, service: 1, method, headers: pairs, ...body }).finish()
}

interface Read {
  headers: Record<string, string>
  payload: string
  method: number
}

/** A platform of a few lines, for answers and frames that the sandbox never gives. */
export interface Platform extends AsyncDisposable {
  readonly url: string
  readonly sockets: Set<Socket>
  /** Pulls of the endpoint so far. */
  readonly pulls: () => number
  /** Replaces the answer to the question for an endpoint. */
  endpoint: RequestListener
  /** Replaces the answer to the handshake. */
  handshake: (socket: Socket) => boolean
  /** What a pong carries; undefined: pings stay unanswered. */
  pong: string | Uint8Array | undefined
  /** Called for every frame of the client. */
  onFrame: (read: Read, ws: WebSocket) => void
  /** Links that are open. */
  readonly links: Set<WebSocket>
}

/** Starts it on a free port of 127.0.0.1. */
export async function startPlatform(config: Record<string, number> = { PingInterval: 120 }): Promise<Platform> {
  const wss = new WebSocketServer({ noServer: true })
  let pulls = 0
  const server: Server = createServer((request, response) => {
    pulls += 1
    platform.endpoint(request, response)
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    // A server that holds its half open would not notice that the client has left.
    socket.on('end', () => socket.end())
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => {
    if (platform.handshake(socket as Socket)) {
      socket.resume()
      return
    }
    wss.handleUpgrade(request, socket, head, (ws) => {
      platform.links.add(ws)
      ws.on('error', () => {})
      ws.on('close', () => platform.links.delete(ws))
      ws.on('message', (data: Buffer) => {
        const decoded = Frame.decode(data) as unknown as {
          headers: { key: string; value: string }[]
          payload?: Uint8Array
          method: number
        }
        const headers = Object.fromEntries(decoded.headers.map(({ key, value }) => [key, value]))
        if (headers.type === 'ping' && platform.pong !== undefined) ws.send(frame({ type: 'pong' }, platform.pong, 0))
        platform.onFrame(
          { headers, payload: Buffer.from(decoded.payload ?? []).toString(), method: decoded.method },
          ws,
        )
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const platform: Platform = {
    url: `http://${host}`,
    sockets,
    links: new Set(),
    pulls: () => pulls,
    endpoint: (_, response) => {
      const data = { URL: `ws://${host}/ws?fpid=1&device_id=1&service_id=1`, ClientConfig: config }
      response.end(JSON.stringify({ code: 0, msg: '', data }))
    },
    handshake: () => false,
    pong: JSON.stringify(config),
    onFrame: () => {},
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
  return platform
}
