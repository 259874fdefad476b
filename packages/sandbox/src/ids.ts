import { createHash, randomBytes } from 'node:crypto'

/** Hex digits that depend on the seed and the parts alone, so that the same seed gives the same company. */
export function seededHex(length: number, ...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, length)
}

/** Letters and digits that depend on the parts alone; the shape of app secrets. */
export function seededText(length: number, ...parts: readonly (string | number)[]): string {
  const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
  const bytes = createHash('sha512').update(parts.join('\u0000')).digest()
  return Array.from(bytes.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('')
}

/**
 * Makes ids of what comes into being at run time. They differ from run to run even with one seed: a bot keeps its
 * database over restarts of the sandbox and would take a repeated event id for a duplicate.
 */
export class RunIds {
  readonly #prefix = randomBytes(8).toString('hex')
  #count = 0

  /** 32 hex digits, unique in this process and, but for chance, everywhere. */
  hex32(): string {
    this.#count += 1
    return this.#prefix + this.#count.toString(16).padStart(16, '0')
  }

  /** A message id, `om_` and 32 hex digits. */
  message(): string {
    return `om_${this.hex32()}`
  }

  /** The id of a batch message, `bm-` and 32 hex digits. */
  batch(): string {
    return `bm-${this.hex32()}`
  }

  /** A chat id, `oc_` and 32 hex digits. */
  chat(): string {
    return `oc_${this.hex32()}`
  }

  /** A thread id, `omt_` and 32 hex digits. */
  thread(): string {
    return `omt_${this.hex32()}`
  }

  /** A reaction id, opaque on the platform too. */
  reaction(): string {
    return `ZCaC${this.hex32()}`
  }

  /** The key of an image or a file. */
  resource(kind: 'image' | 'file'): string {
    return `${kind === 'image' ? 'img' : 'file'}_v3_${this.hex32()}`
  }

  /** A connection id of 19 digits, the shape of `device_id`. */
  device(): string {
    this.#count += 1
    return `7${String(Date.now()).padStart(13, '0')}${String(this.#count % 100_000).padStart(5, '0')}`
  }

  /** An unguessable value, for tokens and tickets. */
  secret(length: number): string {
    return randomBytes(length).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, length)
  }

  /** A log id as in `X-Tt-Logid`: the time to the second, then hex digits. */
  log(now: number): string {
    const time = new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14)
    return `${time}${this.hex32().slice(-19).toUpperCase()}`
  }
}
