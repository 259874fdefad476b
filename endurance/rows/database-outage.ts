import { surviveOutage } from '../../packages/core/src/testing/database-outage.ts'
import type { Row } from '../row.ts'

const awayMs = 30_000

/** PostgreSQL goes away under a running bot, and comes again. Throws when a message is lost or handled twice. */
export const databaseOutageRow: Row = {
  id: 'Q5',
  name: 'PostgreSQL away for 30 s: no crash, no message lost, /readyz says so; ready again after',
  unit: 'ms',
  target: { atMost: 5000 },
  async run({ postgresUrl, log }) {
    const { backAfterMs, said, repeated } = await surviveOutage(awayMs, postgresUrl)
    log(`${said} messages, ${repeated} pushes repeated`)
    return backAfterMs
  },
}
