import { useEffect, useState } from 'react'
import { type FaultGroup, type FaultKind, faultKinds } from '../../../src/fault-kinds.ts'
import { control, loadApis } from '../session/client.ts'
import { useDirectory } from '../session/use-session.ts'
import { Button } from '../ui/button.tsx'
import { showToast } from '../ui/toast.tsx'
import type { Word } from '../words/en.ts'
import { useWords } from '../words/locale.ts'
import type { FaultName } from './active-faults.ts'
import styles from './fault-form.module.css'

const groups: readonly FaultGroup[] = ['call', 'link', 'delivery', 'token', 'clock']
/** Parameters that a person fills in; the others make the kind what it is. */
const fields = [
  'code',
  'status',
  'body',
  'delayMs',
  'count',
  'pongDelayMs',
  'webhookSkewMs',
  'pushCopies',
  'reversedBatch',
  'chunks',
  'ackWindowMs',
  'tokenLifetimeSeconds',
  'advanceMs',
  'scale',
  'times',
] as const
type Field = (typeof fields)[number]

/** The verbs that go to one app alone when they are told so. */
const appVerbs: readonly string[] = ['addFault', 'dropLinks', 'stallLinks', 'pushGarbage', 'voidTokens']

/** Adds a fault: which one, to what, and with which figures. */
export function FaultForm({ onAdded }: { onAdded: () => void }) {
  const say = useWords()
  const { apps } = useDirectory()
  const apis = useApis()
  const [name, setName] = useState<FaultName>('code')
  const kind = kindOf(name)
  const example: Readonly<Record<string, unknown>> = { ...kind.argument }
  const [typed, setTyped] = useState<Partial<Record<Field, string>>>({})
  const [api, setApi] = useState('')
  const [appId, setAppId] = useState('')
  const shown = fields.filter((field) => field in example && !(field === 'code' && name === 'rate-limit'))

  const add = async () => {
    const argument: Record<string, unknown> = { ...example }
    for (const field of shown) {
      const value = (typed[field] ?? String(example[field])).trim()
      if (field === 'times' && value === '') delete argument.times
      else if (field === 'body') argument.body = value
      else if (value !== '' && Number.isFinite(Number(value))) argument[field] = Number(value)
      else throw new Error(say('faultWrong', { name: say(`faultField-${field}`) }))
    }
    if (kind.verb === 'addFault' && api !== '' && !('api' in example)) argument.api = api
    if (appId !== '' && appVerbs.includes(kind.verb)) argument.appId = appId
    await control(kind.verb as 'addFault', argument)
  }
  const submit = () => {
    add().then(
      () => {
        showToast('success', say('faultDone', { name: say(`fault-${name}`) }))
        onAdded()
      },
      (error: Error) => showToast('error', say('failed', { reason: error.message })),
    )
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <label className={styles.wide}>
        {say('faultKind')}
        <select
          value={name}
          onChange={({ target }) => {
            setName(faultKinds.find((known) => known.name === target.value)?.name ?? 'code')
            setTyped({})
          }}
        >
          {groups.map((group) => (
            <optgroup key={group} label={say(`faultGroup-${group}`)}>
              {faultKinds
                .filter((known) => known.group === group)
                .map((known) => (
                  <option key={known.name} value={known.name}>
                    {say(`fault-${known.name}`)}
                  </option>
                ))}
            </optgroup>
          ))}
        </select>
      </label>
      {kind.verb === 'addFault' && !('api' in example) && (
        <label className={styles.wide}>
          {say('faultApi')}
          <input
            list="modelled-apis"
            value={api}
            placeholder={say('faultAnyApi')}
            onChange={({ target }) => setApi(target.value)}
          />
          <datalist id="modelled-apis">
            {apis.map((known) => (
              <option key={known} value={known} />
            ))}
          </datalist>
        </label>
      )}
      {apps.length > 1 && appVerbs.includes(kind.verb) && (
        <label className={styles.wide}>
          {say('inspectorApp')}
          <select value={appId} onChange={({ target }) => setAppId(target.value)}>
            <option value="">{say('faultAnyApp')}</option>
            {apps.map((app) => (
              <option key={app.appId} value={app.appId}>
                {app.name}
              </option>
            ))}
          </select>
        </label>
      )}
      {shown.map((field) => (
        <label key={field}>
          {say(`faultField-${field}` satisfies Word)}
          <input
            inputMode={field === 'body' ? 'text' : 'numeric'}
            value={typed[field] ?? String(example[field])}
            placeholder={field === 'times' ? say('faultForever') : undefined}
            onChange={({ target }) => setTyped({ ...typed, [field]: target.value })}
          />
        </label>
      ))}
      <Button type="submit" look="primary" className={styles.wide}>
        {say('faultAdd')}
      </Button>
    </form>
  )
}

function kindOf(name: FaultName): FaultKind {
  return faultKinds.find((kind) => kind.name === name) as FaultKind
}

function useApis(): readonly string[] {
  const [apis, setApis] = useState<readonly string[]>([])
  useEffect(() => {
    // Without the list an API can still be typed.
    loadApis().then(setApis, () => {})
  }, [])
  return apis
}
