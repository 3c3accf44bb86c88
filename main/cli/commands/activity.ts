import { setTimeout as pause } from 'node:timers/promises'
import { activityGroups, isChosen, type ActivityEntry, type ActivityGroup } from '../../model/activity.ts'
import { groupWords, sayDate, sayEntry } from '../../model/activity-words.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Pattern } from '../../model/pattern.ts'
import { sayCount, saySecond } from '../../model/say.ts'
import { withEngine, writeJson, type Face } from '../face.ts'
import { oneLine, wrap } from '../layout.ts'
import { parsePattern, parseSince } from '../since.ts'
import { stateSign, type Style } from '../style.ts'
import { resolveServices, unknownWords } from '../targets.ts'

export interface ActivityOptions {
  readonly follow?: boolean
  readonly since?: string
  readonly grep?: string
  readonly lines?: string
  readonly service?: readonly string[]
  readonly kind?: readonly string[]
}

/** Entries to begin with, when nothing else limits them. */
const DEFAULT_LINES = 50

/** How often is looked whether something came, with `-f` (ms). */
const AGAIN_MS = 1000

function groupsOf(words: readonly string[]): readonly ActivityGroup[] {
  return words.map((word) => {
    const small = word.toLowerCase()
    const group = activityGroups.find((one) => one === small || groupWords[one].toLowerCase() === small)
    if (group === undefined) throw unknownWords('kind', [word], activityGroups)
    return group
  })
}

/** One entry for people: the day where it is another one, then time, sign, title, and the rest below it. */
function drawEntry(
  style: Style,
  entry: ActivityEntry,
  titleOf: (id: string) => string,
  day: string | undefined,
): readonly string[] {
  const { title, says, state } = sayEntry(entry, titleOf)
  const lead = `${style.paint.dim(saySecond(entry.at))} ${stateSign(style, state)} `
  return [
    ...(day === undefined ? [] : [style.paint.bold(day)]),
    ...wrap(oneLine(title), style.width, ' '.repeat(11), lead),
    ...(says === ''
      ? []
      : wrap(oneLine(says), style.width, ' '.repeat(11)).map((line) => style.paint.dim(line))),
  ]
}

/** What happened, oldest first; with `-f` it goes on with what comes, whoever writes it down. */
export async function activity(
  face: Face,
  words: readonly string[],
  options: ActivityOptions,
): Promise<number> {
  const pattern = options.grep === undefined ? undefined : parsePattern(options.grep)
  const since = options.since === undefined ? undefined : parseSince(options.since, face.host.now())
  const groups = groupsOf(options.kind ?? [])
  return await withEngine(face, async ({ engine, clean }) => {
    const named = [...words, ...(options.service ?? [])]
    const catalog = engine.catalog()
    const services =
      named.length === 0
        ? []
        : resolveServices(catalog, engine.settings.suffix, named).map((service) => service.id)
    const titles = new Map(catalog.services.map((service) => [service.id, service.title] as const))
    const titleOf = (id: string): string => clean.text(titles.get(id) ?? id)
    const style = face.out.style()
    const isWanted = (entry: ActivityEntry): boolean =>
      isChosen(entry, { since, services, groups }) && isFound(entry, titleOf, pattern)
    const tail =
      options.lines === undefined
        ? since === undefined && pattern === undefined
          ? DEFAULT_LINES
          : undefined
        : Number(options.lines)
    let day: string | undefined
    const write = async (entry: ActivityEntry): Promise<void> => {
      if (face.json) {
        const { activityJson } = await import('../json/activity.ts')
        await writeJson(face.out, activityJson(entry, sayEntry(entry, titleOf)), 'line')
        return
      }
      const its = sayDate(entry.at, face.host.now())
      await face.out.write(`${drawEntry(style, entry, titleOf, its === day ? undefined : its).join('\n')}\n`)
      day = its
    }
    const first = clean.deep(await engine.activity())
    const all = first.entries.filter(isWanted)
    for (const entry of tail === undefined ? all : all.slice(-tail || all.length)) await write(entry)
    if (first.broken > 0)
      face.err.line(
        `${sayCount(first.broken, 'line')} of activity.jsonl cannot be read; the others are shown.`,
      )
    if (first.trouble) throw new MaculaError({ kind: 'outside', ...first.trouble })
    if (all.length === 0)
      face.err.line(
        first.entries.length === 0
          ? 'Nothing is recorded yet. Starts, failures and changes are recorded from now on.'
          : `None of ${sayCount(first.entries.length, 'entry', 'entries')} matches.`,
      )
    if (options.follow === true) await follow(face, first.mark, first.entries.length)
    return 0

    /** What comes after `mark`; `taken`: entries that were there by then. */
    async function follow({ host, out }: Face, mark: string, taken: number): Promise<void> {
      const abort = new AbortController()
      const undo = host.onInterrupt(() => abort.abort(), 'ends')
      out.stream.once('close', () => abort.abort())
      let [last, count] = [mark, taken]
      const told = new Set(first.entries.slice(-200).map(keyOf))
      try {
        while (!abort.signal.aborted) {
          await pause(AGAIN_MS, undefined, { signal: abort.signal }).catch(() => undefined)
          const next = await engine.activity()
          if (next.mark === last) continue
          await clean.learn()
          // Some earlier ones too: what is over now may take the place of what began.
          for (const entry of clean.deep(next.entries).slice(Math.max(0, count - 50)))
            if (!told.has(keyOf(entry))) {
              told.add(keyOf(entry))
              if (isWanted(entry)) await write(entry)
            }
          last = next.mark
          count = next.entries.length
        }
      } finally {
        undo()
      }
    }
  })
}

const keyOf = (entry: ActivityEntry): string => JSON.stringify(entry)

function isFound(
  entry: ActivityEntry,
  titleOf: (id: string) => string,
  pattern: Pattern | undefined,
): boolean {
  if (pattern === undefined) return true
  const { title, says } = sayEntry(entry, titleOf)
  return pattern.has(title) || pattern.has(says)
}
