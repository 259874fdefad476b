import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { ConfigProblem } from './config-problem.ts'

/** Where a value comes from. `.env` never overrides the environment. */
export type OriginKind = 'code' | 'environment' | '.env' | 'default'

/** One value and where it comes from, for `larkspur config`. */
export interface ConfigOrigin {
  /** `http.port`, `apps[0].appSecret` */
  readonly path: string
  /** The value as text; a secret is masked. */
  readonly value: string
  readonly origin: OriginKind
  /** The variable, when it came from one. */
  readonly variable?: string | undefined
}

/** A text found in the environment or in `.env`. */
export interface FoundText {
  readonly text: string
  readonly origin: 'environment' | '.env'
  /** `LARKSPUR_HTTP_PORT`, or `LARKSPUR_APP_SECRET_FILE` when it was read from a file. */
  readonly variable: string
}

/** Variables of the environment, by name. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The environment and `.env`, kept apart. */
export interface Layers {
  /**
   * The first of these variables that is set and not empty; the environment before `.env`. A secret may stand in a file
   * named by `<variable>_FILE`; what is wrong with that is added to `problems`.
   */
  find(variables: readonly string[], secret: boolean, problems: ConfigProblem[]): FoundText | undefined
  /** Names of all set variables that begin with `prefix`. */
  names(prefix: string): string[]
}

/** Lays `env` over `dotenv`, the text of a `.env` file. */
export function createLayers(env: Variables, dotenv = ''): Layers {
  const layers = [
    { origin: 'environment', variables: env },
    { origin: '.env', variables: parseEnv(dotenv) as Variables },
  ] as const
  return {
    find(names, secret, problems) {
      for (const { origin, variables } of layers) {
        for (const variable of names) {
          const text = variables[variable]
          const file = secret ? variables[`${variable}_FILE`] : undefined
          if (text && file)
            problems.push({ path: variable, message: `${variable}_FILE is set as well (${origin}); keep one of them` })
          if (text) return { text, origin, variable }
          if (!file) continue
          const content = readSecret(`${variable}_FILE`, file, problems)
          return content === undefined ? undefined : { text: content, origin, variable: `${variable}_FILE` }
        }
      }
      return undefined
    },
    names: (prefix) => [
      ...new Set(
        layers.flatMap(({ variables }) =>
          Object.keys(variables).filter((name) => name.startsWith(prefix) && variables[name] !== ''),
        ),
      ),
    ],
  }
}

function readSecret(path: string, file: string, problems: ConfigProblem[]): string | undefined {
  try {
    // Editors and `kubectl create secret` leave a line end that is no part of the secret.
    const text = readFileSync(file, 'utf8').replace(/[\r\n]+$/, '')
    if (text !== '') return text
    problems.push({ path, message: `names ${file}, which is empty` })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    problems.push({
      path,
      message: `names ${file}, which cannot be read (${code})`,
      code: 'CONFIG_SECRET_FILE_UNREADABLE',
    })
  }
  return undefined
}
