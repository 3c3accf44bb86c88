import type { LogLine } from '../../model/log-line.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Pattern } from '../../model/pattern.ts'
import { isOwnCheck, sayHidden } from '../../model/own-check.ts'
import { sayList } from '../../model/say.ts'
import { withEngine, writeJson, type Face } from '../face.ts'
import { knowFound } from '../found.ts'
import { oneLine, pad, widthOf } from '../layout.ts'
import type { Paint, Style } from '../style.ts'
import { parsePattern, parseSince } from '../since.ts'
import { tellSets } from '../sets.ts'
import { resolveServices } from '../targets.ts'
import { saySecond } from '../../model/say.ts'

export interface LogsOptions {
  readonly follow?: boolean
  readonly since?: string
  readonly grep?: string
  readonly lines?: string
  readonly ownChecks?: boolean
}

/** Marks in one line beyond this are not drawn. */
const MOST_MARKS = 1000

/** Lines of each service to begin with, when nothing else limits them. */
const DEFAULT_LINES = 100

/** How old what is known of secrets may be when a line comes (ms). */
const LEARN_MS = 50

type Colour = (text: string) => string

/** Colours that tell services apart; the name before each line does so without them. */
function colours(paint: Paint): readonly Colour[] {
  return [paint.cyan, paint.magenta, paint.blue, paint.green, paint.yellow, paint.cyanBright]
}

/** The text with every match of the pattern made to stand out. */
export function highlight(paint: Paint, text: string, pattern: Pattern): string {
  let from = 0
  const parts = pattern.finds(text, MOST_MARKS).map((find) => {
    const part = text.slice(from, find.from) + paint.inverse(text.slice(find.from, find.to))
    from = find.to
    return part
  })
  return parts.join('') + text.slice(from)
}

function parseLines(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new MaculaError({ kind: 'usage', what: `"${text}" is not a number of lines.` })
}

/** One line for people: time, service, text. */
function lineOf(
  style: Style,
  line: { readonly at: number; readonly text: string },
  prefix: string,
  pattern: Pattern | undefined,
): string {
  const text = oneLine(line.text)
  const shown = pattern === undefined ? text : highlight(style.paint, text, pattern)
  return `${style.paint.dim(saySecond(line.at))} ${prefix}  ${shown}\n`
}

/** Merged log lines of services, as they come; never more than one line is held here. */
export async function logs(face: Face, words: readonly string[], options: LogsOptions): Promise<number> {
  const pattern = options.grep === undefined ? undefined : parsePattern(options.grep)
  const since = options.since === undefined ? undefined : parseSince(options.since, face.host.now())
  const asked = parseLines(options.lines)
  // A search or a span of time is over all there is, unless a number of lines is given.
  const tail = asked ?? (since === undefined && pattern === undefined ? DEFAULT_LINES : undefined)
  return await withEngine(face, async (session) => {
    const { engine, clean } = session
    await knowFound(face, engine, words)
    const services = resolveServices(engine.catalog(), engine.settings.suffix, words)
    tellSets(face, session, words)
    const abort = new AbortController()
    const undo = face.host.onInterrupt(() => abort.abort(), 'ends')
    face.out.stream.once('close', () => abort.abort())
    const style = face.out.style()
    const palette = colours(style.paint)
    const width = Math.max(...services.map((service) => widthOf(service.id)))
    const prefixes = new Map(
      services.map((service, index) => {
        const colour = palette[index % palette.length] ?? style.paint.cyan
        return [service.id, colour(pad(service.id, width))]
      }),
    )
    const { logJson } = await import('../json/logs.ts')
    const write = async (line: LogLine): Promise<void> => {
      // Secrets go before the match is marked: marks inside would hide them from the search for them.
      const text = clean.text(line.text)
      if (pattern !== undefined && !pattern.has(text)) return
      if (face.json) await writeJson(face.out, logJson({ ...line, text: clean.conceal(line.text) }), 'line')
      else
        await face.out.write(
          lineOf(style, { ...line, text }, prefixes.get(line.service) ?? clean.text(line.service), pattern),
        )
    }
    const onEnd = (id: string): void => {
      // Of all services some never run; who names one wants to know.
      if (words.length === 0) return
      const title = clean.text(services.find((one) => one.id === id)?.title ?? id)
      face.err.line(`${title} has no more lines for now; new ones follow when it runs again (Ctrl-C quits).`)
    }
    let count = 0
    let hidden = 0
    try {
      const lines = engine.logs(
        services.map((service) => service.id),
        {
          follow: options.follow === true,
          signal: abort.signal,
          ...(options.follow === true ? { onEnd } : {}),
          ...(since === undefined ? {} : { since }),
          ...(tail === undefined ? {} : { tail }),
        },
      )
      let learnt = Number.NEGATIVE_INFINITY
      for await (const line of lines) {
        count += 1
        if (options.ownChecks !== true && isOwnCheck(line.text)) {
          hidden += 1
          continue
        }
        // Not for each of a million lines; a program has a new secret later than it is written down.
        if (face.host.now() - learnt >= LEARN_MS) {
          await clean.learn()
          learnt = face.host.now()
        }
        await write(line)
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error
    } finally {
      undo()
    }
    if (hidden > 0) face.err.line(`${sayHidden(hidden)} (--own-checks shows them).`)
    if (count === 0 && !abort.signal.aborted)
      face.err.line(`No log lines of ${sayList(services.map((service) => clean.text(service.title)))}.`)
    return 0
  })
}
