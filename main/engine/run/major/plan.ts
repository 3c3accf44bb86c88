import { MaculaError } from '../../../model/errors.ts'
import { imageOfMajor, ROOM, type DataStep } from '../../../model/data-step.ts'
import { sayBytes } from '../../../model/say.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import { sqlUser } from '../../../model/sql.ts'
import type { DataAdapter, TakeKept } from '../../adapters.ts'
import { findCluster } from '../../migration/data/database.ts'
import { openOurs } from '../../migration/data/ours.ts'
import { majorOf } from '../../migration/data/postgres.ts'
import type { RunContext } from '../context.ts'
import { consequencesOf } from '../down.ts'
import { keyOf } from './journal.ts'

/** Room that stays free for everything else on Docker's disk (bytes). */
const SPARE_BYTES = 512 * 1024 * 1024

/** A look into the volume through a container that is never started. */
const LOOK_DEADLINE_MS = 120_000

/** What is known before anything is done; `journal`: what an earlier run that was ended midway left. */
export interface Planned {
  readonly step: DataStep
  readonly volume: string
  readonly journal: TakeKept | undefined
}

/** Major version of the server in an image: by its tag, else by what the server itself says. */
export async function servedBy(data: Pick<DataAdapter, 'ask' | 'hasImage'>, image: string) {
  const byTag = majorOf(image)
  if (byTag !== undefined) return byTag
  return (await data.hasImage(image)) ? await askMajor(data, image) : undefined
}

/** What the server in an image says of itself ("postgres (PostgreSQL) 17.11"); undefined: it has none. */
export async function askMajor(data: Pick<DataAdapter, 'ask'>, image: string): Promise<number | undefined> {
  const said = await data.ask(image, ['postgres', '--version']).catch(() => undefined)
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(said ?? '')?.[1])
  return Number.isInteger(major) && major > 0 ? major : undefined
}

/**
 * What there is to do to a service's data; undefined: nothing, it is of the major version that the image serves, or there is none.
 * Reads the volume. `own`: the image that is to read it. Throws MaculaError where it cannot be done.
 */
export async function planStep(
  context: RunContext,
  service: ServiceSpec,
  own: string | undefined,
): Promise<Planned | undefined> {
  const { data } = context.adapters
  if (service.runtime.kind !== 'container' || sqlUser(service) === undefined) return undefined
  await context.truth.observe.docker().then(context.truth.observe.containers)
  await context.needDocker('no data can be looked at')
  const ours = openOurs(context, service.id)
  const [volume, ...more] = await ours.volumes()
  if (volume === undefined || more.length > 0) return undefined
  const journal = await wholeJournal(context, service.id)
  const source = journal?.moved[0]?.to ?? volume
  const [seen] = await data.volumes([source])
  if (!seen) return undefined
  const to = await servedBy(data, ours.image())
  const from = await majorIn(context, service, source, ours.image())
  if (to === undefined || from === undefined || (from === to && !journal)) return undefined
  const { title, id } = service
  if (from > to)
    throw new MaculaError({
      kind: 'usage',
      what: `The data of ${title} was written by PostgreSQL ${from}, which is newer than the ${to} that its image runs.`,
      why: 'Data goes to a newer version only.',
      todo: `Give it an image of PostgreSQL ${from} in stack/${id}/compose.override.yaml.`,
    })
  const old = own ?? imageOfMajor(ours.image(), from)
  if (old === undefined)
    throw new MaculaError({
      kind: 'usage',
      what: `Which image reads the data of ${title} is not known.`,
      why: `It is of PostgreSQL ${from}, and the name of its image, ${ours.image()}, does not tell what it was before.`,
      todo: `Name it: maculactl update ${id} --data --image IMAGE`,
    })
  const free = await data.room(ours.image()).catch(() => undefined)
  const { bytes } = seen
  return {
    volume,
    journal,
    step: {
      service: id,
      title,
      from,
      to,
      old,
      isHere: await data.hasImage(old),
      ...(bytes === undefined ? {} : { bytes, needs: bytes * ROOM }),
      ...(free === undefined ? {} : { free }),
      stops: stopped(context, id),
      ...(journal ? { copy: source } : {}),
    },
  }
}

/** An earlier run's, if the data that it kept is still there. */
async function wholeJournal({ adapters }: RunContext, id: string): Promise<TakeKept | undefined> {
  const journal = await adapters.data.kept(keyOf(id))
  const copy = journal?.moved[0]?.to
  return copy !== undefined && (await adapters.docker.volumes.has(copy)) ? journal : undefined
}

function stopped({ catalog, truth }: RunContext, id: string): readonly string[] {
  const running = new Set(
    [...truth.seen.containers].flatMap(([one, { state }]) => (state === 'running' ? [one] : [])),
  )
  return consequencesOf(catalog(), [id], running).failing.map(({ title }) => title)
}

/** The major version in a volume; undefined: it has no database. */
async function majorIn(
  { adapters, truth }: RunContext,
  { id, title }: ServiceSpec,
  volume: string,
  serving: string,
): Promise<number | undefined> {
  const made = truth.seen.containers.get(id)?.imageId
  const here: string[] = []
  // For a container that is never started: what is in the image does not matter.
  for (const image of [made, serving])
    if (image !== undefined && (await adapters.data.hasImage(image))) here.push(image)
  const [image] = here
  if (image === undefined)
    throw new MaculaError({
      kind: 'outside',
      what: `The data of ${title} cannot be looked at: the image ${serving} is not on this machine.`,
      todo: `maculactl pull ${id}`,
    })
  const signal = AbortSignal.timeout(LOOK_DEADLINE_MS)
  return await adapters.data.session(async (hands) => {
    const opened = await hands.open(volume, image, 'read')
    const found = await findCluster(opened, signal).catch(() => undefined)
    return found?.major
  })
}

/** Throws MaculaError where the room for it is known not to be there. */
export function needRoom({ title, needs, free, copy }: DataStep): void {
  if (copy !== undefined || needs === undefined || free === undefined || free >= needs + SPARE_BYTES) return
  throw new MaculaError({
    kind: 'outside',
    what: `There is not enough space to upgrade the data of ${title}.`,
    why: `It needs ${sayBytes(needs)} and ${sayBytes(SPARE_BYTES)} to spare; Docker’s disk has ${sayBytes(free)} free.`,
    todo: 'Free some space (docker system df shows what Docker uses), then try again. Nothing was changed.',
  })
}
