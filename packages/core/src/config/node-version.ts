import { coreError } from '../errors/catalogue.ts'

/** The oldest major version of Node.js that Larkspur runs on. */
const oldest = 24

/**
 * Refuses a Node.js that is too old, before something less clear fails.
 * @throws CONFIG_NODE_TOO_OLD
 */
export function checkNodeVersion(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= oldest) return
  throw coreError('CONFIG_NODE_TOO_OLD', { message: `this is Node.js ${version}; Larkspur needs ${oldest} or newer` })
}
