import { type ApiHandler, callingApp } from '../api-call.ts'
import { type Card, readCard } from '../im/card.ts'
import { objectOf, objectsOf } from '../im/card-json.ts'
import { PlatformError } from '../platform-error.ts'
import { elementsText, entityFields, objectText, operate, tagged } from './card-call.ts'
import { deleteElement, insertElements, patchElement, replaceElement } from './card-tree.ts'

/** cardkit v1 cards (docs: cardkit-v1 card create, update, settings, batch_update, id_convert). */
export const cardHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/cardkit/v1/cards': (platform, call) => {
    // Nobody can make a template here, so none can be found.
    if (call.body.type === 'template') throw new PlatformError(200220, 'the template does not exist')
    const entity = platform.cardEntities.create(callingApp(call).appId, objectText(call.body.data))
    return { data: { card_id: entity.cardId }, fields: entityFields(entity) }
  },
  'PUT /open-apis/cardkit/v1/cards/:card_id': (platform, call) => {
    return operate(platform, call, () => objectText(objectOf(call.body.card).data))
  },
  'PATCH /open-apis/cardkit/v1/cards/:card_id/settings': (platform, call) => {
    return operate(platform, call, (card) => withSettings(card, call.body.settings))
  },
  'POST /open-apis/cardkit/v1/cards/:card_id/batch_update': (platform, call) => {
    return operate(platform, call, (card) => elementsOf(call.body.actions).reduce(acted, card))
  },
  'POST /open-apis/cardkit/v1/cards/id_convert': (platform, call) => {
    const { appId } = callingApp(call)
    const messageId = String(call.body.message_id)
    const message = platform.messages.find(messageId)
    if (message?.messageType !== 'interactive' || message.deleted) throw new PlatformError(10002, 'message_id')
    if (message.sender.type !== 'bot' || message.sender.id !== appId) throw new PlatformError(300311)
    const known = platform.cardEntities.ofMessage(messageId)
    const entity = known ?? platform.cardEntities.create(appId, readCard(message.sentContent), messageId)
    return { data: { card_id: entity.cardId }, fields: entityFields(entity) }
  },
}

function elementsOf(actions: unknown): readonly Readonly<Record<string, unknown>>[] {
  try {
    const list: unknown = JSON.parse(String(actions))
    if (Array.isArray(list) && objectsOf(list).length === list.length) return objectsOf(list)
  } catch {
    // Refused below, as any other text that is no list.
  }
  throw new PlatformError(10002, 'actions is no list in json format')
}

function acted(card: Card, { action, params }: Readonly<Record<string, unknown>>): Card {
  const given = objectOf(params)
  const elementId = String(given.element_id)
  if (action === 'partial_update_setting') return withSettings(card, given.settings)
  if (action === 'add_elements') {
    const { type, target_element_id: target } = given
    if (type !== 'insert_before' && type !== 'insert_after' && type !== 'append') throw new PlatformError(10002, 'type')
    insertElements(card, type, typeof target === 'string' ? target : undefined, elementsText(given.elements))
  } else if (action === 'delete_elements') {
    if (!Array.isArray(given.element_ids)) throw new PlatformError(10002, 'element_ids')
    for (const id of given.element_ids) deleteElement(card, String(id))
  } else if (action === 'partial_update_element') patchElement(card, elementId, objectText(given.partial_element))
  else if (action === 'update_element') replaceElement(card, elementId, tagged(objectText(given.element)))
  else throw new PlatformError(10002, `action ${String(action)}`)
  return card
}

/** `config` is merged field by field, `card_link` replaced. */
function withSettings(card: Card, settings: unknown): Card {
  const { config, card_link: link, ...unknown } = objectText(settings)
  const [name] = Object.keys(unknown)
  if (name !== undefined) throw new PlatformError(300122, `${name} is no setting`)
  return {
    ...card,
    ...(config !== undefined && { config: { ...objectOf(card.config), ...objectOf(config) } }),
    ...(link !== undefined && { card_link: link }),
  }
}
