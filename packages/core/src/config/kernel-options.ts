import { z } from 'zod'
import { type Setting, settingsOf } from './settings.ts'

const flag = (value: boolean, description: string) => z.boolean().default(value).describe(description)
const count = (value: number, description: string) => z.int().min(1).default(value).describe(description)
const limit = (value: number, description: string) => z.int().min(0).default(value).describe(description)
const ms = (value: number, description: string) => z.int().min(1).default(value).meta({ description, unit: 'ms' })
const port = (value: number, description: string) => z.int().min(0).max(65_535).default(value).describe(description)
const text = (description: string) => z.string().min(1).optional().describe(description)
const group = <Shape extends z.ZodRawShape>(description: string, shape: Shape) =>
  z
    .strictObject(shape)
    .prefault({} as never)
    .describe(description)

/** Where the data of a bot is that says nothing of it. */
export const defaultDatabaseUrl = 'sqlite:.larkspur'

/** The platform repeats an event for about six hours (15 s, 5 min, 1 h, 6 h after the first push); eight leave room. */
const eightHoursMs = 8 * 3_600_000

/**
 * Every option of the kernel: name, default, limits and description. The types in generated/kernel-options.ts,
 * docs/config.md and .env.example are made from it. `meta` adds: `unit`; `secret`, masked everywhere and readable from a
 * `…_FILE`; `computed`, the words for a default that is found at start; `variables`, other environment variables that count.
 */
