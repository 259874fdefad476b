import { AlertDialog } from 'radix-ui'
import { type Json, objectOf } from '../../../src/im/card-json.ts'
import { contentOf } from './card.ts'
import { useCard } from './card-context.ts'
import styles from './confirm-dialog.module.css'

/** What a card asks before it tells the bot. */
export function ConfirmDialog({ confirm, onAnswer }: { confirm: Json; onAnswer: (sure: boolean) => void }) {
  const { say, locale } = useCard()
  return (
    <AlertDialog.Root open onOpenChange={(open) => open || onAnswer(false)}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={styles.overlay} />
        <AlertDialog.Content className={styles.dialog}>
          <AlertDialog.Title className={styles.title}>{contentOf(objectOf(confirm.title), locale)}</AlertDialog.Title>
          <AlertDialog.Description className={styles.text}>
            {contentOf(objectOf(confirm.text), locale)}
          </AlertDialog.Description>
          <div className={styles.buttons}>
            <AlertDialog.Cancel className={styles.cancel}>{say.cancel}</AlertDialog.Cancel>
            <button type="button" className={styles.sure} onClick={() => onAnswer(true)}>
              {say.confirm}
            </button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
