import { isIP } from 'node:net'
import { receivedText } from './config-problem.ts'

// open.feishu.cn and open.larksuite.com docs: “Domain name” of the server API.
const known: Readonly<Record<string, string>> = {
  feishu: 'https://open.feishu.cn',
  lark: 'https://open.larksuite.com',
}

/**
 * The origin of the platform that an app lives on. Plain http is for this machine alone, because the app secret travels
 * there; the environment `test` may use it anywhere.
 */
export function platformOrigin(domain: unknown, environment: string): { origin: string } | { wrong: string } {
  if (domain === undefined) return { origin: 'https://open.feishu.cn' }
  const named = typeof domain === 'string' ? known[domain] : undefined
  if (named) return { origin: named }
  const wanted = "must be 'feishu', 'lark' or an origin such as https://open.feishu.cn"
  if (typeof domain !== 'string' || !URL.canParse(domain)) {
    const meant = typeof domain === 'string' && !domain.includes('://') && URL.canParse(`https://${domain}`)
    const hint = meant && domain.includes('.') ? `; write ${new URL(`https://${domain}`).origin}` : ''
    return { wrong: `${wanted}, received ${receivedText(domain, false)}${hint}` }
  }
  const url = new URL(domain)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { wrong: `${wanted}, received the protocol ${url.protocol}` }
  // Not echoed: it may hold a password.
  if (url.username || url.password) return { wrong: `${wanted}, without user and password; write ${url.origin}` }
  if (domain !== url.origin) return { wrong: `must be an origin, without a slash or path; write ${url.origin}` }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && environment !== 'test')
    return {
      wrong: `http is accepted for this machine only, or in the environment 'test'; write ${domain.replace('http:', 'https:')}`,
    }
  return { origin: url.origin }
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host === '[::1]' ||
    host.endsWith('.localhost') ||
    (isIP(host) === 4 && host.startsWith('127.'))
  )
}