export const kernelOptionsSchema = z
  .strictObject({
    environment: z
      .string()
      .min(1)
      .default('development')
      .describe('Name of the environment, for logs; `production`, say.'),
    defaultAppId: text('App that is meant when a call names none; without it the only enabled app is.'),
    work: flag(
      true,
      'Whether this process runs handlers of events, jobs and tasks; `false` makes it receive and store only. Callbacks are still answered here, because the platform waits for them.',
    ),
    receive: flag(
      true,
      'Whether this process receives the events of its apps; `false` makes it a worker that handles what others have received.',
    ),
    database: group('The database of the bot, its inbox and its plugins.', {
      url: z.string().min(1).default(defaultDatabaseUrl).meta({
        description:
          '`postgres://user:password@host:5432/database`, or `sqlite:<folder>`. Left out, and with PGHOST set, it is made of PGHOST, PGPORT, PGUSER, PGPASSWORD (or PGPASSWORD_FILE), PGDATABASE, PGSSLMODE, PGSSLROOTCERT, PGSSLCERT and PGSSLKEY. `sslmode` is `disable`, `require`, `verify-ca` or `verify-full`.',
        secret: true,
      }),
      schema: text('Schema of the tables on PostgreSQL; without it the first of the search path.'),
      migrate: z.enum(['auto', 'check']).optional().meta({
        description: 'Whether missing migrations are run at start, or refused with what to do.',
        computed: '`auto` on SQLite, `check` on PostgreSQL',
      }),
      maxConnections: count(10, 'Most connections that plugins and credentials share on PostgreSQL.'),
      inboxConnections: count(3, 'Most connections of the inbox on PostgreSQL, besides the others.'),
      acquireTimeoutMs: ms(5000, 'How long a statement waits for a free connection.'),
      inboxAcquireTimeoutMs: ms(1000, 'How long the inbox waits for a free connection.'),
      connectionLifeMs: ms(3_600_000, 'Age at which a connection is replaced, when it is idle.'),
      statementTimeoutMs: ms(
        10_000,
        'Longest run of one statement on PostgreSQL; PgBouncer has to list it in `ignore_startup_parameters`.',
      ),
      caFile: text(
        'PEM file of the authority that signed the database server’s certificate; with it alone the way is encrypted and checked (`sslmode=verify-full`).',
      ),
    }),
    log: group('The log.', {
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
        .default('info')
        .describe('Least severe level that is written.'),
      format: z.enum(['pretty', 'json']).optional().meta({
        description: 'Coloured text for people, or one JSON object a line.',
        computed: '`pretty` on a terminal, else `json`',
      }),
      file: text('File that the log is appended to, instead of standard output.'),
    }),
    metrics: group('Prometheus metrics.', {
      enabled: flag(true, 'Whether metrics are collected and served at `/metrics`.'),
    }),
    http: group('The HTTP server.', {
      host: z.string().min(1).default('0.0.0.0').describe('Address that webhooks and plugin routes listen on.'),
      port: port(8000, 'Port of webhooks and plugin routes, opened only when there are any; 0 takes any free port.'),
      monitor: flag(
        true,
        'Whether a port of metrics and health is opened. `false` opens none; `/healthz` stays on the port of webhooks.',
      ),
      monitorHost: z
        .string()
        .min(1)
        .default('127.0.0.1')
        .describe('Address that metrics and health listen on; `0.0.0.0` in a container, for its probes and scrapes.'),
      monitorPort: port(
        9090,
        'Port of metrics and health; 0 takes any free port, the same as `http.port` makes one listener of both.',
      ),
      publicUrl: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe(
          'Address under which the world reaches the server. For plugins that hand out addresses, such as sign-in pages; core itself does not use it.',
        ),
    }),
    connection: group('The long connection.', {
      handshakeTimeoutMs: ms(10_000, 'Longest wait for the WebSocket handshake.'),
      endpointTimeoutMs: ms(15_000, 'Longest wait for the platform to name an endpoint.'),
      pongTimeoutMs: ms(15_000, 'Silence after a ping at which the connection counts as broken.'),
      firstRetryMs: ms(1000, 'Upper bound of the first wait before connecting again; it doubles each time.'),
      maxRetryMs: ms(30_000, 'Longest wait before connecting again.'),
      failuresBeforeFallback: count(10, 'Failed attempts in a row after which an alarm is raised.'),
      fallback: z
        .enum(['alarm', 'switch'])
        .default('alarm')
        .describe(
          'Then: only raise the alarm. `switch`, to also receive by webhook, is not available yet: refused at start.',
        ),
    }),
    inbox: group('Where events are stored before they are acknowledged.', {
      leaseMs: ms(10_000, 'How long a lane belongs to a process that shows no life.'),
      extendMs: ms(3000, 'How often a lease is extended; at most a third of `inbox.leaseMs`.'),
      pollMs: ms(500, 'How often retries, take-overs and overflow are looked for.'),
      storeTimeoutMs: z
        .int()
        .min(1)
        .max(2900)
        .default(1500)
        .meta({ description: 'Longest wait for storing an event; past it the platform pushes again.', unit: 'ms' }),
      dedupeMs: z.int().min(eightHoursMs).default(86_400_000).meta({
        description: 'How long an event is remembered, so that a repeated push is recognised.',
        unit: 'ms',
      }),
      deadLetterMs: ms(2_592_000_000, 'How long the body of a dead letter is kept.'),
    }),
    dispatch: group('How handlers are run.', {
      concurrency: count(64, 'Lanes that run at once in this process.'),
      handlerTimeoutMs: ms(300_000, 'Longest run of a handler.'),
      callbackTimeoutMs: z.int().min(1).max(2900).default(2500).meta({
        description: 'Longest wait for the answer to a card click; past it a neutral answer is given.',
        unit: 'ms',
      }),
      maxAttempts: count(5, 'Runs of an event that throw before it becomes a dead letter.'),
      maxCrashes: count(3, 'Crashes of the process during an event before it becomes a dead letter.'),
      firstRetryMs: ms(1000, 'Wait before the second run of an event; it doubles each time.'),
      maxRetryMs: ms(60_000, 'Longest wait before another run.'),
      drainMs: ms(8000, 'How long running handlers may go on after the bot was told to stop.'),
    }),
    api: group('Calls to the platform.', {
      timeoutMs: ms(15_000, 'Longest wait for an answer.'),
      maxConnections: count(128, 'Connections to one host.'),
      maxAttempts: count(4, 'Attempts of a call that may be repeated.'),
      firstRetryMs: ms(500, 'Upper bound of the first wait before repeating a call; it doubles each time.'),
      maxRetryMs: ms(10_000, 'Longest wait before repeating a call.'),
      deadlineMs: ms(120_000, 'Longest time of a call: every attempt, and every wait before and between them.'),
      callsPerSecond: limit(
        50,
        'Calls a second of an app to one API, shared with the other instances of the bot; 0 is no limit.',
      ),
      callsPerSecondByApi: z
        .record(z.string().regex(/^(GET|POST|PUT|PATCH|DELETE) \/\S+$/), z.number().min(0))
        .optional()
        .describe(
          'The same for single APIs, by method and path: `{ "POST /open-apis/docx/v1/documents": 3 }`; 1.6 is 100 a minute.',
        ),
      messagesPerSecond: limit(
        5,
        'Messages a second of an app to one chat or user, shared with the other instances; 0 is no limit.',
      ),
    }),
    credentials: group('Apps and tokens.', {
      appPollMs: ms(2000, 'How often a running bot looks whether its apps were changed in the database.'),
      refreshAhead: z.number().gt(0).default(0.1).meta({
        description: 'Share of a token’s life that is left when it is renewed; more than 0.25 counts as 0.25.',
        unit: 'share',
      }),
      encryptionKey: z
        .string()
        .min(1)
        .optional()
        .meta({
          description:
            'Encrypts stored tokens: 32 random bytes as base64, base64url or hex, made by `larkspur key new`. Several, separated by commas: the first encrypts, all decrypt. Needed to start, but for the default SQLite folder: there one is made.',
          secret: true,
          variables: ['LARKSPUR_ENCRYPTION_KEY'],
        }),
    }),
    lifecycle: group('Life of plugins.', {
      phaseTimeoutMs: ms(30_000, 'Longest run of one lifecycle phase of a plugin.'),
    }),
    proxy: group('The proxy for calls and for the long connection.', {
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .meta({
          description: 'Address of an HTTP proxy, `http://user:password@host:3128`.',
          secret: true,
          variables: ['HTTPS_PROXY', 'https_proxy'],
        }),
      noProxy: z
        .string()
        .optional()
        .meta({
          description: 'Hosts that are reached without the proxy, separated by commas.',
          variables: ['NO_PROXY', 'no_proxy'],
        }),
      caFile: text('PEM file of the authority that signs for the proxy or the platform.'),
    }),
    clock: group('The clock, for tests.', {
      offsetMs: z.int().default(0).meta({ description: 'Added to the database’s time.', unit: 'ms' }),
    }),
  })
  .superRefine((options, context) => {
    const problem = (path: [string, string], message: string) => context.addIssue({ code: 'custom', path, message })
    const { inbox, database } = options
    if (inbox.leaseMs < 3 * inbox.extendMs)
      problem(['inbox', 'leaseMs'], `must be at least three times inbox.extendMs (${inbox.extendMs})`)
    if (inbox.pollMs > inbox.leaseMs) problem(['inbox', 'pollMs'], `must not exceed inbox.leaseMs (${inbox.leaseMs})`)
    if (database.inboxAcquireTimeoutMs > inbox.storeTimeoutMs)
      problem(['database', 'inboxAcquireTimeoutMs'], `must not exceed inbox.storeTimeoutMs (${inbox.storeTimeoutMs})`)
    for (const name of ['connection', 'dispatch', 'api'] as const)
      if (options[name].firstRetryMs > options[name].maxRetryMs)
        problem([name, 'firstRetryMs'], `must not exceed ${name}.maxRetryMs (${options[name].maxRetryMs})`)
  })

/** The same as JSON Schema, from which variables, pages and types are made. */
export function kernelOptionsJsonSchema(): unknown {
  return z.toJSONSchema(kernelOptionsSchema, { io: 'input' })
}

let settings: readonly Setting[] | undefined

/** The kernel's options one by one. */
export function kernelSettings(): readonly Setting[] {
  settings ??= settingsOf(kernelOptionsJsonSchema())
  return settings
}
