import { createHash } from 'node:crypto'
import type { z } from 'zod'

/** What one text of ours says: its plain value, and what schemas made of parts of it, by their names. */
export interface Ready {
  readonly value: unknown
  readonly checked: Readonly<Record<string, unknown>>
}

/** By `sumOf` the text. */
export type ReadyTexts = Readonly<Record<string, Ready>>

/** Put in by the build (make-ready.ts): reading our own files is a fifth of the processor time of a short command. */
declare const MACULA_READY: string | undefined

let texts: ReadyTexts | undefined

/** For tests, which run without a build; undefined: as the build put it in. */
export function useReady(instead: ReadyTexts | undefined): void {
  texts = instead
}

function all(): ReadyTexts {
  texts ??= typeof MACULA_READY === 'string' ? (JSON.parse(MACULA_READY) as ReadyTexts) : {}
  return texts
}

/** A text's SHA-256 (hex): a file that differs in one byte from what was built with is read itself. */
export function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What the build read of a text; undefined: it is none of ours as they were built. */
export function readyOf(text: string): Ready | undefined {
  const known = all()
  // Where nothing was built in no sum is made.
  for (const _ in known) return Object.hasOwn(known, sumOf(text)) ? known[sumOf(text)] : undefined
  return undefined
}

/** `value`, which stands in `text` and nowhere else comes from, by a schema of that name. */
export function checkedBy<T>(
  name: string,
  schema: z.ZodType<T>,
  text: string,
  value: unknown,
): z.ZodSafeParseResult<T> {
  const checked = readyOf(text)?.checked
  return checked && Object.hasOwn(checked, name)
    ? { success: true, data: checked[name] as T }
    : schema.safeParse(value)
}
