import { useCallback, useEffect, useState } from 'react'
import type { FaultCount, SandboxSettings, SandboxSettingsChange } from '../../../src/control.ts'
import { faultKinds } from '../../../src/fault-kinds.ts'
import { defaultSettings } from '../../../src/settings.ts'
import { control } from '../session/client.ts'

const pollMs = 1000

/** The name of a way to go wrong. */
export type FaultName = (typeof faultKinds)[number]['name']

/** What goes wrong now. */
export interface ActiveFaults {
  /** Faults of calls that can still happen, or have. */
  calls: readonly FaultCount[]
  /** Settings that are not the usual ones. */
  settings: readonly { name: FaultName; values: SandboxSettingsChange }[]
  clockScale: number
}

/** What goes wrong now, and how to look again at once; nothing before the sandbox has answered. */
export function useActiveFaults(): [ActiveFaults | undefined, reload: () => void] {
  const [active, setActive] = useState<ActiveFaults>()
  const reload = useCallback(() => {
    // The page itself tells when the sandbox is away.
    loadActive().then(setActive, () => {})
  }, [])
  useEffect(() => {
    reload()
    const timer = setInterval(reload, pollMs)
    return () => clearInterval(timer)
  }, [reload])
  return [active, reload]
}

/** Puts a setting back to what the platform does. */
export async function restore(names: readonly FaultName[]): Promise<void> {
  const usual = defaultSettings()
  const keys = faultKinds.flatMap((kind) => (names.includes(kind.name) ? settingsOf(kind) : []))
  await control('configure', Object.fromEntries(keys.map((key) => [key, usual[key]])))
}

/** Ends everything that goes wrong; links that were dropped or stalled stay so. */
export async function clearFaults({ settings, clockScale }: ActiveFaults): Promise<void> {
  await control('clearFaults', {})
  if (settings.length > 0) await restore(settings.map(({ name }) => name))
  if (clockScale !== 1) await control('setClock', { scale: 1 })
}

async function loadActive(): Promise<ActiveFaults> {
  const [counts, settings, clock] = await Promise.all([
    control('faultCounts', {}),
    control('configure', {}),
    control('setClock', {}),
  ])
  return { calls: counts.filter(({ armed }) => armed), settings: unusual(settings), clockScale: clock.scale }
}

function unusual(settings: SandboxSettings): ActiveFaults['settings'] {
  const usual = defaultSettings()
  return faultKinds.flatMap((kind) => {
    const example: Readonly<Record<string, unknown>> = { ...kind.argument }
    // Two ways to go wrong may share a setting; a word in it says which one it is.
    const isOther = settingsOf(kind).some((key) => typeof example[key] === 'string' && settings[key] !== example[key])
    const changed = isOther ? [] : settingsOf(kind).filter((key) => settings[key] !== usual[key])
    return changed.length === 0
      ? []
      : [{ name: kind.name, values: Object.fromEntries(changed.map((key) => [key, settings[key]])) }]
  })
}

function settingsOf(kind: (typeof faultKinds)[number]): (keyof SandboxSettings)[] {
  return kind.verb === 'configure' ? (Object.keys(kind.argument) as (keyof SandboxSettings)[]) : []
}
