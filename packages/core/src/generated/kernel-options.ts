// Made by scripts/generate.ts from packages/core/src/config/kernel-options.ts; edit that.

/** The kernel's options, checked and completed. */
export interface KernelOptions {
  /** Name of the environment, for logs; `production`, say. Default `development`. Variable `LARKSPUR_ENVIRONMENT`. */
  readonly environment: string
  /** App that is meant when a call names none; without it the only enabled app is. Variable `LARKSPUR_DEFAULT_APP_ID`. */
  readonly defaultAppId?: string | undefined
  /** Whether this process runs handlers of events, jobs and tasks; `false` makes it receive and store only. Callbacks are still answered here, because the platform waits for them. Default `true`. Variable `LARKSPUR_WORK`. */
  readonly work: boolean
  /** Whether this process receives the events of its apps; `false` makes it a worker that handles what others have received. Default `true`. Variable `LARKSPUR_RECEIVE`. */
  readonly receive: boolean
  /** The database of the bot, its inbox and its plugins. */
  readonly database: {
    /** `postgres://user:password@host:5432/database`, or `sqlite:<folder>`. Left out, and with PGHOST set, it is made of PGHOST, PGPORT, PGUSER, PGPASSWORD (or PGPASSWORD_FILE), PGDATABASE, PGSSLMODE, PGSSLROOTCERT, PGSSLCERT and PGSSLKEY. `sslmode` is `disable`, `require`, `verify-ca` or `verify-full`. Default `sqlite:.larkspur`. Variable `LARKSPUR_DATABASE_URL`. */
    readonly url: string
    /** Schema of the tables on PostgreSQL; without it the first of the search path. Variable `LARKSPUR_DATABASE_SCHEMA`. */
    readonly schema?: string | undefined
    /** Whether missing migrations are run at start, or refused with what to do. Default `auto` on SQLite, `check` on PostgreSQL. Variable `LARKSPUR_DATABASE_MIGRATE`. */
    readonly migrate: 'auto' | 'check'
    /** Most connections that plugins and credentials share on PostgreSQL. Default `10`. Variable `LARKSPUR_DATABASE_MAX_CONNECTIONS`. */
    readonly maxConnections: number
    /** Most connections of the inbox on PostgreSQL, besides the others. Default `3`. Variable `LARKSPUR_DATABASE_INBOX_CONNECTIONS`. */
    readonly inboxConnections: number
    /** How long a statement waits for a free connection. Milliseconds. Default `5000`. Variable `LARKSPUR_DATABASE_ACQUIRE_TIMEOUT_MS`. */
    readonly acquireTimeoutMs: number
    /** How long the inbox waits for a free connection. Milliseconds. Default `1000`. Variable `LARKSPUR_DATABASE_INBOX_ACQUIRE_TIMEOUT_MS`. */
    readonly inboxAcquireTimeoutMs: number
    /** Age at which a connection is replaced, when it is idle. Milliseconds. Default `3600000`. Variable `LARKSPUR_DATABASE_CONNECTION_LIFE_MS`. */
    readonly connectionLifeMs: number
    /** Longest run of one statement on PostgreSQL; PgBouncer has to list it in `ignore_startup_parameters`. Milliseconds. Default `10000`. Variable `LARKSPUR_DATABASE_STATEMENT_TIMEOUT_MS`. */
    readonly statementTimeoutMs: number
    /** PEM file of the authority that signed the database server’s certificate; with it alone the way is encrypted and checked (`sslmode=verify-full`). Variable `LARKSPUR_DATABASE_CA_FILE`. */
    readonly caFile?: string | undefined
  }
  /** The log. */
  readonly log: {
    /** Least severe level that is written. Default `info`. Variable `LARKSPUR_LOG_LEVEL`. */
    readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
    /** Coloured text for people, or one JSON object a line. Default `pretty` on a terminal, else `json`. Variable `LARKSPUR_LOG_FORMAT`. */
    readonly format: 'pretty' | 'json'
    /** File that the log is appended to, instead of standard output. Variable `LARKSPUR_LOG_FILE`. */
    readonly file?: string | undefined
  }
  /** Prometheus metrics. */
  readonly metrics: {
    /** Whether metrics are collected and served at `/metrics`. Default `true`. Variable `LARKSPUR_METRICS_ENABLED`. */
    readonly enabled: boolean
  }
  /** The HTTP server. */
  readonly http: {
    /** Address that webhooks and plugin routes listen on. Default `0.0.0.0`. Variable `LARKSPUR_HTTP_HOST`. */
    readonly host: string
    /** Port of webhooks and plugin routes, opened only when there are any; 0 takes any free port. Default `8000`. Variable `LARKSPUR_HTTP_PORT`. */
    readonly port: number
    /** Whether a port of metrics and health is opened. `false` opens none; `/healthz` stays on the port of webhooks. Default `true`. Variable `LARKSPUR_HTTP_MONITOR`. */
    readonly monitor: boolean
    /** Address that metrics and health listen on; `0.0.0.0` in a container, for its probes and scrapes. Default `127.0.0.1`. Variable `LARKSPUR_HTTP_MONITOR_HOST`. */
    readonly monitorHost: string
    /** Port of metrics and health; 0 takes any free port, the same as `http.port` makes one listener of both. Default `9090`. Variable `LARKSPUR_HTTP_MONITOR_PORT`. */
    readonly monitorPort: number
    /** Address under which the world reaches the server. For plugins that hand out addresses, such as sign-in pages; core itself does not use it. Variable `LARKSPUR_HTTP_PUBLIC_URL`. */
    readonly publicUrl?: string | undefined
  }
  /** The long connection. */
  readonly connection: {
    /** Longest wait for the WebSocket handshake. Milliseconds. Default `10000`. Variable `LARKSPUR_CONNECTION_HANDSHAKE_TIMEOUT_MS`. */
    readonly handshakeTimeoutMs: number
    /** Longest wait for the platform to name an endpoint. Milliseconds. Default `15000`. Variable `LARKSPUR_CONNECTION_ENDPOINT_TIMEOUT_MS`. */
    readonly endpointTimeoutMs: number
    /** Silence after a ping at which the connection counts as broken. Milliseconds. Default `15000`. Variable `LARKSPUR_CONNECTION_PONG_TIMEOUT_MS`. */
    readonly pongTimeoutMs: number
    /** Upper bound of the first wait before connecting again; it doubles each time. Milliseconds. Default `1000`. Variable `LARKSPUR_CONNECTION_FIRST_RETRY_MS`. */
    readonly firstRetryMs: number
    /** Longest wait before connecting again. Milliseconds. Default `30000`. Variable `LARKSPUR_CONNECTION_MAX_RETRY_MS`. */
    readonly maxRetryMs: number
    /** Failed attempts in a row after which an alarm is raised. Default `10`. Variable `LARKSPUR_CONNECTION_FAILURES_BEFORE_FALLBACK`. */
    readonly failuresBeforeFallback: number
    /** Then: only raise the alarm. `switch`, to also receive by webhook, is not available yet: refused at start. Default `alarm`. Variable `LARKSPUR_CONNECTION_FALLBACK`. */
    readonly fallback: 'alarm' | 'switch'
  }
  /** Where events are stored before they are acknowledged. */
  readonly inbox: {
    /** How long a lane belongs to a process that shows no life. Milliseconds. Default `10000`. Variable `LARKSPUR_INBOX_LEASE_MS`. */
    readonly leaseMs: number
    /** How often a lease is extended; at most a third of `inbox.leaseMs`. Milliseconds. Default `3000`. Variable `LARKSPUR_INBOX_EXTEND_MS`. */
    readonly extendMs: number
    /** How often retries, take-overs and overflow are looked for. Milliseconds. Default `500`. Variable `LARKSPUR_INBOX_POLL_MS`. */
    readonly pollMs: number
    /** Longest wait for storing an event; past it the platform pushes again. Milliseconds. Default `1500`. Variable `LARKSPUR_INBOX_STORE_TIMEOUT_MS`. */
    readonly storeTimeoutMs: number
    /** How long an event is remembered, so that a repeated push is recognised. Milliseconds. Default `86400000`. Variable `LARKSPUR_INBOX_DEDUPE_MS`. */
    readonly dedupeMs: number
    /** How long the body of a dead letter is kept. Milliseconds. Default `2592000000`. Variable `LARKSPUR_INBOX_DEAD_LETTER_MS`. */
    readonly deadLetterMs: number
  }
  /** How handlers are run. */
  readonly dispatch: {
    /** Lanes that run at once in this process. Default `64`. Variable `LARKSPUR_DISPATCH_CONCURRENCY`. */
    readonly concurrency: number
    /** Longest run of a handler. Milliseconds. Default `300000`. Variable `LARKSPUR_DISPATCH_HANDLER_TIMEOUT_MS`. */
    readonly handlerTimeoutMs: number
    /** Longest wait for the answer to a card click; past it a neutral answer is given. Milliseconds. Default `2500`. Variable `LARKSPUR_DISPATCH_CALLBACK_TIMEOUT_MS`. */
    readonly callbackTimeoutMs: number
    /** Runs of an event that throw before it becomes a dead letter. Default `5`. Variable `LARKSPUR_DISPATCH_MAX_ATTEMPTS`. */
    readonly maxAttempts: number
    /** Crashes of the process during an event before it becomes a dead letter. Default `3`. Variable `LARKSPUR_DISPATCH_MAX_CRASHES`. */
    readonly maxCrashes: number
    /** Wait before the second run of an event; it doubles each time. Milliseconds. Default `1000`. Variable `LARKSPUR_DISPATCH_FIRST_RETRY_MS`. */
    readonly firstRetryMs: number
    /** Longest wait before another run. Milliseconds. Default `60000`. Variable `LARKSPUR_DISPATCH_MAX_RETRY_MS`. */
    readonly maxRetryMs: number
    /** How long running handlers may go on after the bot was told to stop. Milliseconds. Default `8000`. Variable `LARKSPUR_DISPATCH_DRAIN_MS`. */
    readonly drainMs: number
  }
  /** Calls to the platform. */
  readonly api: {
    /** Longest wait for an answer. Milliseconds. Default `15000`. Variable `LARKSPUR_API_TIMEOUT_MS`. */
    readonly timeoutMs: number
    /** Connections to one host. Default `128`. Variable `LARKSPUR_API_MAX_CONNECTIONS`. */
    readonly maxConnections: number
    /** Attempts of a call that may be repeated. Default `4`. Variable `LARKSPUR_API_MAX_ATTEMPTS`. */
    readonly maxAttempts: number
    /** Upper bound of the first wait before repeating a call; it doubles each time. Milliseconds. Default `500`. Variable `LARKSPUR_API_FIRST_RETRY_MS`. */
    readonly firstRetryMs: number
    /** Longest wait before repeating a call. Milliseconds. Default `10000`. Variable `LARKSPUR_API_MAX_RETRY_MS`. */
    readonly maxRetryMs: number
    /** Longest time of a call: every attempt, and every wait before and between them. Milliseconds. Default `120000`. Variable `LARKSPUR_API_DEADLINE_MS`. */
    readonly deadlineMs: number
    /** Calls a second of an app to one API, shared with the other instances of the bot; 0 is no limit. Default `50`. Variable `LARKSPUR_API_CALLS_PER_SECOND`. */
    readonly callsPerSecond: number
    /** The same for single APIs, by method and path: `{ "POST /open-apis/docx/v1/documents": 3 }`; 1.6 is 100 a minute. Variable `LARKSPUR_API_CALLS_PER_SECOND_BY_API`. */
    readonly callsPerSecondByApi?: Readonly<Record<string, number>> | undefined
    /** Messages a second of an app to one chat or user, shared with the other instances; 0 is no limit. Default `5`. Variable `LARKSPUR_API_MESSAGES_PER_SECOND`. */
    readonly messagesPerSecond: number
  }
  /** Apps and tokens. */
  readonly credentials: {
    /** How often a running bot looks whether its apps were changed in the database. Milliseconds. Default `2000`. Variable `LARKSPUR_CREDENTIALS_APP_POLL_MS`. */
    readonly appPollMs: number
    /** Share of a token’s life that is left when it is renewed; more than 0.25 counts as 0.25. Default `0.1`. Variable `LARKSPUR_CREDENTIALS_REFRESH_AHEAD`. */
    readonly refreshAhead: number
    /** Encrypts stored tokens: 32 random bytes as base64, base64url or hex, made by `larkspur key new`. Several, separated by commas: the first encrypts, all decrypt. Needed to start, but for the default SQLite folder: there one is made. Default `LARKSPUR_ENCRYPTION_KEY`. Variable `LARKSPUR_CREDENTIALS_ENCRYPTION_KEY`. */
    readonly encryptionKey?: string | undefined
  }
  /** Life of plugins. */
  readonly lifecycle: {
    /** Longest run of one lifecycle phase of a plugin. Milliseconds. Default `30000`. Variable `LARKSPUR_LIFECYCLE_PHASE_TIMEOUT_MS`. */
    readonly phaseTimeoutMs: number
  }
  /** The proxy for calls and for the long connection. */
  readonly proxy: {
    /** Address of an HTTP proxy, `http://user:password@host:3128`. Default `HTTPS_PROXY` or `https_proxy`. Variable `LARKSPUR_PROXY_URL`. */
    readonly url?: string | undefined
    /** Hosts that are reached without the proxy, separated by commas. Default `NO_PROXY` or `no_proxy`. Variable `LARKSPUR_PROXY_NO_PROXY`. */
    readonly noProxy?: string | undefined
    /** PEM file of the authority that signs for the proxy or the platform. Variable `LARKSPUR_PROXY_CA_FILE`. */
    readonly caFile?: string | undefined
  }
  /** The clock, for tests. */
  readonly clock: {
    /** Added to the database’s time. Milliseconds. Default `0`. Variable `LARKSPUR_CLOCK_OFFSET_MS`. */
    readonly offsetMs: number
  }
}

