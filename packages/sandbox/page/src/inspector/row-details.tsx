import { Copy, MessageSquare, Terminal, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { loadCall, loadCallback, loadEvent } from '../session/client.ts'
import { useDirectory } from '../session/use-session.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { useWorkspace } from '../workspace.ts'
import { asCurl } from './curl.ts'
import { elapsed, preciseTime } from './figures.ts'
import { JsonTree } from './json-tree.tsx'
import { PushTable } from './push-table.tsx'
import type { Row } from './row.ts'
import styles from './row-details.module.css'
import { Badge } from './row-line.tsx'

const maxRelated = 8

/** What was sent, as far as it is still there. */
interface Sent {
  /** Named parts, in the order in which they were sent. */
  parts: readonly {
    word: 'inspectorPayload' | 'inspectorQuery' | 'inspectorRequest' | 'inspectorResponse'
    value: unknown
  }[]
  curl?: string
}

/** Everything about one row, with what was sent, and the rows that belong to the same message. */
export function RowDetails({
  row,
  rows,
  onSelect,
}: {
  row: Row
  rows: readonly Row[]
  onSelect: (key: string | undefined) => void
}) {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const { open } = useWorkspace()
  const [sent, failure] = useSent(row)
  const [chatId] = row.chatIds
  const [messageId] = row.messageIds
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text)
    showToast('success', say('copied'))
  }
  const whole = Object.fromEntries(sent?.parts.map(({ word, value }) => [word.slice(9).toLowerCase(), value]) ?? [])
  const curl = sent?.curl
  return (
    <section
      className={styles.details}
      aria-label={say('inspectorDetails')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onSelect(undefined)
      }}
    >
      <header className={styles.header}>
        <h3>{row.title}</h3>
        {messageId !== undefined && (
          <IconButton name={say('inspectorToMessage')} onClick={() => open(chatId, messageId)} disabled={!chatId}>
            <MessageSquare size={16} />
          </IconButton>
        )}
        {curl !== undefined && (
          <IconButton name={say('inspectorCopyCurl')} onClick={() => void copy(curl)}>
            <Terminal size={16} />
          </IconButton>
        )}
        <IconButton name={say('inspectorCopyJson')} onClick={() => void copy(JSON.stringify(whole, null, 2))}>
          <Copy size={16} />
        </IconButton>
        <IconButton name={say('close')} keys="Esc" onClick={() => onSelect(undefined)}>
          <X size={16} />
        </IconButton>
      </header>
      <div className={styles.body}>
        <dl className={styles.facts}>
          <Fact name={say('inspectorOutcome')}>
            <Badge row={row} />
            {row.elapsedMs !== undefined && <span>{elapsed(row.elapsedMs)}</span>}
          </Fact>
          <Fact name={say('inspectorTime')}>{preciseTime(row.atMs)}</Fact>
          <Fact name={say('inspectorApp')}>{row.appId && directory.nameOf(row.appId, locale)}</Fact>
          {row.kind === 'call' ? (
            <>
              <Fact name={say('inspectorCall')}>{`${row.call.method} ${row.call.path}`}</Fact>
              <Fact name={say('inspectorLogId')}>{row.call.logId}</Fact>
              <Fact name={say('inspectorToken')}>{row.call.token}</Fact>
              <Fact name={say('inspectorFault')}>{row.call.faultId}</Fact>
            </>
          ) : (
            <Fact name="event_id">{row.kind === 'event' ? row.event.eventId : row.callback.eventId}</Fact>
          )}
        </dl>
        {row.kind === 'event' && <PushTable event={row.event} />}
        <Related row={row} rows={rows} onSelect={onSelect} />
        {failure !== undefined && <p className={styles.failure}>{failure}</p>}
        {sent?.parts.map(({ word, value }) => (
          <section key={word} aria-label={say(word)}>
            <h4>{say(word)}</h4>
            <JsonTree value={value} />
          </section>
        ))}
      </div>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined || children === '') return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Other rows of the same message. */
function Related({ row, rows, onSelect }: { row: Row; rows: readonly Row[]; onSelect: (key: string) => void }) {
  const say = useWords()
  // A list names many messages and belongs to none.
  const ids = row.messageIds.length > 3 ? [] : row.messageIds
  const related = rows.filter(
    (other) => other.key !== row.key && other.messageIds.length <= 3 && other.messageIds.some((id) => ids.includes(id)),
  )
  if (related.length === 0) return null
  return (
    <section aria-label={say('inspectorRelated')}>
      <h4>{say('inspectorRelated')}</h4>
      <ul>
        {related.slice(-maxRelated).map((other) => (
          <li key={other.key}>
            <button type="button" className={styles.related} onClick={() => onSelect(other.key)}>
              <span>{preciseTime(other.atMs)}</span>
              <span className={styles.relatedTitle}>{other.title}</span>
              <Badge row={other} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function useSent(row: Row): [Sent | undefined, failure: string | undefined] {
  const [sent, setSent] = useState<Sent>()
  const [failure, setFailure] = useState<string>()
  // A callback has its answer when it has ended.
  const ended = row.kind === 'callback' && row.callback.outcome
  useEffect(() => {
    let stale = false
    loadSent(row).then(
      (loaded) => !stale && setSent(loaded),
      (error: unknown) => !stale && setFailure((error as Error).message),
    )
    return () => {
      stale = true
    }
  }, [row.key, ended])
  return [sent, failure]
}

async function loadSent(row: Row): Promise<Sent> {
  if (row.kind === 'event') {
    return { parts: [{ word: 'inspectorPayload', value: await loadEvent(row.event.eventId) }] }
  }
  if (row.kind === 'callback') {
    const { pushed, response } = await loadCallback(row.callback.seq)
    const answer = response === undefined ? [] : ([{ word: 'inspectorResponse', value: response }] as const)
    return { parts: [{ word: 'inspectorPayload', value: pushed }, ...answer] }
  }
  const bodies = await loadCall(row.call.seq)
  const { query, request, response } = bodies
  const parts: Sent['parts'][number][] = []
  if (Object.keys(query).length > 0) parts.push({ word: 'inspectorQuery', value: query })
  if (request.bytes > 0) parts.push({ word: 'inspectorRequest', value: bodyValue(request) })
  if (response) parts.push({ word: 'inspectorResponse', value: bodyValue(response) })
  return { parts, curl: asCurl(location.origin, row.call, bodies) }
}

function bodyValue({ text, bytes }: { text?: string; bytes: number }): unknown {
  if (text === undefined) return `(${bytes} bytes)`
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
