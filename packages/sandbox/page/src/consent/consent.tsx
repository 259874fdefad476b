import { ShieldAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { PageConsent, PageStart } from '../../../src/page-server/page-records.ts'
import { control, loadConsent, loadStart, Refusal } from '../session/client.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/state.tsx'
import { setLocale, useLocale, useWords } from '../words/locale.ts'
import styles from './consent.module.css'

/** The page to which a bot sends people so that they let it act in their name (docs: obtain-oauth-code). */
export function Consent() {
  const say = useWords()
  const locale = useLocale()
  const [asked, setAsked] = useState<{ consent: PageConsent; start: PageStart }>()
  const [refusal, setRefusal] = useState<Error>()
  useEffect(() => {
    Promise.all([loadConsent(), loadStart()]).then(
      ([consent, start]) => setAsked({ consent, start }),
      (error: Error) => setRefusal(error),
    )
  }, [])
  return (
    <main className={styles.page}>
      <div className={styles.panel}>
        {refusal ? (
          <Refused refusal={refusal} />
        ) : (
          asked && <Question consent={asked.consent} start={asked.start} onRefused={setRefusal} />
        )}
      </div>
      <footer className={styles.footer}>
        {say('product')}
        <Button look="quiet" onClick={() => setLocale(locale === 'zh' ? 'en' : 'zh')}>
          {locale === 'zh' ? 'English' : '中文'}
        </Button>
      </footer>
    </main>
  )
}

function Question({
  consent: { appId, appName, scopes, redirectUri },
  start: { people },
  onRefused,
}: {
  consent: PageConsent
  start: PageStart
  onRefused: (refusal: Error) => void
}) {
  const say = useWords()
  const locale = useLocale()
  const [user, setUser] = useState(() => {
    const known = decodeURIComponent(location.hash.slice(1)) || localStorage.getItem('larkspur.user')
    return people.find(({ userId }) => userId === known)?.userId ?? people[0]?.userId ?? ''
  })
  const [decided, setDecided] = useState(false)
  const nameOf = ({ name, enName }: { name: string; enName: string }) => (locale === 'zh' ? name : enName)
  const person = people.find(({ userId }) => userId === user)
  const name = person ? nameOf(person) : user
  const decide = (decision: 'allow' | 'deny') => {
    setDecided(true)
    control('authorize', { user, url: location.href, decision }).then(
      ({ redirectUrl }) => location.assign(redirectUrl),
      onRefused,
    )
  }
  return (
    <>
      <header className={styles.header}>
        <Avatar id={appId} name={appName} kind="bot" size={52} />
        <h1>{say('consentTitle', { app: appName })}</h1>
      </header>
      <label className={styles.person}>
        <Avatar id={user} name={name} size={32} />
        <span>{say('consentAs')}</span>
        <select value={user} onChange={({ target }) => setUser(target.value)}>
          {people.map((known) => (
            <option key={known.userId} value={known.userId}>
              {nameOf(known)}
            </option>
          ))}
        </select>
      </label>
      <p className={styles.to}>{say('consentTo', { name })}</p>
      <ul className={styles.scopes}>
        {scopes.length === 0 && <li>{say('consentNoScopes')}</li>}
        {scopes.map((scope) => (
          <li key={scope}>
            <code>{scope}</code>
            {scope === 'offline_access' && <span>{say('consentRefresh')}</span>}
          </li>
        ))}
      </ul>
      <div className={styles.buttons}>
        <Button disabled={decided} onClick={() => decide('deny')}>
          {say('consentDeny')}
        </Button>
        <Button look="primary" disabled={decided} onClick={() => decide('allow')}>
          {say('consentAllow')}
        </Button>
      </div>
      <p className={styles.hint}>{say('consentReturn', { host: new URL(redirectUri).host })}</p>
    </>
  )
}

function Refused({ refusal }: { refusal: Error }) {
  const say = useWords()
  const code = refusal instanceof Refusal ? refusal.code : undefined
  return (
    <div role="alert">
      <EmptyState icon={<ShieldAlert size={40} />} title={say('consentRefused')} hint={refusal.message}>
        {code !== undefined && <code className={styles.code}>{say('consentCode', { code })}</code>}
      </EmptyState>
    </div>
  )
}
