import { type BotStatus, explainConfig, loadConfigFile } from '@larkspur/core'
import { CliError } from '../cli-error.ts'
import { styled } from '../output/style.ts'
import { table } from '../output/table.ts'

/** Options of `larkspur health`. */
export interface HealthOptions {
  readonly cwd: string
  readonly config?: string | undefined
  readonly url?: string | undefined
  readonly json: boolean
}

/** Longest wait for the answer, milliseconds; the bot itself answers within 1 s. */
const timeoutMs = 5000

/** `larkspur health`: asks a running bot how it is. */
export async function health(options: HealthOptions): Promise<number> {
  const url = options.url === undefined ? await configuredUrl(options) : readyUrl(options.url)
  const response = await ask(url)
  const body = await response.text()
  const status = readStatus(body, url)
  process.stdout.write(options.json ? `${body.trim()}\n` : statusText(status))
  return response.status === 200 ? 0 : 1
}

async function configuredUrl({ cwd, config: file }: HealthOptions): Promise<URL> {
  const { config } = await loadConfigFile({ cwd, file })
  const { monitor, monitorHost, monitorPort } = (await explainConfig(config)).options.http
  if (!monitor)
    throw new CliError(
      'http.monitor is false, so the bot opens no port of metrics and health.',
      'Give the address under which your own server mounts the bot with --url.',
    )
  if (monitorPort === 0)
    throw new CliError(
      'http.monitorPort is 0, so the bot took whatever port was free.',
      'Give the address with --url, or set http.monitorPort.',
    )
  // What listens on every address is reached on this machine's own.
  const host = monitorHost === '0.0.0.0' ? '127.0.0.1' : monitorHost === '::' ? '::1' : monitorHost
  return readyUrl(`http://${host.includes(':') ? `[${host}]` : host}:${monitorPort}`)
}

function readyUrl(text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new CliError(`--url is "${text}", which is no http address.`, 'Give one such as http://127.0.0.1:9090.')
  const url = new URL(text)
  if (url.pathname === '/') url.pathname = '/readyz'
  return url
}

async function ask(url: URL): Promise<Response> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : String(cause)
    throw new CliError(
      `No bot answers at ${url} (${why}).`,
      'Start it with larkspur start, or give the right address with --url.',
    )
  }
}

function readStatus(body: string, url: URL): BotStatus {
  try {
    const status = JSON.parse(body) as Partial<BotStatus>
    if (typeof status.state === 'string' && typeof status.parts === 'object') return status as BotStatus
  } catch {
    // Reported below, like any other answer that is no status.
  }
  throw new CliError(`${url} answers, but not as a bot does.`, 'Give the address of metrics and health with --url.')
}

const colours = { up: 'green', degraded: 'yellow', down: 'red' } as const

function statusText({ state, since, parts }: BotStatus): string {
  const rows = Object.entries(parts).map(([name, part]) => [name, part.status, part.since, part.message])
  const lines = table(rows).split('\n')
  const coloured = Object.values(parts).map(({ status }, index) =>
    (lines[index] ?? '').replace(` ${status} `, ` ${styled(colours[status], status)} `),
  )
  return [`${state} since ${since}`, ...coloured.map((line) => `  ${line}`), ''].join('\n')
}
