import { z } from 'zod'

/**
 * Compose's progress on stderr. `--progress json` (since 2.29) is one object a line: version 2 has the human word
 * in `status`; version 5 has Working, Done, Warning or Error there and the word in `text` (their pkg/progress and
 * cmd/display). Compose's log lines are JSON too then, with `level` and `msg`.
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
  const parsed = lineSchema.safeParse(parseJson(text)).data
  return parsed ? ofJson(parsed) : ofPlain(text)
}

function ofJson(line: z.infer<typeof lineSchema>): ComposeEvent | undefined {
  const { id = '', status, text, details, level, msg, message } = line
  if (level !== undefined)
    return isSerious(level) && msg !== undefined ? { kind: 'error', says: msg } : undefined
  if (line.error !== undefined && line.error !== false) {
    const says = message ?? (typeof line.error === 'string' ? line.error : undefined)
    return says === undefined ? undefined : { kind: 'error', says }
  }
  if (status === 'Error')
    return {
      kind: 'error',
      says: [id, text, details].filter((part) => part !== undefined && part !== '').join(' '),
    }
  const word = /^(?:Working|Done|Warning)$/.test(status ?? '') ? text : status
  const container = /^Container (.+)$/.exec(id)?.[1]
  return container === undefined || word === undefined || word === ''
    ? undefined
    : { kind: 'step', container, says: word }
}

/** ` Container macula-grafana-1  Created`, logrus' `time="…" level=warning msg="…"`, else a fatal error in plain words. */
function ofPlain(text: string): ComposeEvent | undefined {
  const step = /^(Container|Network|Volume|Image) "?(\S+?)"?\s{2,}([A-Z][a-z]+)$/.exec(text)
  if (step)
    return step[1] === 'Container' && step[3] !== 'Error'
      ? { kind: 'step', container: step[2] ?? '', says: step[3] ?? '' }
      : undefined
  const log = /^time="[^"]*" level=(\w+) msg="(.*)"$/.exec(text)
  if (log) return isSerious(log[1] ?? '') ? { kind: 'error', says: log[2] ?? '' } : undefined
  return { kind: 'error', says: text }
}

function isSerious(level: string): boolean {
  return level === 'error' || level === 'fatal' || level === 'panic'
}

/** Which service a container of compose belongs to; `<hash>_` stands before the name while one is made anew. */
export function serviceOf(container: string, project: string): string | undefined {
  const name = container.replace(/^[0-9a-f]{12}_/, '')
  const match = /^(.+)-\d+$/.exec(name)?.[1]
  return match?.startsWith(`${project}-`) === true ? match.slice(project.length + 1) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
