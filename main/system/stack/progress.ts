import { z } from 'zod'

/**
 * Compose's `--progress json`, one object a line on stderr. Version 2 has the human word in `status`; version 5
 * has Working, Done, Warning or Error there and the word in `text` (their own sources, see facts of this
 * repository's docs/architecture.md). Log lines of compose are JSON too, with `level` and `msg`.
 */
const lineSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  text: z.string().optional(),
  details: z.string().optional(),
  level: z.string().optional(),
  msg: z.string().optional(),
  error: z.union([z.boolean(), z.string()]).optional(),
  message: z.string().optional(),
})

export type ComposeEvent =
  | { readonly kind: 'step'; readonly container: string; readonly says: string }
  | { readonly kind: 'error'; readonly says: string }

/** One line in our words; undefined for what says nothing. */
export function parseProgress(line: string): ComposeEvent | undefined {
  const text = line.trim()
  if (text === '') return undefined
  const parsed = ((): z.infer<typeof lineSchema> | undefined => {
    try {
      return lineSchema.safeParse(JSON.parse(text)).data
    } catch {
      return undefined
    }
  })()
  if (!parsed) {
    const plain = /^(Container|Network|Volume) (\S+)\s+([A-Z][a-z]+)$/.exec(text)
    if (plain)
      return plain[1] === 'Container'
        ? { kind: 'step', container: plain[2] ?? '', says: plain[3] ?? '' }
        : undefined
    // Neither JSON nor a step: compose says its fatal errors in plain words.
    return { kind: 'error', says: text }
  }
  if (parsed.level !== undefined) {
    const serious = parsed.level === 'error' || parsed.level === 'fatal'
    return serious && parsed.msg !== undefined ? { kind: 'error', says: parsed.msg } : undefined
  }
  if (parsed.error !== undefined && parsed.message !== undefined)
    return { kind: 'error', says: parsed.message }
  const word = /^(Working|Done|Warning|Error)$/.test(parsed.status ?? '') ? parsed.text : parsed.status
  if (parsed.status === 'Error')
    return { kind: 'error', says: [parsed.id, parsed.text, parsed.details].filter(Boolean).join(' ') }
  const container = /^Container (.+)$/.exec(parsed.id ?? '')?.[1]
  return container === undefined || word === undefined ? undefined : { kind: 'step', container, says: word }
}
