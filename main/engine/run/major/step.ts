import type { DataStep, DataStepped } from '../../../model/data-step.ts'
import { MaculaError, troubleOf, type Trouble } from '../../../model/errors.ts'
import type { StepEvent } from '../../../model/run.ts'
import { beginning, sayBytes } from '../../../model/say.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import { sqlUser } from '../../../model/sql.ts'
import type { DataHands, TakeKept } from '../../adapters.ts'
import { loadAll, readAll } from '../../migration/data/all-databases.ts'
import { keepPlan, serveCopy } from '../../migration/data/database.ts'
import type { Work } from '../../migration/data/kind.ts'
import { openOurs } from '../../migration/data/ours.ts'
import type { Server } from '../../migration/data/postgres.ts'
import type { RunContext } from '../context.ts'
import { keepAside, refuseShared } from '../reset.ts'
import type { Runs } from '../runs.ts'
import { keyOf, scratchOf } from './journal.ts'
import { askMajor, needRoom, planStep, type Planned } from './plan.ts'

type Tell = (event: StepEvent) => void

/** Putting data back is not ended by who ended the rest. */
const PUT_BACK_DEADLINE_MS = 3_600_000

const DUMPED = 'dumped'

/**
 * Brings the data of a PostgreSQL to the major version that its image serves: a copy is kept, the old image dumps from a second
 * one, a new volume is filled and compared, then the service is started. What fails or is interrupted leaves the data as it was;
 * where the process itself was ended the next call goes on. `image`: the one that reads the old data. Its caller has the lock.
 */
export async function stepMajor(
  context: RunContext,
  runs: Pick<Runs, 'start'>,
  service: ServiceSpec,
  image: string | undefined,
  tell: Tell,
  signal: AbortSignal,
): Promise<DataStepped> {
  const { clock } = context.adapters
  const began = clock.now()
  const elapsed = (): number => clock.now() - began
  const planned = await planStep(context, service, image)
  if (!planned)
    throw new MaculaError({
      kind: 'usage',
      what: `There is nothing to do: ${service.title} has no data of another major version of PostgreSQL.`,
    })
  needRoom(planned.step)
  const stops = wantedAgain(context, service)
  const stepping = createStep({ context, service, planned, tell, signal, elapsed })
  const says = await stepping.run()
  const { from, to } = planned.step
  const kept = stepping.kept()
  tell({ kind: 'note', done: true, ms: elapsed(), says: `PostgreSQL ${to} has ${says}.` })
  const started = await runs.start([service.id, ...stops], tell, signal)
  return { ...started, ms: elapsed(), from, to, says, kept }
}

/** What runs and needs it is started again with it. */
function wantedAgain({ catalog, truth }: RunContext, { id }: ServiceSpec): readonly string[] {
  return catalog()
    .services.filter(
      (one) => one.needs.includes(id) && truth.seen.containers.get(one.id)?.state === 'running',
    )
    .map((one) => one.id)
}

interface Stepping {
  readonly context: RunContext
  readonly service: ServiceSpec
  readonly planned: Planned
  readonly tell: Tell
  readonly signal: AbortSignal
  readonly elapsed: () => number
}

