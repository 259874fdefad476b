import { Trash2 } from 'lucide-react'
import type { FaultCount } from '../../../src/control.ts'
import { control } from '../session/client.ts'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { showToast } from '../ui/toast.tsx'
import { useWords } from '../words/locale.ts'
import { type ActiveFaults, clearFaults, restore, useActiveFaults } from './active-faults.ts'
import { FaultForm } from './fault-form.tsx'
import styles from './faults-view.module.css'

/** Makes things go wrong, and tells what does. */
export function FaultsView() {
  const say = useWords()
  const [active, reload] = useActiveFaults()
  const run = (done: Promise<unknown>) => {
    done.then(reload, (error: Error) => showToast('error', say('failed', { reason: error.message })))
  }
  return (
    <div className={styles.view}>
      <FaultForm onAdded={reload} />
      {active && <Active active={active} run={run} />}
    </div>
  )
}

function Active({ active, run }: { active: ActiveFaults; run: (done: Promise<unknown>) => void }) {
  const say = useWords()
  const { calls, settings, clockScale } = active
  const none = calls.length === 0 && settings.length === 0 && clockScale === 1
  return (
    <section className={styles.active} aria-label={say('faultsActive')}>
      <header>
        <h3>{say('faultsActive')}</h3>
        <Button look="danger" disabled={none} onClick={() => run(clearFaults(active))}>
          {say('faultsClear')}
        </Button>
      </header>
      {none && <p className={styles.none}>{say('faultsNone')}</p>}
      <ul>
        {calls.map((fault) => (
          <Entry
            key={fault.faultId}
            name={fault.api ?? say('faultAnyApi')}
            what={summary(fault)}
            note={[
              say('faultHappened', { count: fault.happened }),
              fault.times === undefined ? '' : say('faultLeft', { count: fault.times - fault.happened }),
            ]}
            onRemove={() => run(control('clearFaults', { faultId: fault.faultId }))}
          />
        ))}
        {settings.map(({ name, values }) => (
          <Entry
            key={name}
            name={say(`fault-${name}`)}
            what={pairs(values)}
            note={[]}
            onRemove={() => run(restore([name]))}
          />
        ))}
        {clockScale !== 1 && (
          <Entry
            name={say('fault-clock-fast')}
            what={`×${clockScale}`}
            note={[]}
            onRemove={() => run(control('setClock', { scale: 1 }))}
          />
        )}
      </ul>
    </section>
  )
}

function Entry({
  name,
  what,
  note,
  onRemove,
}: {
  name: string
  what: string
  note: readonly string[]
  onRemove: () => void
}) {
  const say = useWords()
  return (
    <li className={styles.entry}>
      <div>
        <strong>{name}</strong>
        <code>{what}</code>
        <span>{note.filter(Boolean).join(' · ')}</span>
      </div>
      <IconButton name={say('faultRemove', { name })} onClick={onRemove}>
        <Trash2 size={16} />
      </IconButton>
    </li>
  )
}

function summary({
  faultId: _id,
  happened: _count,
  armed: _armed,
  times: _times,
  api: _api,
  ...shown
}: FaultCount): string {
  return pairs(shown)
}

function pairs(values: object): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
