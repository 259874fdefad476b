import { EventRunner } from '../../packages/core/src/dispatch/event-runner.ts'
import { Handlers } from '../../packages/core/src/dispatch/handlers.ts'
import { asStored } from '../../packages/core/src/dispatch/put.ts'
import { LiveRuns } from '../../packages/core/src/dispatch/run-handler.ts'
import { readEnvelope } from '../../packages/core/src/inbox/envelope.ts'
import { sampleEvent } from './verbs.ts'

const appId = 'cli_0000000000000001'

/** Envelope to settlement without link and store: what the SDK's `EventDispatcher.invoke` does, and middleware. */
export async function measureDispatch(count: number): Promise<number> {
  const handlers = new Handlers()
  for (let index = 0; index < 5; index += 1) handlers.use('bot', async (_event, next) => void (await next()))
  handlers.on('bot', 'im.message.receive_v1', async () => {})
  const limits = { maxAttempts: 5, maxCrashes: 3, firstRetryMs: 1000, maxRetryMs: 60_000, handlerTimeoutMs: 300_000 }
  const runner = new EventRunner(handlers, limits, ({ error }) => console.error(error), String)
  const startedAt = performance.now()
  for (let number = 0; number < count; number += 1) {
    const envelope = readEnvelope(sampleEvent(appId, number))
    const { type, key, lane, header } = envelope
    const event = { appId, key, kind: 'event', type, lane, tenantKey: header.tenant_key, body: '' } as const
    const settlement = await runner.run(asStored(event, number), envelope, new LiveRuns())
    if (settlement?.outcome !== 'done') throw new Error(`The event ended as ${settlement?.outcome}.`)
  }
  return ((performance.now() - startedAt) * 1e6) / count
}
