import { z } from 'zod'

/** Options of {@link messaging}; all may be left out. */
export interface MessagingOptions {
  /** `cli_…` of the app that sends when nothing else says which. Default: the default app of the bot. */
  readonly appId?: string | undefined
  /**
   * Which messages of groups reach handlers: `mentioned`, those that mention the bot, or `all` (the app then needs the
   * permission `im:message.group_msg`). Default `mentioned`.
   */
  readonly groupMessages?: 'mentioned' | 'all' | undefined
  /** What commands begin with, 1 to 3 characters; full-width forms count as the same (`／` as `/`). Default `/`. */
  readonly commandPrefix?: string | undefined
  /** Whether the bot answers `/help` and unknown commands. Default true. */
  readonly help?: boolean | undefined
  /** Whether messages of other bots are ignored, so that two bots cannot talk in circles. Default true. */
  readonly ignoreBots?: boolean | undefined
}

/** {@link MessagingOptions} after checks, with defaults. */
export interface CheckedMessagingOptions {
  readonly appId?: string | undefined
  readonly groupMessages: 'mentioned' | 'all'
  readonly commandPrefix: string
  readonly help: boolean
  readonly ignoreBots: boolean
}

/** Checks and completes {@link MessagingOptions}. */
export const messagingOptions: z.ZodType<CheckedMessagingOptions, MessagingOptions> = z.strictObject({
  appId: z
    .string()
    .regex(/^cli_[0-9a-f]{16}$/i, 'must be an app id: cli_ and 16 hexadecimal digits')
    .optional()
    .describe('App that sends when nothing else says which.'),
  groupMessages: z
    .enum(['mentioned', 'all'])
    .default('mentioned')
    .describe('Which messages of groups reach handlers: those that mention the bot, or all.'),
  commandPrefix: z
    .string()
    .regex(/^[^\s\p{L}\p{N}]{1,3}$/u, 'must be 1 to 3 characters other than letters, digits and spaces')
    .default('/')
    .describe('What commands begin with.'),
  help: z.boolean().default(true).describe('Whether the bot answers /help and unknown commands.'),
  ignoreBots: z.boolean().default(true).describe('Whether messages of other bots are ignored.'),
})
