// Makes docs/errors.md from the catalogues.
import type { ErrorRow } from '../../packages/core/src/errors/define-errors.ts'

/** The errors of one package. */
export interface ErrorCatalogue {
  /** `@larkspur/core` */
  readonly packageName: string
  /** By code. */
  readonly rows: Readonly<Record<string, ErrorRow>>
}

/** The whole page. Each code is a heading, so that a link can name it: `docs/errors.md#config_invalid`. */
export function errorsPage(catalogues: readonly ErrorCatalogue[]): string {
  const sections = catalogues.map(({ packageName, rows }) =>
    [`## ${packageName}`, ...Object.entries(rows).map(([code, row]) => entry(code, row))].join('\n\n'),
  )
  return `<!-- Made by scripts/generate.ts from the error catalogues; edit those. -->

# Errors

Every error of Larkspur is a \`LarkspurError\` with one of these codes. \`retryable\` says that the same call may succeed later.

${sections.join('\n\n')}
`
}

function entry(code: string, row: ErrorRow): string {
  return `### ${code}

${row.meaning}

- What to do: ${row.hint}
- Category: ${row.category}${row.retryable ? ', retryable' : ''}`
}
