import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/** Endings of names that nobody can register, so that no foreign site can make them point here. */
const privateEndings = ['.localhost', '.local', '.internal', '.test', '.home.arpa']

/**
 * Why a request to the control API, the feed or the page's queries is refused, or nothing: a foreign site in the browser of
 * whoever runs the sandbox must neither read nor drive it. Its requests carry its Origin, or come as `cross-site`; after DNS
 * rebinding they carry its name as Host. Clients that are no browser send neither Origin nor Sec-Fetch-Site.
 *
 * @param ownHost the address that the sandbox was told to listen on
 */
export function foreignRequest(headers: IncomingHttpHeaders, ownHost: string): string | undefined {
  const host = headers.host ?? ''
  const name = hostName(host)
  if (name === undefined || !isOwnName(name, ownHost)) {
    return `The sandbox does not answer to the host name "${host}": use localhost or an IP address.`
  }
  const { origin } = headers
  if (origin !== undefined && URL.parse(origin)?.host !== host.toLowerCase()) {
    return `The sandbox takes no requests of the foreign origin ${origin}; open the page of the sandbox itself.`
  }
  if (headers['sec-fetch-site'] === 'cross-site') {
    return 'The sandbox takes no requests that a foreign site made; open the page of the sandbox itself.'
  }
  return undefined
}

function hostName(host: string): string | undefined {
  const name = URL.parse(`http://${host}`)?.hostname
  return name?.replace(/^\[|\]$/g, '')
}

function isOwnName(name: string, ownHost: string): boolean {
  // Names without a dot are those of this machine, its network or its containers.
  if (isIP(name) !== 0 || !name.includes('.')) return true
  return name === ownHost.toLowerCase() || privateEndings.some((ending) => name.endsWith(ending))
}
