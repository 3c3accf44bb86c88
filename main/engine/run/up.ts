import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { neededBy, withNeeds } from '../../model/graph.ts'
import { POWERDNS, type ServiceSpec } from '../../model/service.ts'
import { INTERRUPTED, type RunResult, type StepEvent } from '../../model/run.ts'
import type { Asking } from '../look/asking.ts'
import type { RunContext } from './context.ts'
import { completeService } from './complete.ts'
import { refuseOtherMajor } from './data-major.ts'
import { endingOf, resultOf, troublesOf, type Ending } from './ending.ts'
import { keepFailures } from './failures.ts'
import { pullMissing } from './images.ts'
import { makeChanged } from './make.ts'
import { takingTurns } from './turns.ts'
import { aborted, untilReady } from './readiness.ts'
import { startContainer } from './start-container.ts'
import { unwant } from './unwant.ts'
import { rereadRoutes } from './routes.ts'
import { keepTls } from './tls.ts'
import { needNetwork } from './network.ts'
import { needWay } from './way.ts'

/**
 * Starts services with what they need: render, pull, create what is missing or changed, then start in
 * dependency order, each as soon as what it needs answers. A failure stops its branch only; a second run resumes.
 * `anew`: the containers of `ids` are made again first, whether they differ or not; `isDockerSeen`: it was looked at a moment ago.
 */
export async function up(
  context: RunContext,
  ids: readonly string[],
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
  how: { readonly anew?: boolean; readonly isDockerSeen?: boolean } = {},
): Promise<RunResult> {
  const { adapters, truth } = context
  const anew = new Set(how.anew === true ? ids : [])
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const all = context.catalog().services
  // What others wait for goes first: the longest chain decides how long the whole takes.
  const chains = (id: string): number => neededBy(all, [id]).length
  // Then what there is to do after it answers.
  const hasDatabases = (id: string): boolean =>
    all.find((service) => service.id === id)?.databases !== undefined
  const containers = all.filter((service) => service.runtime.kind === 'container')
  const specs = withNeeds(
    all,
    [...ids].sort(
      (one, two) => chains(two) - chains(one) || Number(hasDatabases(two)) - Number(hasDatabases(one)),
    ),
  ).flatMap((id) => containers.filter((service) => service.id === id))
  if (how.isDockerSeen !== true) await truth.observe.docker()
  await context.needDocker()
  tell({ kind: 'phase', ms: elapsed(), says: 'Preparing' })
  await keepTls(context, tell, elapsed)
  const native = truth.observe.isNative()
  const described = containers.flatMap(({ runtime }) => (runtime.kind === 'container' ? [runtime.image] : []))
  const [rendered, early] = await Promise.all([
    adapters.stack.render(all, { publish: !native }),
    needNetwork(adapters).then(async () => {
      const [parts] = await Promise.all([
        adapters.docker.parts([...new Set(described)]),
        // Nothing that is started could be reached: told at once instead of waited for, service by service.
        native ? needWay(adapters.host, context.settings) : undefined,
      ])
      return parts
    }),
    truth.observe.containers(),
  ])
  for (const path of rendered.keptAside)
    tell({ kind: 'note', ms: elapsed(), says: `An edit in the rendered copy was kept aside: ${path}` })
  for (const says of rendered.notes ?? []) tell({ kind: 'note', ms: elapsed(), says })
  await truth.observe.wanted()
  const wantedBefore = truth.seen.wanted
  await adapters.intent.want(specs.map((service) => service.id))
  await truth.observe.wanted()
  const begun = new Set<string>()
  for (const service of specs) truth.act(service.id, 'starting')
  try {
    const wantedRendered = rendered.services.filter((one) => specs.some((service) => service.id === one.id))
    // Names are answered by the time the first service is; nothing waits for them. Whom they ask besides is a container.
    const names = context.names(tell, elapsed)
    const images = [...new Set(rendered.services.map(({ image }) => image))]
    const [troubles, parts] = await Promise.all([
      pullMissing(adapters, wantedRendered, tell, elapsed, signal, early.images),
      // A file of a person's may name other images than the descriptions.
      images.every((image) => described.includes(image)) ? early : adapters.docker.parts(images),
    ])
    // What was not here when it was asked may have been pulled meanwhile.
    const isWhole = wantedRendered.every(({ image }) => parts.images.has(image))
    await truth.observe.expected(rendered.services, isWhole ? parts : undefined)
    const blocked = new Map<string, Trouble>(
      rendered.refused.map(({ service, trouble }) => [service, trouble]),
    )
    for (const one of wantedRendered) {
      const trouble = troubles.get(one.image)
      if (trouble) blocked.set(one.id, trouble)
    }
    await makeChanged({
      context,
      rendered: rendered.services,
      services: wantedRendered,
      anew,
      blocked,
      tell,
      elapsed,
      signal,
    })
    await rereadRoutes(context, rendered.services)
    // What is started next may get the address of what does not run any more.
    await context.endUnwanted('exactly')
    tell({ kind: 'phase', ms: elapsed(), says: 'Starting' })
    const endings = await startAll({ context, specs, blocked, begun, tell, elapsed, signal })
    // What was interrupted was not waited for: what became of it is looked at.
    if (signal.aborted) await truth.observe.containers()
    await Promise.all([
      names,
      context.reconcileForwards(tell, elapsed),
      keepFailures(context, troublesOf(endings), anew),
    ])
    const isRunning = (id: string): boolean => truth.seen.containers.get(id)?.state === 'running'
    return resultOf(endings, isRunning, elapsed())
  } finally {
    // What was interrupted before its turn came is as it was: nobody else stopped it.
    if (signal.aborted) {
      const left = specs.filter(({ id }) => !begun.has(id) && !wantedBefore.has(id)).map(({ id }) => id)
      await unwant(context, left, tell, elapsed)
    }
    for (const service of specs) truth.act(service.id, undefined)
  }
}

