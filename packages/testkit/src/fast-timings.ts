/** Options that a test bot has unless it is given others: free ports, and waits short enough for tests. */
export const fastTimings = {
  http: { host: '127.0.0.1', port: 0, monitorPort: 0 },
  log: { level: 'debug', format: 'json' },
  inbox: { pollMs: 20 },
  dispatch: { firstRetryMs: 10 },
  api: { firstRetryMs: 10 },
  connection: { firstRetryMs: 10 },
} as const
