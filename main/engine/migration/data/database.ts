import type { z } from 'zod'
import { MaculaError } from '../../../model/errors.ts'
import type { DataHands, OpenVolume } from '../../adapters.ts'
import { copyTree } from './copy.ts'
import { copyArgv, insideFile, majorOf, startServer, type Server } from './postgres.ts'
import type { Ours } from './ours.ts'
import type { Source } from './source.ts'
import { FILL, type Kind, type Work } from './kind.ts'

/** Where a dump is while it passes from one server to the other. */
export const DUMP = '/macula-dump'
const PLAN = 'plan.json'

/** Folders below the mount in which images keep the cluster. */
const PLACES = ['', 'data', 'pgdata', 'pgdata/data', 'data/pgdata']

/** Where a database of theirs lies in its volume, and its major version. */
export interface Cluster {
  /** Below the root of the volume: "" or "data". */
  readonly path: string
  readonly major: number
  readonly owner: { readonly uid: number; readonly gid: number }
}

/** Finds the database in a volume. Throws MaculaError where there is none. */
export async function findCluster(volume: OpenVolume, signal: AbortSignal): Promise<Cluster> {
  for (const path of PLACES) {
    const file = path === '' ? 'PG_VERSION' : `${path}/PG_VERSION`
    const seen = await volume.look(file, signal, (_, bytes) => bytes < 100)
    const [content] = [...(seen?.contents.values() ?? [])]
    const [about = ''] = [...(seen?.entries.values() ?? [])]
    const major = Number(content?.toString('utf8').trim())
    const [, uid, gid] = / (\d+):(\d+) /.exec(about) ?? []
    if (Number.isInteger(major) && major > 0)
      return { path, major, owner: { uid: Number(uid), gid: Number(gid) } }
  }
  throw new MaculaError({
    kind: 'failed',
    what: `There is no PostgreSQL database in the volume ${volume.name}.`,
    why: 'It has no file PG_VERSION where images keep it.',
    todo: 'Leave this store out.',
  })
}

/** Refuses a database that is newer than ours: an older server reads no dump of a newer one for sure. */
export function needOlder({ major }: Cluster, ours: Ours, title: string): void {
  const own = majorOf(ours.image())
  if (own === undefined || major <= own) return
  throw new MaculaError({
    kind: 'failed',
    what: `${title} cannot be taken over: it is a database of PostgreSQL ${major}, Macula’s is ${own}.`,
    why: 'Data is taken to the same or a newer version only.',
    todo: `Leave it out; or give Macula’s ${ours.spec().title} an image of PostgreSQL ${major} in its compose.override.yaml.`,
  })
}

/** Their own image, which alone can serve their files. Throws MaculaError where it is not here. */
export async function theirImage(work: Pick<Work, 'source' | 'hasImage'>): Promise<string> {
  const { imageId, image } = work.source.container
  for (const one of [imageId, image]) if (one !== '' && (await work.hasImage(one))) return one
  throw new MaculaError({
    kind: 'outside',
    what: `The database in ${work.source.volume} cannot be read.`,
    why: `Only the image that wrote it can, and ${image} is not on this machine any more.`,
    todo: `docker pull ${image}`,
  })
}

/** Copies their volume into a scratch volume of ours and serves the copy with their own image. */
export async function serveCopy(
  work: Work,
  how: {
    readonly copy: string
    readonly dump: string
    readonly preload: string
    readonly users: readonly string[]
  },
): Promise<Server> {
  const { hands, source, image, signal } = work
  const from = await hands.open(source.volume, image, 'read')
  const cluster = await findCluster(from, signal)
  const scratch = await hands.scratch(how.copy)
  const to = await hands.open(scratch, image, 'write')
  await copyTree(work, from, to, {
    stage: 'copy ',
    says: 'copying the database’s files',
    depth: 4,
    divided: (path) => path === cluster.path || path.endsWith('base') || cluster.path.startsWith(`${path}/`),
  })
  await to.write(cluster.path, [insideFile(cluster.owner)], signal)
  const at = mountOf(source)
  const data = cluster.path === '' ? at : `${at}/${cluster.path}`
  work.says('starting a database server on the copy')
  return await startServer(
    hands,
    {
      image: await theirImage(work),
      argv: copyArgv(data, how.preload),
      env: { PGDATA: data },
      volumes: [
        { name: scratch, at, readOnly: false },
        { name: await hands.scratch(how.dump), at: DUMP, readOnly: false },
      ],
    },
    [...how.users, 'postgres', 'macula', 'pdns', 'powerdns', 'admin'],
    'socket',
    signal,
  )
}

