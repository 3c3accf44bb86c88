import { MaculaError } from '../../../model/errors.ts'
import { sayCount } from '../../../model/say.ts'
import type { GrafanaDb, OpenVolume } from '../../adapters.ts'
import { copyTree } from './copy.ts'
import { FILL, type Kind, type Work } from './kind.ts'

const FILE = 'grafana.db'

/** A database of dashboards larger than this is read by no Grafana in reasonable time (bytes). */
const MOST_BYTES = 1024 * 1024 * 1024

async function databaseIn(
  volume: OpenVolume,
  signal: AbortSignal,
): Promise<GrafanaDb & { readonly uid: number; readonly gid: number; readonly mode: number }> {
  const read = async (name: string) => {
    const seen = await volume.look(name, signal, (_, bytes) => bytes <= MOST_BYTES)
    return { content: seen?.contents.get(name), about: seen?.entries.get(name) ?? '' }
  }
  const { content, about } = await read(FILE)
  if (!content)
    throw new MaculaError({
      kind: 'failed',
      what: `There is no ${FILE} in the volume ${volume.name}.`,
      why: 'It keeps its dashboards in a database elsewhere (GF_DATABASE_TYPE), or it was never started.',
      todo: 'Leave Grafana out; dashboards can be exported and imported by hand.',
    })
  const wal = (await read(`${FILE}-wal`)).content
  const [, mode = '640', uid, gid] = /^\S+ ([0-7]+) (\d+):(\d+) /.exec(about) ?? []
  return {
    db: content,
    ...(wal && wal.length > 0 ? { wal } : {}),
    uid: Number(uid),
    gid: Number(gid),
    mode: Number.parseInt(mode, 8),
  }
}

/** What Grafana encrypts with where nobody says otherwise (conf/defaults.ini, secret_key). */
const USUAL_KEY = 'SW2YcwTIb9zpOOhoPsMm'

const saysOf = ({ dashboards, users }: { readonly dashboards: number; readonly users: number }): string =>
  `${sayCount(dashboards, 'dashboard')}, ${sayCount(users, 'user')}`

/** "12.3.0" as one number that grows with the version; undefined: it is none. */
export function versionOf(
  text: string | undefined,
): { readonly says: string; readonly at: number } | undefined {
  const [says, major, minor] = /(\d+)\.(\d+)\.\d+/.exec(text ?? '') ?? []
  return says === undefined ? undefined : { says, at: Number(major) * 1000 + Number(minor) }
}

/** Refuses a database that a later Grafana has changed. What no image tells is not known, and tried. */
async function needOlder(work: Work): Promise<void> {
  const ask = async (image: string) =>
    (await work.hasImage(image)) ? versionOf(await work.ask(image, ['grafana', '--version'])) : undefined
  const theirs = await ask(work.source.container.imageId)
  const own = await ask(work.ours.image())
  if (!theirs || !own || theirs.at <= own.at) return
  throw new MaculaError({
    kind: 'failed',
    what: `Grafana’s data cannot be taken over: it is of Grafana ${theirs.says}, Macula’s is ${own.says}.`,
    why: 'Grafana brings a database to its own version when it starts, never back.',
    todo: `Leave it out; or give Macula’s Grafana an image of ${theirs.says} in its compose.override.yaml.`,
  })
}

/** Dashboards, users, alerts and plugins: the volume as it is, with a database that fits to ours. */
export const grafana: Kind = {
  id: 'grafana',
  title: 'Dashboards and users of Grafana',
  service: 'grafana',
  scratch: [],
  passes: 1,
  room: 1.2,

  async measure(volume, _source, _ours, signal, hands) {
    return saysOf(await hands.countGrafana(await databaseIn(volume, signal)))
  },

  async prepare(work) {
    const { hands, source, image, signal } = work
    // One that cannot be read is told before anything is moved.
    await hands.countGrafana(await databaseIn(await hands.open(source.volume, image, 'read'), signal))
    await needOlder(work)
  },

  async load(work) {
    const { hands, source, image, ours, signal } = work
    const from = await hands.open(source.volume, image, 'read')
    const to = await hands.open(await ours.volume(), image, 'write')
    await copyTree(work, from, to, {
      stage: FILL,
      says: 'copying Grafana’s files',
      depth: 2,
      divided: (path) => path === 'plugins',
    })
    work.says('fitting its database to Macula’s')
    const theirs = await databaseIn(from, signal)
    const made = await ours.made(signal)
    const db = await hands.fitGrafana(theirs, {
      user: made.env['GF_SECURITY_ADMIN_USER'] ?? 'admin',
      password: made.env['GF_SECURITY_ADMIN_PASSWORD'] ?? '',
      sources: await hands.provisionedSources(made),
    })
    const { uid, gid, mode } = theirs
    const none = Buffer.alloc(0)
    await to.write(
      '',
      [
        { name: FILE, content: db, uid, gid, mode },
        // All of it is in the database now; what an old one left beside it would be read over it.
        ...(theirs.wal ? [{ name: `${FILE}-wal`, content: none, uid, gid, mode }] : []),
      ],
      signal,
    )
    const before = await hands.countGrafana(theirs)
    const after = await hands.countGrafana(await databaseIn(to, signal))
    if (before.dashboards !== after.dashboards || before.users !== after.users)
      throw new MaculaError({
        kind: 'failed',
        what: `The copy of Grafana has ${saysOf(after)}, the original ${saysOf(before)}.`,
        todo: 'Run it again.',
      })
    const name = 'GF_SECURITY_SECRET_KEY'
    const key = (await work.variables())?.get(name) ?? USUAL_KEY
    const lost = key !== (made.env[name] ?? USUAL_KEY)
    return `${saysOf(after)}: all counts equal${lost ? `; passwords of its data sources must be entered again, because its ${name} is another` : ''}`
  },
}
