import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrame, type Frame, FrameError } from './frame.ts'

// The frame as the official SDKs describe it, read by a protobuf library.
const { root } = protobuf.parse(
  `syntax = "proto2"; package pbbp2;
  message Header { required string key = 1; required string value = 2; }
  message Frame { required uint64 SeqID = 1; required uint64 LogID = 2; required int32 service = 3;
    required int32 method = 4; repeated Header headers = 5; optional string payload_encoding = 6;
    optional string payload_type = 7; optional bytes payload = 8; optional string LogIDNew = 9; }`,
  { keepCase: true },
)
const frameType = root.lookupType('pbbp2.Frame')

const frame: Frame = {
  seqId: 1_763_722_000_123,
  logId: 2 ** 52 + 1,
  service: 33554678,
  method: 1,
  headers: [
    ['type', 'event'],
    ['name', '翠雀 🪻'],
    ['empty', ''],
  ],
  payload: Buffer.from('{"text":"你好"}'.repeat(50)),
}

describe('the frame codec', () => {
  it('writes what a protobuf library reads', () => {
    const read = frameType.toObject(frameType.decode(encodeFrame(frame)), { longs: Number })
    expect(read).toEqual({
      SeqID: frame.seqId,
      LogID: frame.logId,
      service: frame.service,
      method: 1,
      headers: frame.headers.map(([key, value]) => ({ key, value })),
      payload: frame.payload,
    })
  })

  it('reads what a protobuf library writes, and skips fields it does not know', () => {
    const bytes = frameType
      .encode({
        SeqID: 1,
        LogID: 0,
        service: -5,
        method: 0,
        headers: [{ key: 'type', value: 'ping' }],
        payload_encoding: 'gzip',
        LogIDNew: 'log',
      })
      .finish()
    expect(decodeFrame(bytes)).toEqual({
      seqId: 1,
      logId: 0,
      service: -5,
      method: 0,
      headers: [['type', 'ping']],
      payload: undefined,
    })
  })

  it('writes required fields that are 0', () => {
    const empty = { seqId: 0, logId: 0, service: 0, method: 0, headers: [], payload: undefined }
    expect([...encodeFrame(empty)]).toEqual([8, 0, 16, 0, 24, 0, 32, 0])
  })

  it('refuses cut bytes and missing fields with a FrameError', () => {
    const bytes = encodeFrame(frame)
    const inRequired = [0, 1, 3, 12, 16, 18]
    const inPayload = Array.from({ length: 500 }, (_, index) => bytes.length - 1 - index)
    for (const end of [...inRequired, ...inPayload]) {
      expect(() => decodeFrame(bytes.subarray(0, end))).toThrow(FrameError)
    }
  })

  it('throws nothing but FrameError on damaged bytes', () => {
    const bytes = encodeFrame(frame)
    for (let round = 0; round < 20_000; round += 1) {
      const damaged = Buffer.from(bytes)
      for (let flips = 0; flips < 4; flips += 1) {
        damaged[Math.floor(Math.random() * 60)] = Math.floor(Math.random() * 256)
      }
      try {
        decodeFrame(damaged)
      } catch (error) {
        expect(error).toBeInstanceOf(FrameError)
      }
    }
  })
})
