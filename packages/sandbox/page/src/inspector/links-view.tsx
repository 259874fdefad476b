import { Cable, Ellipsis, WifiOff } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useEffect, useState } from 'react'
import type { SandboxLink } from '../../../src/records.ts'
import { control } from '../session/client.ts'
import { useDirectory } from '../session/use-session.ts'
import { IconButton } from '../ui/icon-button.tsx'
import menu from '../ui/menu.module.css'
import { EmptyState } from '../ui/state.tsx'
import { showToast } from '../ui/toast.tsx'
import { useLocale, useWords } from '../words/locale.ts'
import { preciseTime } from './figures.ts'
import styles from './links-view.module.css'

const pollMs = 1000

/** Open long connections with what went over them, and ways to break them. */
export function LinksView() {
  const say = useWords()
  const links = useLinks()
  if (links === 'failed') return <EmptyState icon={<WifiOff size={32} />} title={say('lostTitle')} />
  if (links?.length === 0) {
    return <EmptyState icon={<Cable size={32} />} title={say('inspectorNoLinks')} hint={say('inspectorNoLinksHint')} />
  }
  return (
    <ul className={styles.links} aria-label={say('inspectorLinks')}>
      {links?.map((link) => (
        <LinkRow key={link.linkId} link={link} />
      ))}
    </ul>
  )
}

function LinkRow({ link }: { link: SandboxLink }) {
  const say = useWords()
  const locale = useLocale()
  const directory = useDirectory()
  const { linkId, appId, state, connectedAtMs, pings, dataFrames, acks, badFrames, swallowedFrames } = link
  const run = (done: Promise<unknown>) => {
    done.catch((error: Error) => showToast('error', say('failed', { reason: error.message })))
  }
  return (
    <li className={styles.link}>
      <div className={styles.head}>
        <span className={styles.dot} data-state={state} />
        <strong>{directory.nameOf(appId, locale)}</strong>
        <span className={styles.id}>{linkId}</span>
        <DropdownMenu.Root>
          <DropdownMenu.Trigger asChild>
            <IconButton name={say('more')}>
              <Ellipsis size={16} />
            </IconButton>
          </DropdownMenu.Trigger>
          <DropdownMenu.Portal>
            <DropdownMenu.Content className={menu.menu} align="end">
              {(['close', 'end', 'reset'] as const).map((how) => (
                <DropdownMenu.Item
                  key={how}
                  className={menu.item}
                  onSelect={() => run(control('dropLinks', { linkId, how }))}
                >
                  {say(`fault-link-${how === 'close' ? 'closed' : how === 'end' ? 'ended' : 'reset'}`)}
                </DropdownMenu.Item>
              ))}
              <DropdownMenu.Item className={menu.item} onSelect={() => run(control('stallLinks', { linkId }))}>
                {say('fault-link-stalled')}
              </DropdownMenu.Item>
              <DropdownMenu.Item className={menu.item} onSelect={() => run(control('pushGarbage', { linkId }))}>
                {say('fault-link-garbage')}
              </DropdownMenu.Item>
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        </DropdownMenu.Root>
      </div>
      <dl className={styles.counts}>
        {[
          ['inspectorSince', preciseTime(connectedAtMs)] as const,
          ['inspectorPings', pings] as const,
          ['inspectorFrames', dataFrames] as const,
          ['inspectorAckFrames', acks] as const,
          ['inspectorBadFrames', badFrames] as const,
          ['inspectorSwallowed', swallowedFrames] as const,
        ].map(([word, value]) => (
          <div key={word}>
            <dt>{say(word)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </li>
  )
}

function useLinks(): readonly SandboxLink[] | 'failed' | undefined {
  const [links, setLinks] = useState<readonly SandboxLink[] | 'failed'>()
  useEffect(() => {
    const load = () => control('links', {}).then(setLinks, () => setLinks('failed'))
    void load()
    const timer = setInterval(load, pollMs)
    return () => clearInterval(timer)
  }, [])
  return links
}
