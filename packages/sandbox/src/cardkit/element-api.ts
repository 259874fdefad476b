import type { ApiCall, ApiHandler, Platform } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import { calledEntity, elementsText, objectText, operate, tagged } from './card-call.ts'
import { deleteElement, findElement, insertElements, patchElement, replaceElement } from './card-tree.ts'

/** cardkit v1 elements of a card (docs: cardkit-v1 card-element create, update, patch, content, delete). */
export const cardElementHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/cardkit/v1/cards/:card_id/elements': (platform, call) => {
    const how = call.body.type as 'insert_before' | 'insert_after' | 'append'
    const target = call.body.target_element_id
    return operate(platform, call, (card) => {
      const elements = elementsText(call.body.elements)
      insertElements(card, how, typeof target === 'string' && target !== '' ? target : undefined, elements)
      return card
    })
  },
  'PUT /open-apis/cardkit/v1/cards/:card_id/elements/:element_id': (platform, call) => {
    return operate(platform, call, (card) => {
      replaceElement(card, elementId(call), tagged(objectText(call.body.element)))
      return card
    })
  },
  'PATCH /open-apis/cardkit/v1/cards/:card_id/elements/:element_id': (platform, call) => {
    return operate(platform, call, (card) => {
      patchElement(card, elementId(call), objectText(call.body.partial_element))
      return card
    })
  },
  'PUT /open-apis/cardkit/v1/cards/:card_id/elements/:element_id/content': (platform, call) => {
    checkStreaming(platform, call)
    return operate(platform, call, (card) => {
      const element = findElement(card, elementId(call))
      if (!element) throw new PlatformError(300313, `no element ${elementId(call)}`)
      if (element.tag !== 'markdown' && element.tag !== 'plain_text') throw new PlatformError(300310)
      element.content = String(call.body.content)
      return card
    })
  },
  'DELETE /open-apis/cardkit/v1/cards/:card_id/elements/:element_id': (platform, call) => {
    return operate(platform, call, (card) => {
      deleteElement(card, elementId(call))
      return card
    })
  },
}

function elementId(call: ApiCall): string {
  return call.params.element_id ?? ''
}

function checkStreaming(platform: Platform, call: ApiCall): void {
  const { streaming } = calledEntity(platform, call)
  if (streaming === 'timed-out') throw new PlatformError(200850)
  if (streaming === 'off') throw new PlatformError(300309)
}
