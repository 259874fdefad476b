import { CircleAlert, Plug } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { PageChat } from '../../src/page-server/page-records.ts'
import styles from './link-banner.module.css'
import { control } from './session/client.ts'
import { useDirectory } from './session/use-session.ts'
import { Button } from './ui/button.tsx'
import { useLocale, useWords } from './words/locale.ts'

/** As long as the platform waits before it pushes an event for the second time. */
const offerMs = 15_000

/** Says that a bot of the chat has no connection; when it is back, offers to push at once what it missed. */
export function LinkBanner({ chat }: { chat: PageChat }) {
  const say = useWords()
  const locale = useLocale()
  const names = useDirectory()
    .offlineApps(chat)
    .map(({ name }) => name)
    .join(locale === 'zh' ? '、' : ', ')
  const [missed, setMissed] = useState('')

  useEffect(() => {
    if (names !== '') setMissed(names)
    else if (missed !== '') {
      const timer = setTimeout(setMissed, offerMs, '')
      return () => clearTimeout(timer)
    }
    return undefined
  }, [names, missed])

  if (names !== '') {
    return (
      <div className={styles.banner} role="status">
        <CircleAlert size={16} aria-hidden="true" />
        <span>{say('botOffline', { name: names })}</span>
      </div>
    )
  }
  if (missed === '') return null
  const push = () => {
    setMissed('')
    void control('repushNow', {}).catch(() => {})
  }
  return (
    <div className={`${styles.banner} ${styles.back}`} role="status">
      <Plug size={16} aria-hidden="true" />
      <span>{say('botBack', { name: missed })}</span>
      <Button onClick={push}>{say('pushNow')}</Button>
    </div>
  )
}
