import { setTimeout as sleep } from 'node:timers/promises'
import type { PostJson } from '../../packages/core/src/credentials/platform-answer.ts'
import { userGround } from '../../packages/core/src/testing/user-ground.ts'
import type { Row } from '../row.ts'

const minuteMs = 60_000
const people = { scaled: 1000, full: 10_000 }

/** Everybody's token is due at the same moment. The platform takes 1,000 refreshes a minute; nobody waits, nobody's ends. */
export const dueTogetherRow: Row = {
  id: 'T8',
  name: `tokens of ${people.scaled.toLocaleString('en')} users (--full: ${people.full.toLocaleString('en')}) are due at once: calls in the busiest minute`,
  unit: 'refreshes',
  target: { atMost: 900 },
  async run({ full, log }) {
    const count = full ? people.full : people.scaled
    await using opened = await userGround('sqlite')
    const { ground, platform, openUsers } = opened
    const askedAt: number[] = []
    const post: PostJson = (url, body) => {
      askedAt.push(performance.now())
      return platform.post(url, body)
    }
    const users = openUsers({ post })
    const everybody = Array.from({ length: count }, (_, nth) => ({
      appId: 'cli_00000000000000a1',
      openId: `ou_${nth}`,
    }))
    for (const person of everybody) await users.put(person, platform.grant())
    const endsAt = Date.now() + 14 * minuteMs
    await ground.change({ expires_at: endsAt, refreshed_at: endsAt - 120 * minuteMs })
    for (const person of everybody)
      if ((await users.get(person)).expiresAtMs > endsAt + minuteMs) throw new Error('a call waited for a refresh')
    while (askedAt.length < count) {
      if (Date.now() > endsAt) throw new Error(`${count - askedAt.length} tokens ended before they were renewed`)
      log(`${askedAt.length} renewed`)
      await sleep(10_000)
    }
    if (platform.reused > 0) throw new Error(`${platform.reused} refresh tokens were used twice`)
    return Math.max(...askedAt.map((from) => askedAt.filter((at) => at >= from && at < from + minuteMs).length))
  },
}