function createStep({ context, service, planned, tell, signal, elapsed }: Stepping) {
  const { adapters } = context
  const { data } = adapters
  const { id, title } = service
  const { step, volume } = planned
  const ours = openOurs(context, id)
  const key = keyOf(id)
  const scratch = scratchOf(id)
  let journal: TakeKept = planned.journal ?? {
    source: volume,
    since: adapters.clock.now(),
    scratch: [scratch.copy, scratch.dump],
    done: [],
    moved: [],
    bytes: 0,
  }
  const keep = async (part: Partial<TakeKept>): Promise<void> => {
    journal = { ...journal, ...part }
    await data.keep(key, journal)
  }
  let last = ''
  const says = (what: string, bytes = 0): void => {
    if (what !== last) tell({ kind: 'phase', ms: elapsed(), says: beginning(what) })
    else if (bytes > 0)
      tell({ kind: 'waiting', ms: elapsed(), service: id, says: `${what}, ${sayBytes(bytes)}` })
    last = what
  }

  /** Both images are here, and the old one is of the version that the data is of. */
  async function images(): Promise<void> {
    for (const image of [ours.image(), step.old]) {
      if (await data.hasImage(image)) continue
      says(`pulling ${image}`)
      await adapters.docker.pull(image, () => undefined, signal)
    }
    const major = await askMajor(data, step.old)
    if (major === undefined || major === step.from) return
    throw new MaculaError({
      kind: 'usage',
      what: `${step.old} serves PostgreSQL ${major}, and the data is of ${step.from}.`,
      todo: `Name an image of PostgreSQL ${step.from}: maculactl update ${id} --data --image IMAGE`,
    })
  }

  /** The copy that stays, compared; the original is only read. */
  async function aside(): Promise<void> {
    await ours.rest(signal)
    await adapters.docker.volumes.sweep()
    const own = context.truth.seen.containers.get(id)?.id ?? ''
    await refuseShared(context, service, volume, own, {
      what: `The data of ${title} is not upgraded`,
      why: 'What others write meanwhile cannot be copied whole.',
    })
    const wish = { service, names: [volume], image: ours.image(), began: adapters.clock.now() }
    const kept = await keepAside(context, wish, tell, signal)
    await keep({ moved: kept.map(({ from, to }) => ({ from, to })), done: [], bytes: 0 })
  }

  async function workOf(hands: DataHands): Promise<Work> {
    const [copy] = journal.moved
    const { env } = await ours.made(signal)
    const user = env['POSTGRES_USER'] ?? sqlUser(service)?.user ?? 'postgres'
    const name = copy?.to ?? volume
    return {
      hands,
      source: {
        volume: name,
        container: {
          id: '',
          name: title,
          service: id,
          image: step.old,
          imageId: '',
          running: false,
          volumes: [{ name, at: '/var/lib/postgresql/data' }],
          ports: [],
        },
      },
      image: ours.image(),
      bytes: step.bytes ?? 0,
      ours,
      signal,
      has: (stage) => journal.done.includes(stage),
      mark: async (stage) => await keep({ done: [...journal.done, stage] }),
      hasImage: async (image) => await data.hasImage(image),
      ask: async (image, argv) => await data.ask(image, argv),
      variables: async () => await Promise.resolve(new Map([['POSTGRES_USER', user]])),
      says,
    }
  }

  /** The old image dumps everything from a copy of the copy. */
  async function dump(work: Work): Promise<void> {
    if (work.has(DUMPED)) return
    const { hands, image } = work
    const users = [(await work.variables())?.get('POSTGRES_USER') ?? 'postgres']
    const preload =
      service.databases?.extensions.includes('timescaledb') === true || step.old.includes('timescale')
        ? 'timescaledb'
        : ''
    let server: Server | undefined
    const plan = await readAll(work, async () => {
      server = await serveCopy(work, { ...scratch, preload, users })
      return server
    })
    await server?.box.close()
    await keepPlan(hands, image, scratch.dump, plan, signal)
    await work.mark(DUMPED)
    await hands.discard(await hands.scratch(scratch.copy))
  }

  /** The original goes, and a new volume under its name is filled and compared. */
  async function fill(work: Work): Promise<string> {
    // From here on until all is compared nothing is started on it.
    await keep({ home: '', done: [DUMPED] })
    await ours.empty(work.hands)
    await ours.home(work.hands, signal)
    await keep({ home: (await data.made(volume)) ?? '' })
    return await loadAll(work, scratch.dump)
  }

  async function run(): Promise<string> {
    // What a killed run left is not needed, but for its dump and its copy.
    await data.sweep()
    try {
      await images()
      if (journal.moved.length === 0) await aside()
      else await ours.rest(signal)
      const compared = await data.session(async (hands) => {
        const work = await workOf(hands)
        await dump(work)
        signal.throwIfAborted()
        return await fill(work)
      })
      await data.keep(key, undefined)
      await data.sweep()
      return compared
    } catch (error) {
      throw new MaculaError(failed(step, troubleOf(error), await back(), signal.aborted), { cause: error })
    }
  }

  /** Everything is as it was before; returns how things stand, as a sentence. */
  async function back(): Promise<string> {
    const [moved] = journal.moved
    const whole = `${title} has its data of PostgreSQL ${step.from} as it was.`
    try {
      if (moved && journal.home !== undefined) {
        says('putting the data back as it was')
        const unhurried = AbortSignal.timeout(PUT_BACK_DEADLINE_MS)
        await data.session(async (hands) => await ours.putBack(hands, ours.image(), journal.moved, unhurried))
      }
      await data.keep(key, undefined)
      await ours.forget(journal.moved)
      await data.sweep()
      return whole
    } catch (error) {
      const { what } = troubleOf(error)
      if (!moved) return whole
      return `${what} Nothing is lost: the data as it was is kept in ${moved.to}, and ${title} is not started until the same is run again or maculactl reset ${id} --back.`
    }
  }

  return { run, kept: () => journal.moved }
}

/** Why it was not done, and how things stand. */
function failed(
  { title, to, service }: DataStep,
  trouble: Trouble,
  stands: string,
  isAborted: boolean,
): Trouble {
  const reason = [trouble.what, trouble.why].filter(Boolean).join(' ')
  return {
    kind: isAborted ? 'refused' : trouble.kind,
    what: `The data of ${title} was not upgraded to PostgreSQL ${to}${isAborted ? ': interrupted' : ''}.`,
    ...(isAborted ? {} : { why: reason }),
    todo: `${stands} maculactl update ${service} --data tries again.`,
  }
}
