import type { Counter, Metrics } from '@larkspur/core'

/** The metrics of this plugin. */
export interface MessagingMetrics {
  readonly received: Counter<{
    chat_type: readonly string[]
    mentioned: readonly string[]
    kind: readonly string[]
  }>
  readonly sent: Counter<{ outcome: readonly string[] }>
}

/** Declares the metrics of this plugin. */
export function declareMetrics(metrics: Metrics): MessagingMetrics {
  return {
    received: metrics.counter({
      name: 'received_total',
      help: 'Messages that came in, by kind of chat, whether they mention the bot, and what they were taken for.',
      labels: {
        chat_type: ['p2p', 'group'],
        mentioned: ['true', 'false'],
        kind: ['message', 'command', 'unknown_command', 'ignored'],
      },
    }),
    sent: metrics.counter({
      name: 'sent_total',
      help: 'Messages that were to be sent, by outcome.',
      labels: { outcome: ['ok', 'failed'] },
    }),
  }
}
