import { Tooltip } from 'radix-ui'
import { useEffect, useState } from 'react'
import { Session } from './session/session.ts'
import { SessionContext } from './session/use-session.ts'
import { SignIn } from './sign-in.tsx'
import { Toasts } from './ui/toast.tsx'
import { WorkspaceView } from './workspace-view.tsx'

const key = 'larkspur.user'

/** The chat page: who is signed in stands in the address, so that each tab may be somebody else. */
export function App() {
  const [session, setSession] = useState(() => {
    const user = new URLSearchParams(location.search).get('user') ?? localStorage.getItem(key)
    return user ? new Session(user) : undefined
  })

  useEffect(() => {
    if (!session) return
    const search = new URLSearchParams(location.search)
    search.set('user', session.user)
    history.replaceState(null, '', `?${search}`)
    return session.open()
  }, [session])

  const signIn = (user: string) => {
    localStorage.setItem(key, user)
    setSession(new Session(user))
  }
  const signOut = () => {
    localStorage.removeItem(key)
    history.replaceState(null, '', location.pathname)
    setSession(undefined)
  }

  return (
    <Tooltip.Provider delayDuration={350}>
      {session ? (
        <SessionContext value={session}>
          <WorkspaceView key={session.user} onSignOut={signOut} />
        </SessionContext>
      ) : (
        <SignIn onPick={signIn} />
      )}
      <Toasts />
    </Tooltip.Provider>
  )
}
