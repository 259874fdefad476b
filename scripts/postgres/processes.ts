// Looks at and signals processes that may have ended meanwhile.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Sends the signal; false when there is no such process any more. */
export function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

/** Whether it still runs. In containers whose first process reaps nothing, an ended orphan stays listed: that one does not run. */
export function isRunning(pid: number): boolean {
  if (!send(pid, 0)) return false
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8') // pid (name) state …, and the name may hold brackets
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return existsSync('/proc/self') ? send(pid, 0) : true
  }
}

/** Process ids of its direct children. */
export function childrenOf(pid: number): number[] {
  const listed = `/proc/${pid}/task/${pid}/children`
  const children = existsSync(listed)
    ? readFileSync(listed, 'utf8').split(' ')
    : execFileSync('ps', ['-A', '-o', 'ppid=,pid='], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([parent]) => parent === String(pid))
        .map(([, child]) => child ?? '')
  return children.map(Number).filter((child) => child > 0)
}
