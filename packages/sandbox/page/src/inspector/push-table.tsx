import type { InspectorEvent } from '../../../src/page-server/inspector-records.ts'
import type { Word } from '../words/en.ts'
import { useWords } from '../words/locale.ts'
import { elapsed, preciseTime } from './figures.ts'
import styles from './push-table.module.css'

const outcomes: Readonly<Record<InspectorEvent['pushes'][number]['outcome'], Word>> = {
  pending: 'inspectorPushed',
  acked: 'inspectorAcked',
  'not-connected': 'notConnected',
  timeout: 'inspectorTimeout',
  refused: 'inspectorRefused',
}

/** Each push of an event, and when the next one is due. */
export function PushTable({ event }: { event: InspectorEvent }) {
  const say = useWords()
  const { pushes, nextPushAtMs, acks, lateAcks } = event
  return (
    <>
      <table className={styles.pushes} aria-label={say('inspectorPushes')}>
        <tbody>
          {pushes.map(({ atMs, outcome, elapsedMs }, index) => (
            <tr key={index}>
              <td>{index + 1}</td>
              <td>{preciseTime(atMs)}</td>
              <td data-bad={outcome !== 'acked' && outcome !== 'pending'}>{say(outcomes[outcome])}</td>
              <td>{elapsedMs === undefined || outcome === 'not-connected' ? '' : elapsed(elapsedMs)}</td>
            </tr>
          ))}
          {nextPushAtMs !== undefined && (
            <tr>
              <td>{pushes.length + 1}</td>
              <td>{preciseTime(nextPushAtMs)}</td>
              <td colSpan={2}>{say('inspectorDue')}</td>
            </tr>
          )}
        </tbody>
      </table>
      {(lateAcks > 0 || acks > 1) && <p className={styles.note}>{say('inspectorAcks', { acks, lateAcks })}</p>}
    </>
  )
}
