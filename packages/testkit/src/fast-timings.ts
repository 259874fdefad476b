/** Options that a test bot has unless it is given others: free ports, waits short enough for tests, no limits. */
export const fastTimings = {
  http: { host: '127.0.0.1', port: 0, monitorPort: 0 },
  log: { level: 'debug', format: 'json' },
  inbox: { pollMs: 20 },
  dispatch: { firstRetryMs: 10 },
  api: { firstRetryMs: 10, callsPerSecond: 0, messagesPerSecond: 0 },
  connection: { firstRetryMs: 10 },
} as const
