import { MaculaError, troubleOf } from '../../../model/errors.ts'
import type { ContainerSeen } from '../../../model/observation.ts'
import type { RunResult, StepEvent } from '../../../model/run.ts'
import { sayList } from '../../../model/say.ts'
import type { SecretsChange } from '../../../model/secret.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { SecretsChanging } from '../../adapters.ts'
import type { RunContext } from '../context.ts'
import { down } from '../down.ts'
import { up } from '../up.ts'
import { keepingOf, tellAll, withData, type Keeping } from './keepers.ts'

type Tell = (event: StepEvent) => void

export const FINISH = 'maculactl secrets finish'

const nothing: RunResult = { ok: true, done: [], failed: [], skipped: [], ms: 0 }

/** A start within a change counts its time from its own beginning. */
const from =
  (tell: Tell, began: number): Tell =>
  (event) =>
    tell({ ...event, ms: began + event.ms })

const containersOf = ({ catalog }: RunContext): readonly ServiceSpec[] =>
  catalog().services.filter(({ runtime }) => runtime.kind === 'container')

/**
 * Gives secrets other values: the programs that keep one in their own data are told (started for it, when they do not run),
 * then the values are kept, then every container that was made with an old one is made anew. What is about to be changed is
 * written down first, so that whoever comes after an interruption goes on with it: never is one half done and nobody knows.
 * A program that does not take its new one: the others are given their old ones again, and nothing was changed.
 */
export async function changeSecrets(
  context: RunContext,
  values: ReadonlyMap<string, string>,
  tell: Tell,
  signal: AbortSignal,
): Promise<SecretsChange> {
  const { adapters, truth } = context
  await truth.observe.docker()
  await context.needDocker('no program can be given its new password')
  await Promise.all([truth.observe.containers(), truth.observe.wanted()])
  await finishSecrets(context, tell, signal)
  const [known, lost] = [await adapters.secrets.read(), await adapters.secrets.lost()]
  if (lost) throw new MaculaError(lost)
  const changed = new Map([...values].filter(([name, value]) => known.get(name) !== value))
  const same = [...values.keys()].filter((name) => !changed.has(name))
  await tellAgain(context, same, known)
  if (changed.size === 0) return { ...nothing, changed: [], same, also: [] }
  const keeping = await withData(context, keepingOf(containersOf(context), changed.keys()))
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const result = await withKeepers({ context, keeping, tell, elapsed, signal }, async () => {
    if (signal.aborted) throw interrupted()
    const change = await adapters.secrets.begin(changed)
    await tellKeepers(context, keeping, change, tell, elapsed)
    await adapters.secrets.commit()
    return await remake({ context, change, tell, elapsed, signal })
  })
  return {
    ...result,
    changed: [...changed.keys()],
    same,
    also: alsoFor(containersOf(context), changed.keys()),
  }
}

/** Goes on with a change that was interrupted; undefined: there was none. Throws when a program still does not take it. */
export async function finishSecrets(
  context: RunContext,
  tell: Tell,
  signal: AbortSignal,
): Promise<SecretsChange | undefined> {
  const { adapters, truth } = context
  const change = await adapters.secrets.changing()
  if (!change) return undefined
  await Promise.all([truth.observe.containers(), truth.observe.wanted()])
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const names = [...change.to.keys()]
  tell({
    kind: 'note',
    ms: elapsed(),
    says: `A change of ${sayList(names)} was interrupted: it is finished now.`,
  })
  const known = await adapters.secrets.read()
  const isKept = names.every((name) => known.get(name) === change.to.get(name))
  const keeping = isKept ? [] : await withData(context, keepingOf(containersOf(context), names))
  const result = await withKeepers({ context, keeping, tell, elapsed, signal }, async () => {
    if (!isKept) {
      const { failed } = await tellAll(context, keeping, change.to)
      if (failed) throw failed
      await adapters.secrets.commit()
    }
    return await remake({ context, change, tell, elapsed, signal })
  })
  return { ...result, changed: names, same: [], also: alsoFor(containersOf(context), names) }
}

const interrupted = (): MaculaError =>
  new MaculaError({
    kind: 'refused',
    what: 'Nothing was changed: it was interrupted before any password was changed.',
  })

/** Data may have come from elsewhere, with a password of its own: what runs is told the one that is kept once more. */
async function tellAgain(
  context: RunContext,
  names: readonly string[],
  known: ReadonlyMap<string, string>,
): Promise<void> {
  const running = keepingOf(containersOf(context), names).filter(
    ({ service }) => context.truth.seen.containers.get(service.id)?.state === 'running',
  )
  const { failed } = await tellAll(context, running, known)
  if (failed) throw failed
}

interface Work {
  readonly context: RunContext
  readonly tell: Tell
  readonly elapsed: () => number
  readonly signal: AbortSignal
}

/** Starts what must be told and does not run, works, and stops what did not run before, however the work went. */
async function withKeepers(
  { context, keeping, tell, elapsed, signal }: Work & { readonly keeping: readonly Keeping[] },
  work: () => Promise<RunResult>,
): Promise<RunResult> {
  const runs = (id: string): boolean => context.truth.seen.containers.get(id)?.state === 'running'
  const before = new Set(containersOf(context).flatMap(({ id }) => (runs(id) ? [id] : [])))
  const resting = keeping.map(({ service }) => service).filter(({ id }) => !before.has(id))
  if (resting.length === 0) return await work()
  let started: readonly string[] = []
  const rest = async (): Promise<void> => {
    if (started.length > 0)
      await down(context, started, { remove: false }, from(tell, elapsed()), new AbortController().signal)
  }
  try {
    try {
      await startKeepers({ context, tell, elapsed, signal }, resting)
    } finally {
      started = containersOf(context).flatMap(({ id }) => (runs(id) && !before.has(id) ? [id] : []))
    }
    const result = await work()
    await rest()
    return { ...result, ms: elapsed() }
  } catch (error) {
    // Why it failed is told, not what the stopping met.
    await rest().catch(() => undefined)
    throw error
  }
}

