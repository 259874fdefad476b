import { readFileSync, readlinkSync } from 'node:fs'

/**
 * Names this boot of this machine and, on Linux, the container: inside one name a process id means the same process.
 * Empty where that cannot be known.
 */
export function thisMachine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}

/** True when no process has this id. One of another user counts as running. */
export function processIsGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch (cause) {
    return (cause as { code?: unknown }).code === 'ESRCH'
  }
}
