import { expectTypeOf, test } from 'vitest'
import type { PlatformCallbacks } from '../generated/platform-events.ts'
import type { OnCallback } from '../plugin/setup-context.ts'
import type { CardActionAnswer } from './callback-contract.ts'

declare const onCallback: OnCallback

test('a callback has its body and its answer', () => {
  onCallback(
    'card.action.trigger',
    ({ body }) => {
      expectTypeOf(body).toEqualTypeOf<PlatformCallbacks['card.action.trigger']>()
      return { toast: { type: 'success', content: 'Saved' } }
    },
    { onLate: async (_, answer) => void expectTypeOf(answer).toEqualTypeOf<CardActionAnswer>() },
  )
  onCallback('card.action.trigger', async () => ({ card: { type: 'template', data: { template_id: 'AAq' } } }))
  onCallback('card.action.trigger', () => undefined)
  onCallback('url.preview.get', () => ({ inline: { title: 'A page' } }))
})

test('an answer that the platform would refuse is an error', () => {
  // @ts-expect-error a toast is an object
  onCallback('card.action.trigger', () => ({ toast: 'Saved' }))
  // @ts-expect-error a card says what it is
  onCallback('card.action.trigger', async () => ({ card: { schema: '2.0' } }))
  // @ts-expect-error a preview has a title
  onCallback('url.preview.get', () => ({ inline: {} }))
})

test('a callback of another type has an unknown body and answers any object', () => {
  onCallback('never.heard.of', ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<unknown>()
    return { anything: 1 }
  })
})