/** Throws when one of them cannot be started. */
async function startKeepers(
  { context, tell, elapsed, signal }: Work,
  resting: readonly ServiceSpec[],
): Promise<void> {
  const titles = [...new Set(resting.map(({ title }) => title))]
  tell({
    kind: 'note',
    quiet: true,
    ms: elapsed(),
    says: `${sayList(titles)} ${titles.length === 1 ? 'is' : 'are'} started to get the new password, and stopped again.`,
  })
  const result = await up(context, [...new Set(resting.map(({ id }) => id))], from(tell, elapsed()), signal)
  const [failed] = result.failed
  if (failed)
    throw new MaculaError({
      ...failed.trouble,
      what: `Nothing was changed: ${sayList(titles)} must get the new password and cannot be started.`,
      why: [failed.trouble.what, failed.trouble.why].filter(Boolean).join(' '),
    })
  if (!result.ok)
    throw new MaculaError({
      kind: 'refused',
      what: `Nothing was changed: the start of ${sayList(titles)}, which must get the new password, was interrupted.`,
    })
}

/**
 * Tells all, or none: what was told is given its old one again when another does not take its new one, and so is one whose
 * answer got lost. What cannot be given back leaves the change open: it is not known then who has which.
 */
async function tellKeepers(
  context: RunContext,
  keeping: readonly Keeping[],
  change: SecretsChanging,
  tell: Tell,
  elapsed: () => number,
): Promise<void> {
  const { told, unsure, failed } = await tellAll(context, keeping, change.to)
  for (const { service, name } of told)
    tell({ kind: 'note', done: true, ms: elapsed(), says: `${service.title} has its new ${name}.` })
  if (!failed) return
  const reached = [...told, ...unsure]
  const back = await tellAll(context, reached, change.from)
  const lost = reached.filter(({ name }) => !change.from.has(name))
  const trouble = troubleOf(failed)
  const has = (all: readonly Keeping[], says: string): string =>
    all.length === 0 ? '' : `${sayList([...new Set(all.map(({ service }) => service.title))])} ${says}.`
  if (back.failed || lost.length > 0)
    throw new MaculaError({
      ...trouble,
      why: [trouble.why, has(told, 'took the new one'), has(unsure, 'may have the new one')]
        .filter(Boolean)
        .join(' '),
      todo: `Repair what it names, then continue: ${FINISH}`,
    })
  await context.adapters.secrets.settle()
  throw new MaculaError({ ...trouble, todo: `Nothing was changed. ${trouble.todo ?? ''}`.trim() })
}

/**
 * Makes every container anew that was made with an old value: those that run are started again, the others are removed, so
 * that the next start creates them. Only when that is whole the change is over.
 */
async function remake({
  context,
  change,
  tell,
  elapsed,
  signal,
}: Work & { readonly change: SecretsChanging }): Promise<RunResult> {
  const { adapters, truth } = context
  await truth.observe.containers()
  const all = containersOf(context)
  const expected = await adapters.stack.expect(all, { publish: !truth.observe.isNative() })
  const old = [...change.from.values()]
  const stale: ContainerSeen[] = []
  for (const service of all) {
    const container = truth.seen.containers.get(service.id)
    const config = expected.find(({ id }) => id === service.id)?.config
    if (!container || config === undefined || container.config === config) continue
    const names = service.secrets.some((name) => change.to.has(name))
    // A person may have laid a file over it that names the secret.
    const made = names ? undefined : await adapters.docker.madeWith(service.id)
    const carries = [...(made?.variables.values() ?? [])].some((text) =>
      old.some((value) => text.includes(value)),
    )
    if (names || carries) stale.push(container)
  }
  const runs = stale.filter(
    ({ state }) => state === 'running' || state === 'restarting' || state === 'paused',
  )
  for (const container of stale.filter((one) => !runs.includes(one))) {
    await adapters.docker.remove(container.id)
    truth.observe.saw(container.service, undefined)
    tell({ kind: 'removed', ms: elapsed(), service: container.service, what: 'container' })
  }
  const ids = runs.map(({ service }) => service)
  const result = ids.length === 0 ? nothing : await up(context, ids, from(tell, elapsed()), signal)
  if (result.ok && !signal.aborted) await adapters.secrets.settle()
  return { ...result, ok: result.ok && !signal.aborted, ms: elapsed() }
}

/** What is left to a person after a change. */
function alsoFor(services: readonly ServiceSpec[], names: Iterable<string>): readonly string[] {
  const changed = [...names]
  const said = services.flatMap(({ secretUses = {} }) =>
    changed.flatMap((name) => secretUses[name]?.also ?? []),
  )
  // Of a person's own service nothing is known: it may keep the password in its data.
  const own = services.flatMap(({ title, origin, secrets, secretUses = {} }) =>
    origin === 'user'
      ? secrets
          .filter((name) => changed.includes(name) && secretUses[name] === undefined)
          .map(
            (name) =>
              `${title} is recreated with ${name}; if it also keeps it in its data, change it there too.`,
          )
      : [],
  )
  // Programs of the person's were given it by env, in a connection string or alone.
  const told = services.filter(({ env }) =>
    Object.values(env).some((text) => changed.some((name) => text.includes(`{secret:${name}}`))),
  )
  const given =
    told.length === 0
      ? []
      : [
          `Programs that were given the old value need the new one: maculactl env ${told.map(({ id }) => id).join(' ')}`,
        ]
  return [...new Set([...said, ...own, ...given])]
}