/** The kernel's options as they may be given; what is left out comes from the environment, `.env` or the default. */
export interface KernelOptionsInput {
  /** Name of the environment, for logs; `production`, say. Default `development`. Variable `LARKSPUR_ENVIRONMENT`. */
  readonly environment?: string | undefined
  /** App that is meant when a call names none; without it the only enabled app is. Variable `LARKSPUR_DEFAULT_APP_ID`. */
  readonly defaultAppId?: string | undefined
  /** Whether this process runs handlers of events, jobs and tasks; `false` makes it receive and store only. Callbacks are still answered here, because the platform waits for them. Default `true`. Variable `LARKSPUR_WORK`. */
  readonly work?: boolean | undefined
  /** Whether this process receives the events of its apps; `false` makes it a worker that handles what others have received. Default `true`. Variable `LARKSPUR_RECEIVE`. */
  readonly receive?: boolean | undefined
  /** The database of the bot, its inbox and its plugins. A text is its `url`. */
  readonly database?: string | {
    /** `postgres://user:password@host:5432/database`, or `sqlite:<folder>`. Left out, and with PGHOST set, it is made of PGHOST, PGPORT, PGUSER, PGPASSWORD (or PGPASSWORD_FILE), PGDATABASE, PGSSLMODE, PGSSLROOTCERT, PGSSLCERT and PGSSLKEY. `sslmode` is `disable`, `require`, `verify-ca` or `verify-full`. Default `sqlite:.larkspur`. Variable `LARKSPUR_DATABASE_URL`. */
    readonly url?: string | undefined
    /** Schema of the tables on PostgreSQL; without it the first of the search path. Variable `LARKSPUR_DATABASE_SCHEMA`. */
    readonly schema?: string | undefined
    /** Whether missing migrations are run at start, or refused with what to do. Default `auto` on SQLite, `check` on PostgreSQL. Variable `LARKSPUR_DATABASE_MIGRATE`. */
    readonly migrate?: 'auto' | 'check' | undefined
    /** Most connections that plugins and credentials share on PostgreSQL. Default `10`. Variable `LARKSPUR_DATABASE_MAX_CONNECTIONS`. */
    readonly maxConnections?: number | undefined
    /** Most connections of the inbox on PostgreSQL, besides the others. Default `3`. Variable `LARKSPUR_DATABASE_INBOX_CONNECTIONS`. */
    readonly inboxConnections?: number | undefined
    /** How long a statement waits for a free connection. Milliseconds. Default `5000`. Variable `LARKSPUR_DATABASE_ACQUIRE_TIMEOUT_MS`. */
    readonly acquireTimeoutMs?: number | undefined
    /** How long the inbox waits for a free connection. Milliseconds. Default `1000`. Variable `LARKSPUR_DATABASE_INBOX_ACQUIRE_TIMEOUT_MS`. */
    readonly inboxAcquireTimeoutMs?: number | undefined
    /** Age at which a connection is replaced, when it is idle. Milliseconds. Default `3600000`. Variable `LARKSPUR_DATABASE_CONNECTION_LIFE_MS`. */
    readonly connectionLifeMs?: number | undefined
    /** Longest run of one statement on PostgreSQL; PgBouncer has to list it in `ignore_startup_parameters`. Milliseconds. Default `10000`. Variable `LARKSPUR_DATABASE_STATEMENT_TIMEOUT_MS`. */
    readonly statementTimeoutMs?: number | undefined
    /** PEM file of the authority that signed the database server’s certificate; with it alone the way is encrypted and checked (`sslmode=verify-full`). Variable `LARKSPUR_DATABASE_CA_FILE`. */
    readonly caFile?: string | undefined
  } | undefined
  /** The log. */
  readonly log?: {
    /** Least severe level that is written. Default `info`. Variable `LARKSPUR_LOG_LEVEL`. */
    readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent' | undefined
    /** Coloured text for people, or one JSON object a line. Default `pretty` on a terminal, else `json`. Variable `LARKSPUR_LOG_FORMAT`. */
    readonly format?: 'pretty' | 'json' | undefined
    /** File that the log is appended to, instead of standard output. Variable `LARKSPUR_LOG_FILE`. */
    readonly file?: string | undefined
  } | undefined
  /** Prometheus metrics. */
  readonly metrics?: {
    /** Whether metrics are collected and served at `/metrics`. Default `true`. Variable `LARKSPUR_METRICS_ENABLED`. */
    readonly enabled?: boolean | undefined
  } | undefined
  /** The HTTP server. */
  readonly http?: {
    /** Address that webhooks and plugin routes listen on. Default `0.0.0.0`. Variable `LARKSPUR_HTTP_HOST`. */
    readonly host?: string | undefined
    /** Port of webhooks and plugin routes, opened only when there are any; 0 takes any free port. Default `8000`. Variable `LARKSPUR_HTTP_PORT`. */
    readonly port?: number | undefined
    /** Whether a port of metrics and health is opened. `false` opens none; `/healthz` stays on the port of webhooks. Default `true`. Variable `LARKSPUR_HTTP_MONITOR`. */
    readonly monitor?: boolean | undefined
    /** Address that metrics and health listen on; `0.0.0.0` in a container, for its probes and scrapes. Default `127.0.0.1`. Variable `LARKSPUR_HTTP_MONITOR_HOST`. */
    readonly monitorHost?: string | undefined
    /** Port of metrics and health; 0 takes any free port, the same as `http.port` makes one listener of both. Default `9090`. Variable `LARKSPUR_HTTP_MONITOR_PORT`. */
    readonly monitorPort?: number | undefined
    /** Address under which the world reaches the server. For plugins that hand out addresses, such as sign-in pages; core itself does not use it. Variable `LARKSPUR_HTTP_PUBLIC_URL`. */
    readonly publicUrl?: string | undefined
  } | undefined
  /** The long connection. */
  readonly connection?: {
    /** Longest wait for the WebSocket handshake. Milliseconds. Default `10000`. Variable `LARKSPUR_CONNECTION_HANDSHAKE_TIMEOUT_MS`. */
    readonly handshakeTimeoutMs?: number | undefined
    /** Longest wait for the platform to name an endpoint. Milliseconds. Default `15000`. Variable `LARKSPUR_CONNECTION_ENDPOINT_TIMEOUT_MS`. */
    readonly endpointTimeoutMs?: number | undefined
    /** Silence after a ping at which the connection counts as broken. Milliseconds. Default `15000`. Variable `LARKSPUR_CONNECTION_PONG_TIMEOUT_MS`. */
    readonly pongTimeoutMs?: number | undefined
    /** Upper bound of the first wait before connecting again; it doubles each time. Milliseconds. Default `1000`. Variable `LARKSPUR_CONNECTION_FIRST_RETRY_MS`. */
    readonly firstRetryMs?: number | undefined
    /** Longest wait before connecting again. Milliseconds. Default `30000`. Variable `LARKSPUR_CONNECTION_MAX_RETRY_MS`. */
    readonly maxRetryMs?: number | undefined
    /** Failed attempts in a row after which an alarm is raised. Default `10`. Variable `LARKSPUR_CONNECTION_FAILURES_BEFORE_FALLBACK`. */
    readonly failuresBeforeFallback?: number | undefined
    /** Then: only raise the alarm. `switch`, to also receive by webhook, is not available yet: refused at start. Default `alarm`. Variable `LARKSPUR_CONNECTION_FALLBACK`. */
    readonly fallback?: 'alarm' | 'switch' | undefined
  } | undefined
  /** Where events are stored before they are acknowledged. */
  readonly inbox?: {
    /** How long a lane belongs to a process that shows no life. Milliseconds. Default `10000`. Variable `LARKSPUR_INBOX_LEASE_MS`. */
    readonly leaseMs?: number | undefined
    /** How often a lease is extended; at most a third of `inbox.leaseMs`. Milliseconds. Default `3000`. Variable `LARKSPUR_INBOX_EXTEND_MS`. */
    readonly extendMs?: number | undefined
    /** How often retries, take-overs and overflow are looked for. Milliseconds. Default `500`. Variable `LARKSPUR_INBOX_POLL_MS`. */
    readonly pollMs?: number | undefined
    /** Longest wait for storing an event; past it the platform pushes again. Milliseconds. Default `1500`. Variable `LARKSPUR_INBOX_STORE_TIMEOUT_MS`. */
    readonly storeTimeoutMs?: number | undefined
    /** How long an event is remembered, so that a repeated push is recognised. Milliseconds. Default `86400000`. Variable `LARKSPUR_INBOX_DEDUPE_MS`. */
    readonly dedupeMs?: number | undefined
    /** How long the body of a dead letter is kept. Milliseconds. Default `2592000000`. Variable `LARKSPUR_INBOX_DEAD_LETTER_MS`. */
    readonly deadLetterMs?: number | undefined
  } | undefined
  /** How handlers are run. */
  readonly dispatch?: {
    /** Lanes that run at once in this process. Default `64`. Variable `LARKSPUR_DISPATCH_CONCURRENCY`. */
    readonly concurrency?: number | undefined
    /** Longest run of a handler. Milliseconds. Default `300000`. Variable `LARKSPUR_DISPATCH_HANDLER_TIMEOUT_MS`. */
    readonly handlerTimeoutMs?: number | undefined
    /** Longest wait for the answer to a card click; past it a neutral answer is given. Milliseconds. Default `2500`. Variable `LARKSPUR_DISPATCH_CALLBACK_TIMEOUT_MS`. */
    readonly callbackTimeoutMs?: number | undefined
    /** Runs of an event that throw before it becomes a dead letter. Default `5`. Variable `LARKSPUR_DISPATCH_MAX_ATTEMPTS`. */
    readonly maxAttempts?: number | undefined
    /** Crashes of the process during an event before it becomes a dead letter. Default `3`. Variable `LARKSPUR_DISPATCH_MAX_CRASHES`. */
    readonly maxCrashes?: number | undefined
    /** Wait before the second run of an event; it doubles each time. Milliseconds. Default `1000`. Variable `LARKSPUR_DISPATCH_FIRST_RETRY_MS`. */
    readonly firstRetryMs?: number | undefined
    /** Longest wait before another run. Milliseconds. Default `60000`. Variable `LARKSPUR_DISPATCH_MAX_RETRY_MS`. */
    readonly maxRetryMs?: number | undefined
    /** How long running handlers may go on after the bot was told to stop. Milliseconds. Default `8000`. Variable `LARKSPUR_DISPATCH_DRAIN_MS`. */
    readonly drainMs?: number | undefined
  } | undefined
  /** Calls to the platform. */
  readonly api?: {
    /** Longest wait for an answer. Milliseconds. Default `15000`. Variable `LARKSPUR_API_TIMEOUT_MS`. */
    readonly timeoutMs?: number | undefined
    /** Connections to one host. Default `128`. Variable `LARKSPUR_API_MAX_CONNECTIONS`. */
    readonly maxConnections?: number | undefined
    /** Attempts of a call that may be repeated. Default `4`. Variable `LARKSPUR_API_MAX_ATTEMPTS`. */
    readonly maxAttempts?: number | undefined
    /** Upper bound of the first wait before repeating a call; it doubles each time. Milliseconds. Default `500`. Variable `LARKSPUR_API_FIRST_RETRY_MS`. */
    readonly firstRetryMs?: number | undefined
    /** Longest wait before repeating a call. Milliseconds. Default `10000`. Variable `LARKSPUR_API_MAX_RETRY_MS`. */
    readonly maxRetryMs?: number | undefined
    /** Longest time of a call: every attempt, and every wait before and between them. Milliseconds. Default `120000`. Variable `LARKSPUR_API_DEADLINE_MS`. */
    readonly deadlineMs?: number | undefined
    /** Calls a second of an app to one API, shared with the other instances of the bot; 0 is no limit. Default `50`. Variable `LARKSPUR_API_CALLS_PER_SECOND`. */
    readonly callsPerSecond?: number | undefined
    /** The same for single APIs, by method and path: `{ "POST /open-apis/docx/v1/documents": 3 }`; 1.6 is 100 a minute. Variable `LARKSPUR_API_CALLS_PER_SECOND_BY_API`. */
    readonly callsPerSecondByApi?: Readonly<Record<string, number>> | undefined
    /** Messages a second of an app to one chat or user, shared with the other instances; 0 is no limit. Default `5`. Variable `LARKSPUR_API_MESSAGES_PER_SECOND`. */
    readonly messagesPerSecond?: number | undefined
  } | undefined
  /** Apps and tokens. */
  readonly credentials?: {
    /** How often a running bot looks whether its apps were changed in the database. Milliseconds. Default `2000`. Variable `LARKSPUR_CREDENTIALS_APP_POLL_MS`. */
    readonly appPollMs?: number | undefined
    /** Share of a token’s life that is left when it is renewed; more than 0.25 counts as 0.25. Default `0.1`. Variable `LARKSPUR_CREDENTIALS_REFRESH_AHEAD`. */
    readonly refreshAhead?: number | undefined
    /** Encrypts stored tokens: 32 random bytes as base64, base64url or hex, made by `larkspur key new`. Several, separated by commas: the first encrypts, all decrypt. Needed to start, but for the default SQLite folder: there one is made. Default `LARKSPUR_ENCRYPTION_KEY`. Variable `LARKSPUR_CREDENTIALS_ENCRYPTION_KEY`. */
    readonly encryptionKey?: string | undefined
  } | undefined
  /** Life of plugins. */
  readonly lifecycle?: {
    /** Longest run of one lifecycle phase of a plugin. Milliseconds. Default `30000`. Variable `LARKSPUR_LIFECYCLE_PHASE_TIMEOUT_MS`. */
    readonly phaseTimeoutMs?: number | undefined
  } | undefined
  /** The proxy for calls and for the long connection. */
  readonly proxy?: {
    /** Address of an HTTP proxy, `http://user:password@host:3128`. Default `HTTPS_PROXY` or `https_proxy`. Variable `LARKSPUR_PROXY_URL`. */
    readonly url?: string | undefined
    /** Hosts that are reached without the proxy, separated by commas. Default `NO_PROXY` or `no_proxy`. Variable `LARKSPUR_PROXY_NO_PROXY`. */
    readonly noProxy?: string | undefined
    /** PEM file of the authority that signs for the proxy or the platform. Variable `LARKSPUR_PROXY_CA_FILE`. */
    readonly caFile?: string | undefined
  } | undefined
  /** The clock, for tests. */
  readonly clock?: {
    /** Added to the database’s time. Milliseconds. Default `0`. Variable `LARKSPUR_CLOCK_OFFSET_MS`. */
    readonly offsetMs?: number | undefined
  } | undefined
}
