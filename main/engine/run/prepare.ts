import { inert } from '../../model/atoms.ts'
import { troubleOf } from '../../model/errors.ts'
import type { StepEvent } from '../../model/run.ts'
import { sentence } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { RunContext } from './context.ts'

/** A program of the service's own; what needs the service waits for it. */
const DEADLINE_MS = 60_000

/** What its row says while the last try failed; by it the failure is known again. */
const SAYS = 'what belongs in it was not prepared'

/**
 * Runs what a description prepares in a service that just answered (`prepare`): what is missing there is made by it, and a line that
 * it prints is told. What fails is no failure of the service: it is told, at its row too, and tried again by the next start.
 */
export async function prepare(
  context: RunContext,
  service: ServiceSpec,
  container: string,
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
): Promise<void> {
  const { adapters, truth } = context
  const { id, title } = service
  if (service.prepare === undefined) return
  const why = await adapters.docker
    .exec(container, { argv: service.prepare, deadlineMs: DEADLINE_MS, signal })
    .then(({ code, out, err }) => {
      // Where there is no such program Docker says so, in its place (126, 127).
      const isNone = code === 126 || code === 127
      for (const line of isNone ? [] : linesOf(out))
        tell({ kind: 'note', done: true, ms: elapsed(), says: `${title}: ${line}.` })
      if (code === 0) return undefined
      const said = linesOf(isNone ? `${out}\n${err}` : err).at(-1)
      return sentence(`It says: ${said ?? `nothing (code ${code})`}`)
    })
    .catch((error: unknown) => {
      const { what, why: reason } = troubleOf(error)
      return [what, reason].filter(Boolean).join(' ')
    })
  if (signal.aborted) return
  if (why !== undefined)
    tell({ kind: 'note', ms: elapsed(), says: `${title} was not prepared. ${why} It works without.` })
  const { lacks, ...rest } = (await adapters.record.read()).get(id) ?? { volumes: [] }
  // What else it may lack was told by those who found it.
  if (lacks === undefined ? why === undefined : lacks.says !== SAYS) return
  const now =
    why === undefined
      ? undefined
      : { says: SAYS, why, todo: `Repair what it names; maculactl up ${id} tries again.` }
  await adapters.record.keep(new Map([[id, now ? { ...rest, lacks: now } : rest]])).catch(() => undefined)
  await truth.observe.failures()
}

const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => inert(line).trim().slice(0, 300))
    .filter((line) => line !== '')