const mountOf = ({ container, volume }: Source): string =>
  container.volumes.find(({ name }) => name === volume)?.at ?? '/var/lib/postgresql/data'

const READY = `${FILL}ready`

/** Serves our new store with our own image, as compose would make it, without a network; with the dump beside it. */
export async function serveOurs(work: Work, dump: string): Promise<Server> {
  const { hands, ours, signal } = work
  const like = await ours.made(signal)
  const server = await startServer(
    hands,
    {
      image: like.image,
      argv: [],
      env: {},
      like,
      volumes: [{ name: await hands.scratch(dump), at: DUMP, readOnly: true }],
    },
    [like.env['POSTGRES_USER'] ?? 'postgres'],
    'port',
    signal,
  )
  if (!work.has(READY)) await work.mark(READY)
  return server
}

/** Writes what loading must know beside the dump. */
export async function keepPlan(
  hands: DataHands,
  image: string,
  dump: string,
  plan: unknown,
  signal: AbortSignal,
) {
  const volume = await hands.open(await hands.scratch(dump), image, 'write')
  const content = Buffer.from(JSON.stringify(plan))
  await volume.write('', [{ name: PLAN, content, uid: 0, gid: 0, mode: 0o600 }], signal)
}

/** Reads it. Throws MaculaError where it is gone or none. */
export async function readPlan<T>(
  hands: DataHands,
  image: string,
  dump: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const volume = await hands.open(await hands.scratch(dump), image, 'read')
  const seen = await volume.look(PLAN, signal, () => true)
  const [content] = [...(seen?.contents.values() ?? [])]
  const { data } = schema.safeParse(content && JSON.parse(content.toString('utf8')))
  if (data !== undefined) return data
  throw new MaculaError({
    kind: 'failed',
    what: 'What was dumped of the old database cannot be read any more.',
    todo: 'Run it again: it starts over.',
  })
}

/** Compares numbers of theirs and ours by name. Throws MaculaError naming what differs. */
export function needEqual(
  theirs: Readonly<Record<string, number>>,
  own: Readonly<Record<string, number>>,
  what: string,
): void {
  const differs = Object.entries(theirs).filter(([name, count]) => own[name] !== count)
  if (differs.length === 0) return
  const [[name, count] = ['', 0]] = differs
  throw new MaculaError({
    kind: 'failed',
    what: `${what} was not copied whole: ${name} has ${own[name] ?? 'no'} of ${count} rows.`,
    ...(differs.length > 1 ? { why: `${differs.length - 1} more differ too.` } : {}),
    todo: 'Run it again; where it differs again, leave this store out and tell us.',
  })
}

/** What is the same of every database that is taken by dumping and loading. */
export function dumped(
  kind: Pick<Kind, 'id' | 'title' | 'service' | 'load'> & {
    /** "The zones of PowerDNS", in why they cannot be taken. */
    readonly what: string
    readonly copy: string
    readonly dump: string
    readonly preload: string
    /** The user of their image where its container does not name one. */
    readonly user: string
    readonly measured: (major: number) => string
    /** Dumps what the copy has once `serve` serves it, and returns what `readPlan` gives back. */
    readonly read: (work: Work, serve: () => Promise<Server>) => Promise<unknown>
  },
): Kind {
  const { id, title, service, load, what, copy, dump, preload, user, measured, read } = kind
  return {
    id,
    title,
    service,
    scratch: [copy, dump],
    passes: 3,
    room: 3,
    needsOwnImage: true,
    load,
    async measure(volume, _source, ours, signal) {
      const cluster = await findCluster(volume, signal)
      needOlder(cluster, ours, what)
      return measured(cluster.major)
    },
    async prepare(work) {
      if (work.has('dumped')) return
      const { hands, image, signal } = work
      const users = [(await work.variables())?.get('POSTGRES_USER') ?? user]
      let server: Server | undefined
      const plan = await read(work, async () => {
        server = await serveCopy(work, { copy, dump, preload, users })
        return server
      })
      await server?.box.close()
      await keepPlan(hands, image, dump, plan, signal)
      await work.mark('dumped', work.bytes)
      await hands.discard(await hands.scratch(copy))
    },
  }
}
