import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterTest } from './open-sandbox.ts'

/** The path of every request URL here. */
export const requestPath = '/webhook'

/** A request URL that ends with the test. */
export async function requestUrlOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${requestPath}`
}
