import type { AppDetails, AppInfo, TokenState } from '@larkspur/core'
import { styled } from '../output/style.ts'
import { table } from '../output/table.ts'

/** The apps as a table for people. */
export function appTable(apps: readonly AppInfo[]): string {
  const rows = apps.map((app) => [app.appId, app.name ?? '–', statusText(app), createdText(app)])
  return table([['ID', 'NAME', 'STATUS', 'CREATED'], ...rows])
}

/** One app and its tokens for people. */
export function appText(app: AppDetails): string {
  const facts = [
    ['name', app.name ?? '–'],
    ['description', app.description ?? '–'],
    ['status', statusText(app)],
    ['platform', app.domain],
    ['receives', { websocket: 'by long connection', webhook: 'by webhook', none: 'nothing' }[app.receive]],
    ['created', createdText(app)],
    ['updated', app.updatedAtMs === undefined ? '–' : timeText(app.updatedAtMs)],
  ]
  const problem = app.problem === undefined ? '' : styled('red', `\n✗ ${app.problem}\n`)
  const tokens = table([['TOKEN', 'HELD', 'ENDS', 'LAST REFRESH', 'LAST ERROR'], ...app.tokens.map(tokenRow)])
  return `${styled('bold', app.appId)}\n${table(facts)}${problem}\n${tokens}`
}

function tokenRow({ kind, count, held, expiresAtMs, refreshedAtMs, lastError }: TokenState): readonly string[] {
  return [
    kind,
    kind === 'user' ? `${held} of ${count}` : held > 0 ? 'yes' : 'no',
    expiresAtMs === undefined ? '–' : timeText(expiresAtMs),
    refreshedAtMs === undefined ? '–' : timeText(refreshedAtMs),
    lastError ?? '–',
  ]
}

function statusText({ enabled, isDefault, problem }: AppInfo): string {
  const status = problem === undefined ? (enabled ? 'enabled' : 'disabled') : 'broken'
  return isDefault ? `${status}, default` : status
}

function createdText({ source, createdAtMs }: AppInfo): string {
  return source === 'config' || createdAtMs === undefined ? 'in the configuration' : timeText(createdAtMs)
}

/** `2026-04-01 09:30 UTC` */
function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
