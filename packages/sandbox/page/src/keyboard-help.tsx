import styles from './keyboard-help.module.css'
import { Dialog } from './ui/dialog.tsx'
import type { Word } from './words/en.ts'
import { useWords } from './words/locale.ts'

const keys: readonly [keys: string, word: Word][] = [
  ['Ctrl / ⌘ K', 'keySwitch'],
  ['Alt ↑ / ↓', 'keyNext'],
  ['Alt I', 'inspector'],
  ['Enter', 'send'],
  ['↑ / ↓', 'keyMessages'],
  ['R', 'keyReply'],
  ['T', 'replyInThread'],
  ['E', 'keyEdit'],
  ['+', 'keyReact'],
  ['@', 'mention'],
  ['Esc', 'keyEscape'],
]

export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const say = useWords()
  return (
    <Dialog title={say('keyboard')} onClose={onClose}>
      <dl className={styles.keys}>
        {keys.map(([key, word]) => (
          <div key={key}>
            <dt>{say(word)}</dt>
            <dd>
              <kbd>{key}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