interface Starting {
  readonly context: RunContext
  /** In dependency order. */
  readonly specs: readonly ServiceSpec[]
  readonly blocked: ReadonlyMap<string, Trouble>
  /** Those that run, or whose start began; grows. */
  readonly begun: Set<string>
  readonly tell: (event: StepEvent) => void
  readonly elapsed: () => number
  readonly signal: AbortSignal
}

async function startAll(work: Starting): Promise<ReadonlyMap<string, Ending>> {
  const { context, specs, blocked, tell, elapsed, signal } = work
  const endings = new Map<string, Promise<Ending>>()
  /** The same, or that it answers and has what others need of it. */
  const usable = new Map<string, Promise<Ending>>()
  const run = async (service: ServiceSpec, goOn: () => void): Promise<Ending> => {
    const trouble = blocked.get(service.id)
    if (trouble) return endingOf(trouble, signal)
    for (const { id, title } of specs) {
      const ending = service.needs.includes(id) ? await usable.get(id) : undefined
      if (ending?.kind === 'interrupted') return ending
      if (ending && ending.kind !== 'done')
        return { kind: 'skipped', because: `it needs ${title}, which did not start` }
    }
    try {
      await startOne(work, service, goOn)
      return { kind: 'done' }
    } catch (error) {
      return endingOf(troubleOf(error), signal)
    }
  }
  const runs = (id: string): boolean => context.truth.seen.containers.get(id)?.state === 'running'
  const ranBefore = new Set(specs.flatMap(({ id }) => (runs(id) ? [id] : [])))
  // What waits for a service goes on at once; that it works is told after it was seen through its forwarders.
  const tellEnding = async (id: string, ending: Ending): Promise<void> => {
    if (ending.kind === 'failed')
      tell({ kind: 'failed', ms: elapsed(), service: id, trouble: ending.trouble })
    if (ending.kind === 'skipped')
      tell({ kind: 'skipped', ms: elapsed(), service: id, because: ending.because })
    if (ending.kind === 'interrupted' && !runs(id))
      tell({ kind: 'skipped', ms: elapsed(), service: id, because: INTERRUPTED })
    if (ending.kind === 'interrupted' && runs(id) && !ranBefore.has(id))
      tell({ kind: 'starting', ms: elapsed(), service: id, says: 'keeps running, not waited for' })
    if (ending.kind === 'done') await context.truth.recheck([id]).catch(() => undefined)
    context.truth.act(id, undefined)
  }
  // specs are in dependency order, so that every need has its promise before it is asked for.
  const told = specs.map(async (service) => {
    let goOn = (): void => undefined
    const early = new Promise<Ending>((resolve) => (goOn = () => resolve({ kind: 'done' })))
    const ending = run(service, () => goOn())
    endings.set(service.id, ending)
    usable.set(service.id, Promise.race([early, ending]))
    await tellEnding(service.id, await ending)
  })
  await Promise.all(told)
  return new Map(await Promise.all([...endings].map(async ([id, ending]) => [id, await ending] as const)))
}

/**
 * Starts at the same time. A start is as much waiting as work: on two processors seven took 7 % less time than four (median of four
 * pairs), fourteen no less than seven; what others wait for still goes first. To start that alone before the rest is no faster: two
 * or three starts do not fill two processors.
 */
const STARTS_AT_ONCE = 7

const starting = takingTurns(STARTS_AT_ONCE)

async function startOne(
  { context, begun, tell, elapsed, signal }: Starting,
  service: ServiceSpec,
  goOn: () => void,
): Promise<void> {
  const { adapters, truth } = context
  const made = truth.seen.containers.get(service.id)
  if (!made)
    throw new MaculaError({
      kind: 'failed',
      what: `${service.title} has no container.`,
      why: 'Compose did not create it.',
      todo: `Run maculactl up ${service.id} again.`,
    })
  if (made.state === 'running') begun.add(service.id)
  if (signal.aborted) throw aborted(service)
  const began = elapsed()
  if (made.state !== 'running') tell({ kind: 'starting', ms: began, service: service.id })
  const started = await starting(
    async () => {
      // It may have been interrupted while it waited for its turn.
      if (signal.aborted) throw aborted(service)
      begun.add(service.id)
      await refuseOtherMajor(adapters, service, made)
      return await startContainer(context, service, made, tell, elapsed, signal)
      // What waited for another one is the end of a chain, which decides how long the whole takes.
    },
    service.needs.length > 0 ? 'ahead' : 'rest',
  )
  const container = (await adapters.docker.inspect(started.id)) ?? started
  truth.observe.saw(service.id, container)
  const asking: Asking = {
    ...truth.observe.asking(),
    // Passwords that cannot be read keep only what needs them from starting.
    secrets: await adapters.secrets.read().catch(() => new Map<string, string>()),
    containers: truth.seen.containers,
  }
  await untilReady({
    adapters,
    service,
    container,
    asking,
    signal,
    onSlow: (says) => tell({ kind: 'starting', ms: elapsed(), service: service.id, says }),
  })
  tell({
    kind: 'answers',
    ms: elapsed(),
    service: service.id,
    tookMs: elapsed() - began,
    ...(service.endpoints.length === 0 ? { silent: true } : {}),
  })
  await Promise.all([
    context.forwardsOf(service, tell, elapsed),
    completeService(context, service, container.id, tell, elapsed, signal, goOn),
  ])
  if (service.id !== POWERDNS) return
  await context.zones(tell, elapsed)
  await context.names(tell, elapsed)
}
