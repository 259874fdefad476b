import { describe, expect, it } from 'vitest'
import type { App } from '../config/app.ts'
import { withScope } from '../observe/context.ts'
import { Apps } from './apps.ts'
import { whichApp } from './which-app.ts'

const [a, b, c] = ['cli_00000000000000aa', 'cli_00000000000000bb', 'cli_00000000000000cc'] as const

function appNamed(appId: string, enabled = true): App {
  return {
    ...{ appId, enabled, domain: 'https://open.example', receive: 'none', tenantKey: '', admins: [], name: 'Sales' },
    secret: () => 'canarySecretNeverShown0000',
    encryptKey: () => undefined,
    verificationToken: () => undefined,
  }
}

const three = [a, b, c].map((appId) => appNamed(appId))

describe('which app a call means', () => {
  it('is the argument, then the scope, then the default of the plugin, then that of the bot', () => {
    const apps = new Apps(three, c)
    const within = (choice: Parameters<typeof whichApp>[1]) =>
      withScope({ appId: b }, () => whichApp(apps, choice).appId)
    expect(within({ explicit: a, pluginDefault: c })).toBe(a)
    expect(within({ pluginDefault: c })).toBe(b)
    expect(whichApp(apps, { pluginDefault: a }).appId).toBe(a)
    expect(whichApp(apps, {}).appId).toBe(c)
  })

  it('is the only enabled app when nothing else says', () => {
    expect(whichApp(new Apps([appNamed(a, false), appNamed(b)]), {}).appId).toBe(b)
  })

  it('is an error that lists the apps when it is not clear', () => {
    const said = (apps: Apps, explicit?: string) => {
      try {
        return whichApp(apps, { explicit }).appId
      } catch (error) {
        return error
      }
    }
    expect(said(new Apps(three))).toMatchObject({
      code: 'CREDENTIAL_APP_AMBIGUOUS',
      message: expect.stringContaining(`${b} (Sales)`),
    })
    expect(said(new Apps([]))).toMatchObject({ code: 'CREDENTIAL_NO_APP' })
    expect(said(new Apps(three), 'cli_00000000000000ff')).toMatchObject({
      code: 'CREDENTIAL_APP_UNKNOWN',
      message: expect.stringContaining(c),
    })
    expect(said(new Apps([appNamed(a, false)]), a)).toMatchObject({ code: 'CREDENTIAL_APP_DISABLED' })
  })

  it('is an error of the catalogue when a variable that is not set was given', () => {
    const apps = new Apps(three)
    for (const [appId, type] of [
      [undefined, 'undefined'],
      [null, 'object'],
      [5, 'number'],
    ] as const)
      expect(() => apps.get(appId as never)).toThrow(
        expect.objectContaining({
          code: 'CREDENTIAL_APP_ID_INVALID',
          message: expect.stringContaining(`received ${type}`),
        }),
      )
  })

  it('never mixes in 1,000 interleaved calls, nested scopes and throws included', async () => {
    const apps = new Apps(three)
    const call = (appId: string, other: string) =>
      withScope({ appId }, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        expect(whichApp(apps, {}).appId).toBe(appId)
        await withScope({ appId: other }, async () => {
          await Promise.resolve()
          expect(whichApp(apps, {}).appId).toBe(other)
          throw new Error('out of the inner scope')
        }).catch(() => {})
        expect(whichApp(apps, {}).appId).toBe(appId)
      })
    const ids = [a, b, c]
    await Promise.all(Array.from({ length: 1000 }, (_, nth) => call(ids[nth % 3] ?? a, ids[(nth + 1) % 3] ?? b)))
  })

  it('is shown in lists without secrets', () => {
    const [first] = new Apps(three, a).list()
    expect(first).toMatchObject({ appId: a, isDefault: true, enabled: true })
    expect(JSON.stringify(new Apps(three).list())).not.toContain('canary')
  })
})
