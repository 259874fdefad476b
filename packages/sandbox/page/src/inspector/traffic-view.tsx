import { Activity, Eraser, Pause, Play, WifiOff } from 'lucide-react'
import { useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react'
import { Button } from '../ui/button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { EmptyState, Skeleton } from '../ui/state.tsx'
import { useWords } from '../words/locale.ts'
import { everything, type Filter, filtered, isNarrow } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import type { Row } from './row.ts'
import { RowDetails } from './row-details.tsx'
import { RowList } from './row-list.tsx'
import type { Traffic } from './traffic.ts'
import styles from './traffic-view.module.css'

/** The list of what passed between sandbox and bots, and the details of one row. */
export function TrafficView({
  traffic,
  filter,
  onFilter,
}: {
  traffic: Traffic
  filter: Filter
  onFilter: (filter: Omit<Filter, 'kind'>) => void
}) {
  const say = useWords()
  const { state, rows } = useSyncExternalStore(traffic.subscribe, () => traffic.current)
  const [frozen, setFrozen] = useState<readonly Row[]>()
  const [selected, setSelected] = useState<string>()
  const shownRows = frozen ?? rows
  const deferred = useDeferredValue(filter)
  const shown = useMemo(() => filtered(shownRows, deferred), [shownRows, deferred])
  const row = shownRows.find(({ key }) => key === selected)
  const newer = frozen ? rows.length - frozen.length : 0

  const clear = () => {
    traffic.clear()
    setFrozen(undefined)
    setSelected(undefined)
  }
  return (
    <>
      <FilterBar rows={rows} filter={filter} onFilter={onFilter}>
        <IconButton
          name={say(frozen ? 'inspectorResume' : 'inspectorPause')}
          aria-pressed={frozen !== undefined}
          onClick={() => setFrozen(frozen ? undefined : rows)}
        >
          {frozen ? <Play size={16} /> : <Pause size={16} />}
        </IconButton>
        <IconButton name={say('inspectorClear')} onClick={clear}>
          <Eraser size={16} />
        </IconButton>
      </FilterBar>
      {frozen && (
        <p className={styles.paused} role="status">
          {say('inspectorPaused', { count: Math.max(0, newer) })}
        </p>
      )}
      {state === 'loading' && <Skeleton rows={8} label={say('loading')} />}
      {state === 'failed' && <EmptyState icon={<WifiOff size={32} />} title={say('lostTitle')} />}
      {state === 'ready' && shown.length === 0 && (
        <EmptyState icon={<Activity size={32} />} title={say(rows.length === 0 ? 'inspectorEmpty' : 'noMatches')}>
          {isNarrow(filter) && <Button onClick={() => onFilter(everything)}>{say('inspectorShowAll')}</Button>}
        </EmptyState>
      )}
      {state === 'ready' && shown.length > 0 && <RowList rows={shown} selected={selected} onSelect={setSelected} />}
      {row && <RowDetails key={row.key} row={row} rows={rows} onSelect={setSelected} />}
    </>
  )
}
