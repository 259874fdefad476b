// Certificates for tests of TLS: an authority and what it signs, P-256, valid for a day. DER by hand, because Node signs but writes
// no certificates.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** An authority of one test. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly certificate: string
  /** Signs a certificate for a server; a name is a DNS name or an IPv4 address. */
  serverFor(name: string): { readonly certificate: string; readonly key: string }
}

/** Makes an authority. */
export function createAuthority(name: string): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isAuthority = extension('551d13', sequence(Buffer.from([0x01, 0x01, 0xff])))
  return {
    certificate: certificate({ issuer: name, subject: name, publicKey, privateKey, extensions: [isAuthority] }),
    serverFor(host) {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const address = isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host))
      const names = extension('551d11', sequence(address))
      return {
        certificate: certificate({
          ...{ issuer: name, subject: host, publicKey: keys.publicKey, privateKey, extensions: [names] },
        }),
        key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      }
    },
  }
}

interface Content {
  readonly issuer: string
  readonly subject: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly extensions: readonly Buffer[]
}

const dayMs = 86_400_000

function certificate({ issuer, subject, publicKey, privateKey, extensions }: Content): string {
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer),
    sequence(time(Date.now() - dayMs), time(Date.now() + dayMs)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  )
  const signature = sign('sha256', toBeSigned, privateKey)
  const whole = sequence(toBeSigned, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value))
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))))
}

function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
