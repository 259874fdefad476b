import { useEffect, useState } from 'react'
import { objectOf } from '../../../src/im/card-json.ts'
import { useCard } from './card-context.ts'

/**
 * Text that is typed out when it grows while the card streams (docs: cardkit streaming updates: 70 ms and 1 character by
 * default). What is there at first, or does not continue what was there, shows at once.
 */
export function useTyped(text: string): string {
  const { config } = useCard()
  const streaming = config.streaming_mode === true
  const [shown, setShown] = useState(text)
  const rest = streaming && text.startsWith(shown) ? text.length - shown.length : 0
  const { frequencyMs, step } = pace(objectOf(config.streaming_config), rest)
  const typing = rest > 0 && !matchMedia('(prefers-reduced-motion: reduce)').matches
  useEffect(() => {
    if (!typing) return undefined
    const timer = setInterval(() => setShown((now) => text.slice(0, now.length + step)), frequencyMs)
    return () => clearInterval(timer)
  }, [text, typing, step, frequencyMs])
  useEffect(() => {
    if (!typing) setShown(text)
  }, [text, typing])
  return typing ? shown : text
}

function pace(streaming: Readonly<Record<string, unknown>>, rest: number): { frequencyMs: number; step: number } {
  const frequency = objectOf(streaming.print_frequency_ms)
  const steps = objectOf(streaming.print_step)
  const frequencyMs = positive(frequency.pc) ?? positive(frequency.default) ?? 70
  const step = positive(steps.pc) ?? positive(steps.default) ?? 1
  // A long way behind, the text hurries: nobody watches ten thousand characters being typed one by one.
  return { frequencyMs, step: Math.max(step, Math.ceil(rest / 200)) }
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined
}
