import { definePlugin } from '@larkspur/core'
import { messaging } from '@larkspur/plugin-messaging'

/** Handlers are a plugin like any other. */
export const greeter = definePlugin({
  name: 'greeter',
  uses: { messaging },
  setup({ messaging }) {
    messaging.onMessage(/^(hello|hi|你好)/i, (message) => message.reply('Hello! I am a Larkspur bot. Try /help.'))

    messaging.onCommand({ name: 'roll', usage: '[sides]', description: 'rolls a die' }, async (command) => {
      const sides = Number(command.args[0] ?? 6)
      const ok = Number.isInteger(sides) && sides > 1
      await command.reply(ok ? `🎲 ${1 + Math.floor(Math.random() * sides)}` : 'A die has two sides or more: /roll 20')
    })

    messaging.onCommand({ name: 'echo', usage: '<words>', description: 'says what you say' }, (command) =>
      command.reply(command.rest || 'Say something after /echo.'),
    )
  },
})
