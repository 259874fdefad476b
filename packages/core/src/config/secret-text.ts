/** A value as text for people; of a secret only what is none: the part of a URL beside its password. */
export function shownValue(value: unknown, secret: boolean): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (!secret || text.startsWith('sqlite:')) return text
  if (!text.includes('://') || !URL.canParse(text)) return '***'
  const url = new URL(text)
  const user = url.username ? `${url.username}${url.password ? ':***' : ''}@` : ''
  // The query of a database's URL may hold a password too.
  return `${url.protocol}//${user}${url.host}${url.pathname}${url.search ? '?***' : ''}`
}

/** The password in a URL, as written and decoded; nothing when there is none. */
export function passwordsIn(text: string | undefined): string[] {
  if (!text?.includes('://') || !URL.canParse(text)) return []
  const { password, searchParams } = new URL(text)
  const inQuery = ['password', 'sslpassword'].flatMap((name) => searchParams.getAll(name))
  return [...new Set([password, decoded(password), ...inQuery])].filter((each) => each !== '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
