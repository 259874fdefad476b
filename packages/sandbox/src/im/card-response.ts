const toastTypes = ['info', 'success', 'error', 'warning']
const maxCardBytes = 30 * 1024

/**
 * Judges what a bot answered to `card.action.trigger` (docs: cardkit-v1 card-callback-communication): 0 when it is legal, else
 * the code that the user's client shows: 200672 malformed, 200673 a card that cannot be shown, 200830 a card of schema 1.0
 * for one of 2.0.
 *
 * @param shown the clicked card as it was sent, when it is known
 */
export function cardResponseCode(response: unknown, shown: Record<string, unknown> | undefined): number {
  if (response === undefined) return 0
  if (!isObject(response)) return 200672
  const { toast, card } = response
  if (toast !== undefined) {
    if (!isObject(toast)) return 200672
    if (toast.type !== undefined && !toastTypes.includes(String(toast.type))) return 200672
    if (typeof toast.content !== 'string' && !isObject(toast.i18n)) return 200672
  }
  return card === undefined ? 0 : cardCode(card, shown)
}

/** The card that a legal response puts in place of the clicked one. */
export function replacementCard(response: unknown): Record<string, unknown> | undefined {
  const card = isObject(response) ? response.card : undefined
  return isObject(card) && isObject(card.data) ? card.data : undefined
}

function cardCode(card: unknown, shown: Record<string, unknown> | undefined): number {
  if (!isObject(card) || !isObject(card.data)) return 200673
  // Templates are not modelled, so none of them can be found.
  if (card.type !== 'raw') return 200673
  const { data } = card
  if (data.schema !== undefined && data.schema !== '2.0') return 200673
  if (Buffer.byteLength(JSON.stringify(data)) > maxCardBytes) return 200673
  return shown?.schema === '2.0' && data.schema !== '2.0' ? 200830 : 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
