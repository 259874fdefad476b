import type { ReactNode } from 'react'

// Bots write the platform's own address; here the sandbox asks the person.
const consentHosts = ['accounts.feishu.cn', 'accounts.larksuite.com', 'open.feishu.cn', 'open.larksuite.com']
const consentPath = '/open-apis/authen/v1/authorize'

const protocols = new Set(['http:', 'https:', 'mailto:', 'tel:', 'lark:', 'feishu:'])

/** The address where a link may lead; undefined for one that would run in the page, such as `javascript:`. */
export function safeHref(href: string | undefined): string | undefined {
  const url = href === undefined ? null : URL.parse(href)
  if (!url || !protocols.has(url.protocol)) return undefined
  if (url.pathname !== consentPath) return href
  if (url.origin !== location.origin && !consentHosts.includes(url.hostname)) return href
  // Whoever chats in this tab is asked, though another tab may be somebody else.
  const user = new URLSearchParams(location.search).get('user')
  return consentPath + url.search + (user === null ? '' : `#${encodeURIComponent(user)}`)
}

interface SafeLinkProps {
  href: string | undefined
  className?: string | undefined
  children: ReactNode
}

/** A link that opens in another tab; without a safe address only its words. */
export function SafeLink({ href, className, children }: SafeLinkProps) {
  const safe = safeHref(href)
  if (safe === undefined) return <span className={className}>{children}</span>
  return (
    <a className={className} href={safe} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  )
}

/** Opens an address in another tab, where it is a safe one. */
export function openLink(href: string | undefined): void {
  const safe = safeHref(href)
  if (safe !== undefined) window.open(safe, '_blank', 'noopener,noreferrer')
}
