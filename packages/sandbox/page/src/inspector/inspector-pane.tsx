import { Tabs } from 'radix-ui'
import { useEffect, useState } from 'react'
import { Pane } from '../panes/pane.tsx'
import { useSession } from '../session/use-session.ts'
import type { Word } from '../words/en.ts'
import { useWords } from '../words/locale.ts'
import { FaultsView } from './faults-view.tsx'
import { everything } from './filter.ts'
import styles from './inspector-pane.module.css'
import { LinksView } from './links-view.tsx'
import { PaneEdge, usePaneWidth } from './pane-edge.tsx'
import { Traffic } from './traffic.ts'
import { TrafficView } from './traffic-view.tsx'

const tabs = ['all', 'events', 'calls', 'links', 'faults'] as const
const tabWords: Readonly<Record<(typeof tabs)[number], Word>> = {
  all: 'inspectorAll',
  events: 'inspectorEvents',
  calls: 'inspectorCalls',
  links: 'inspectorLinks',
  faults: 'inspectorFaults',
}

/**
 * Events, acknowledgements, re-pushes and API calls as they happen.
 *
 * @param messageId shows what belongs to this message alone
 */
export function InspectorPane({ messageId }: { messageId: string | undefined }) {
  const say = useWords()
  const { user } = useSession()
  const [traffic] = useState(() => new Traffic())
  const [tab, setTab] = useState<(typeof tabs)[number]>('all')
  const [filter, setFilter] = useState(everything)
  const [width, setWidth] = usePaneWidth()
  useEffect(() => traffic.open(user), [traffic, user])
  useEffect(() => {
    if (messageId === undefined) return
    setTab('all')
    setFilter({ ...everything, messageId })
  }, [messageId])
  return (
    <Pane title={say('inspector')} width={width} edge={<PaneEdge width={width} onWidth={setWidth} />}>
      <Tabs.Root
        className={styles.tabs}
        value={tab}
        onValueChange={(value) => setTab(tabs.find((known) => known === value) ?? 'all')}
      >
        <Tabs.List className={styles.list} aria-label={say('inspector')}>
          {tabs.map((name) => (
            <Tabs.Trigger key={name} value={name} className={styles.tab}>
              {say(tabWords[name])}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        <Tabs.Content value={tab} className={styles.content} tabIndex={-1}>
          {tab === 'links' && <LinksView />}
          {tab === 'faults' && <FaultsView />}
          {tab !== 'links' && tab !== 'faults' && (
            <TrafficView traffic={traffic} filter={{ ...filter, kind: tab }} onFilter={setFilter} />
          )}
        </Tabs.Content>
      </Tabs.Root>
    </Pane>
  )
}
