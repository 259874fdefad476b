import { readFileSync } from 'node:fs'
import { CliError } from '../cli-error.ts'
import { askSecret } from './app-prompts.ts'

/** The secrets of an app: their names on the console, and the variables that they may come from. */
const sources = {
  appSecret: { title: 'App Secret', variable: 'LARKSPUR_APP_SECRET' },
  encryptKey: { title: 'Encrypt Key (page Events & Callbacks)', variable: 'LARKSPUR_APP_ENCRYPT_KEY' },
  verificationToken: {
    title: 'Verification Token (page Events & Callbacks)',
    variable: 'LARKSPUR_APP_VERIFICATION_TOKEN',
  },
} as const

/** Which secret. */
export type SecretName = keyof typeof sources

/** Gives the secrets of the app that a command is about. */
export interface SecretSource {
  /** @throws CliError when it can neither be asked for nor found */
  get(name: SecretName): Promise<string>
}

/**
 * Where a command takes secrets from: standard input (App Secret alone), the environment (also `…_FILE`), or a person. Variables of the
 * environment are the app's only where LARKSPUR_APP_ID is not set; they are taken out, because the configuration would
 * take them for an app without an id.
 */
export async function secretSource(options: {
  readonly secretStdin: boolean
  readonly interactive: boolean
}): Promise<SecretSource> {
  const known = new Map<SecretName, string>()
  if (!process.env.LARKSPUR_APP_ID)
    for (const name of Object.keys(sources) as SecretName[]) {
      const { variable } = sources[name]
      const value = process.env[variable] || readSecretFile(`${variable}_FILE`)
      for (const each of [variable, `${variable}_FILE`]) delete process.env[each]
      if (value) known.set(name, value.trim())
    }
  if (options.secretStdin) known.set('appSecret', await readStdin())
  return {
    async get(name) {
      const { title, variable } = sources[name]
      const value = known.get(name)
      if (value !== undefined) return value
      if (options.interactive) return askSecret(title)
      const stdin = name === 'appSecret' ? ', pipe it with --secret-stdin' : ''
      throw new CliError(
        `The ${title} is needed, and nobody can be asked here.`,
        `Run it in a terminal${stdin}, or set ${variable} (and not LARKSPUR_APP_ID, which makes it the configuration's).`,
      )
    },
  }
}

function readSecretFile(variable: string): string | undefined {
  const path = process.env[variable]
  try {
    return path ? readFileSync(path, 'utf8') : undefined
  } catch (error) {
    throw new CliError(
      `The file ${path} of ${variable} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Check that it exists and that this user may read it.',
    )
  }
}

async function readStdin(): Promise<string> {
  if (process.stdin.isTTY)
    throw new CliError(
      'With --secret-stdin on a terminal the secret would be shown while it is typed.',
      'Pipe it: … --secret-stdin < file – or leave the option out to be asked.',
    )
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  const secret = Buffer.concat(chunks).toString('utf8').trim()
  if (secret === '')
    throw new CliError('Standard input had no secret in it.', 'Pipe the App Secret: … --secret-stdin < file')
  return secret
}
