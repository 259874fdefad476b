import pino from 'pino'
import { coreError } from '../errors/catalogue.ts'
import { isLarkspurError } from '../errors/larkspur-error.ts'
import { currentScope } from './context.ts'
import type { Log, LogFields, LogLevel } from './log.ts'
import type { Secrets } from './redact.ts'

/** The log of a bot. */
export interface KernelLog extends Log {
  /** Whether lines of this level are written; asks before costly fields are made. */
  enabled(level: Exclude<LogLevel, 'silent'>): boolean
  /** Resolves when everything logged so far was handed to the operating system. */
  flush(): Promise<void>
  /** Flushes and closes; later lines are lost. */
  close(): Promise<void>
}

/** What {@link createLog} takes. */
export interface LogOptions {
  readonly level: LogLevel
  readonly format: 'pretty' | 'json'
  /** Appended to, instead of standard output; folders are made. */
  readonly file?: string | undefined
  readonly secrets: Secrets
  /** Instead of standard output or a file. */
  readonly destination?: { write(line: string): void } | undefined
}

/** What a reader that stopped reading may cost before lines are dropped. */
const maxWaitingBytes = 16 * 1024 * 1024

interface Sink {
  readonly stream: { write(line: string): void }
  flush(): Promise<void>
  close(): Promise<void>
}

/**
 * Makes the log on pino. Every field and message is masked before pino sees it, so both formats are alike. A record is
 * one line in JSON, whatever it holds. Writing never waits for the reader.
 */
export async function createLog(options: LogOptions): Promise<KernelLog> {
  const { level, format, file, secrets, destination } = options
  const sink = destination ? givenSink(destination) : await openSink(file)
  const stream =
    format === 'pretty' ? await prettyOver(sink.stream, destination === undefined && file === undefined) : sink.stream
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
  const log = logOver(logger, secrets, {}, format === 'pretty')
  return { ...log, enabled: (asked) => logger.isLevelEnabled(asked), flush: sink.flush, close: sink.close }
}

function logOver(logger: pino.Logger, secrets: Secrets, bound: LogFields, pretty: boolean): Log {
  const write = (level: Exclude<LogLevel, 'silent'>) => (message: string, fields?: LogFields) => {
    if (!logger.isLevelEnabled(level)) return
    const { appId, eventKey, handler } = currentScope()
    const context = {
      ...(appId === undefined ? {} : { app: appId }),
      ...(eventKey === undefined ? {} : { event: eventKey }),
      ...(handler === undefined ? {} : { handler }),
    }
    const all = { ...context, ...bound, ...(fields && withErrors(fields, logger.isLevelEnabled('debug'))) }
    const text = String(secrets.mask(message))
    logger[level](safeNames(secrets.mask(all) as Record<string, unknown>), pretty ? oneLine(text) : text)
  }
  return {
    trace: write('trace'),
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => logOver(logger, secrets, { ...bound, ...fields }, pretty),
  }
}

// pino writes these itself; a field of the same name would be a second one in the line.
const ownNames = new Set(['level', 'time', 'msg'])

function safeNames(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.keys(fields).some((name) => ownNames.has(name))) return fields
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [ownNames.has(name) ? `${name}_` : name, value]),
  )
}

// Our own errors say what to do; their stack is for debugging. A foreign one says where it came from only by its stack.
function withErrors(fields: LogFields, debug: boolean): LogFields {
  const { error } = fields
  if (debug || !isLarkspurError(error)) return fields
  return {
    ...fields,
    error: { ...error.toJSON(), ...(error.cause === undefined ? {} : { cause: causeOf(error.cause) }) },
  }
}

function causeOf(cause: unknown): unknown {
  return isLarkspurError(cause) ? cause.toJSON() : cause
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const controls = /[\u0000-\u001f]/g

/** On a terminal a line end or an escape code in a message would be a line of its own, or a colour. */
function oneLine(text: string): string {
  return text.replace(controls, (character) => JSON.stringify(character).slice(1, -1))
}

async function prettyOver(
  stream: { write(line: string): void },
  terminal: boolean,
): Promise<{ write(line: string): void }> {
  const { default: pretty } = await import('pino-pretty')
  const { prettyFactory } = pretty
  const format = prettyFactory({ colorize: terminal && process.stdout.isTTY, translateTime: 'SYS:HH:MM:ss.l' })
  return { write: (line) => stream.write(format(line) ?? '') }
}

function givenSink(stream: { write(line: string): void }): Sink {
  return { stream, flush: () => Promise.resolve(), close: () => Promise.resolve() }
}

async function openSink(file: string | undefined): Promise<Sink> {
  const target = file === undefined ? { fd: 1 } : { dest: file }
  const stream = pino.destination({ ...target, append: true, mkdir: true, sync: false, maxLength: maxWaitingBytes })
  if (file !== undefined) await opened(stream, file)
  // A full disk must not end the process; a broken pipe is handled by pino.
  stream.on('error', () => undefined)
  let dropped = 0
  stream.on('drop', () => (dropped += 1))
  stream.on('drain', () => {
    if (dropped === 0) return
    const line = {
      level: 'warn',
      time: new Date().toISOString(),
      dropped,
      msg: 'log lines were dropped: the reader is too slow',
    }
    dropped = 0
    stream.write(`${JSON.stringify(line)}\n`)
  })
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await flushed(stream)
    const closed = Promise.withResolvers<void>()
    stream.once('close', () => closed.resolve())
    stream.end()
    await within(closed.promise)
  }
  return {
    // A closed stream would throw at whoever logs late.
    stream: { write: (line) => void (closing ?? stream.write(line)) },
    flush: () => closing ?? flushed(stream),
    close: () => (closing ??= close()),
  }
}

function opened(stream: ReturnType<typeof pino.destination>, file: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  stream.once('ready', () => resolve())
  stream.once('error', (cause: NodeJS.ErrnoException) =>
    reject(coreError('CONFIG_INVALID', { message: `log.file: ${file} cannot be written (${cause.code})`, cause })),
  )
  return promise
}

function flushed(stream: ReturnType<typeof pino.destination>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  // What cannot be written now is not worth failing a shutdown for.
  stream.flush(() => resolve())
  return within(promise)
}

// A reader that stopped reading, or went away, would otherwise hold up a shutdown for ever.
async function within(promise: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(() => late.resolve(), 1000)
  await Promise.race([promise, late.promise])
  clearTimeout(timer)
}
