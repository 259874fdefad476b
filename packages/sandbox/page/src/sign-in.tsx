import { useEffect, useState } from 'react'
import type { PageStart } from '../../src/page-server/page-records.ts'
import { loadStart } from './session/client.ts'
import styles from './sign-in.module.css'
import { Avatar } from './ui/avatar.tsx'
import { Button } from './ui/button.tsx'
import { EmptyState } from './ui/state.tsx'
import { setLocale, useLocale, useWords } from './words/locale.ts'

/** Asks who somebody wants to be. */
export function SignIn({ onPick }: { onPick: (userId: string) => void }) {
  const say = useWords()
  const locale = useLocale()
  const [start, setStart] = useState<PageStart | 'failed'>()
  const load = () => {
    setStart(undefined)
    loadStart().then(setStart, () => setStart('failed'))
  }
  useEffect(load, [])

  if (start === 'failed') {
    return (
      <EmptyState title={say('lostTitle')}>
        <Button onClick={load}>{say('retry')}</Button>
      </EmptyState>
    )
  }
  return (
    <main className={styles.page}>
      <div className={styles.panel}>
        <header className={styles.header}>
          <img src="/larkspur.svg" alt="" width={40} height={40} />
          <div>
            <h1>{say('signInTitle')}</h1>
            <p>{start?.company ?? '…'}</p>
          </div>
          <Button look="quiet" onClick={() => setLocale(locale === 'zh' ? 'en' : 'zh')}>
            {locale === 'zh' ? 'English' : '中文'}
          </Button>
        </header>
        <ul className={styles.people}>
          {start?.people.map((person) => {
            const name = locale === 'zh' ? person.name : person.enName
            const { jobTitle, enJobTitle } = person
            const { name: department, enName } = person.department
            return (
              <li key={person.userId}>
                <button type="button" className={styles.person} onClick={() => onPick(person.userId)}>
                  <Avatar id={person.userId} name={name} size={40} />
                  <span className={styles.text}>
                    <span className={styles.name}>{name}</span>
                    <span className={styles.job}>{locale === 'zh' ? jobTitle : enJobTitle}</span>
                    <span className={styles.job}>{locale === 'zh' ? department : enName}</span>
                  </span>
                </button>
              </li>
            )
          })}
        </ul>
        <p className={styles.hint}>{say('signInHint')}</p>
      </div>
    </main>
  )
}
