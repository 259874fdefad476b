import { Activity } from 'lucide-react'
import { Pane } from '../panes/pane.tsx'
import { EmptyState } from '../ui/state.tsx'
import { useWords } from '../words/locale.ts'

/** Events, acknowledgements, re-pushes and API calls as they happen. */
export function InspectorPane() {
  const say = useWords()
  return (
    <Pane title={say('inspector')} wide>
      <EmptyState icon={<Activity size={36} />} title={say('inspectorEmpty')} />
    </Pane>
  )
}
