// A long connection that acknowledges every frame and does nothing else, so that the sandbox is what is measured.
const [base = '', AppID = '', AppSecret = ''] = process.argv.slice(2)

const body = JSON.stringify({ AppID, AppSecret })
const discovery = await fetch(`${base}/callback/ws/endpoint`, { method: 'POST', body })
const { data } = (await discovery.json()) as { data: { URL: string } }
const socket = new WebSocket(data.URL)
socket.binaryType = 'arraybuffer'

const payloadTag = 0x42
const ok = Buffer.from('{"code":200}')
const acknowledgement = Buffer.concat([Buffer.from([payloadTag, ok.length]), ok])
/** SeqID, LogID and service are 0, method is control, and the one header is type=ping. */
const ping = Buffer.from([
  0x08,
  0,
  0x10,
  0,
  0x18,
  0,
  0x20,
  0,
  0x2a,
  12,
  0x0a,
  4,
  ...Buffer.from('type'),
  0x12,
  4,
  ...Buffer.from('ping'),
])

socket.addEventListener('open', () => socket.send(ping))
socket.addEventListener('close', () => process.exit(0))
socket.addEventListener('message', ({ data: bytes }) => {
  const frame = Buffer.from(bytes as ArrayBuffer)
  const end = payloadStart(frame)
  // What has no payload of an event is a pong.
  if (frame.includes('pong')) return
  socket.send(Buffer.concat([frame.subarray(0, end), acknowledgement]))
})

/** Where the payload of a frame begins: the fields before it are numbers, and headers with their lengths. */
function payloadStart(frame: Buffer): number {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = frame[at] ?? 0
      at += 1
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < frame.length) {
    const start = at
    const tag = varint()
    if (tag === payloadTag) return start
    const value = varint()
    if ((tag & 7) === 2) at += value
  }
  return at
}
