import { clusterOfRow, clusterRow, isPeer } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import { saySecond } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { oneLine } from '../layout.ts'
import { listClusters } from './cluster-list.ts'
import { carryOut } from './run.ts'

export interface ClusterOptions {
  readonly yes?: boolean
}

/** Events that are shown; older ones are gone from the cluster after an hour anyway. */
const SHOWN_EVENTS = 200

function rowsOf({ engine }: Session): readonly ServiceSpec[] {
  return engine.catalog().services.filter(({ runtime }) => runtime.kind === 'cluster')
}

/** A cluster as its own commands name it: `hub`. */
const bareId = ({ id }: Pick<ServiceSpec, 'id'>): string => clusterOfRow(id) ?? id

/** The cluster that is meant: the one named, or ours. */
function clusterOf(session: Session, word: string | undefined): ServiceSpec {
  const all = rowsOf(session).filter(({ runtime }) => runtime.kind === 'cluster' && !runtime.app)
  const found =
    word === undefined
      ? all[0]
      : all.find(({ id, title }) => clusterOfRow(id) === word || id === word || title === word)
  if (found) return found
  throw new MaculaError({
    kind: 'usage',
    what: word === undefined ? 'There is no cluster in the catalog.' : `There is no cluster ${word}.`,
    todo:
      all.length > 0
        ? `There are: ${all.map(bareId).join(', ')}. Peers are called peer0 to peer99: maculactl cluster create peer0 makes one.`
        : 'maculactl doctor names files that cannot be used.',
  })
}

/**
 * The cluster with its applications: what starting it starts. Ours are there for whoever has none: where a person has their own,
 * ours are put in only when they are named.
 */
function withApps(session: Session, cluster: ServiceSpec): readonly string[] {
  const inside = rowsOf(session).filter(
    ({ runtime }) =>
      runtime.kind === 'cluster' && runtime.app?.cluster === bareId(cluster) && !runtime.app.found,
  )
  const own = inside.filter(({ origin }) => origin === 'user')
  return [cluster.id, ...(own.length > 0 ? own : inside).map(({ id }) => id)]
}

async function agree(
  face: Face,
  { engine }: Session,
  cluster: ServiceSpec,
  verb: 'delete' | 'recreate',
  options: ClusterOptions,
): Promise<void> {
  if (options.yes === true) return
  // Of one that is not there nothing can go: it is said so, not asked.
  const row = (await waiting(face, `Looking at ${cluster.title}`, engine.look())).services.find(
    ({ id }) => id === cluster.id,
  )
  if (row?.state === 'not set up') return
  const what = `${verb === 'delete' ? 'Delete' : 'Delete and make anew'} ${cluster.title}?`
  if (!canAsk(face.host))
    throw new MaculaError({
      kind: 'usage',
      what: `${what} Everything in it goes: pods, volumes of the cluster, its own state.`,
      todo: `maculactl cluster ${verb} ${bareId(cluster)} --yes does it. Infrastructure and its data stay.`,
    })
  const answer = await face.host.ask.one({
    message: what,
    options: [
      { value: 'leave', label: 'Leave it' },
      {
        value: 'go',
        label: verb === 'delete' ? 'Delete it' : 'Delete it and make it anew',
        hint: 'everything in it goes; infrastructure and its data stay',
      },
    ],
  })
  if (answer !== 'go')
    throw new MaculaError({ kind: 'refused', what: 'Nothing was removed. All is left as it was.' })
}

/** What events are asked of: a cluster, else an application; `hub/shop` is an application by its cluster. */
function aboutWhat(session: Session, word: string | undefined): string {
  const all = rowsOf(session)
  const isMeant = ({ id, runtime }: ServiceSpec): boolean =>
    runtime.kind === 'cluster' &&
    runtime.app !== undefined &&
    (id === word || `${runtime.cluster.id}/${id}` === word)
  const isCluster = all.some(
    ({ id, title }) => clusterOfRow(id) !== undefined && [bareId({ id }), id, title].includes(word ?? ''),
  )
  const app = isCluster ? undefined : all.find(isMeant)
  if (word !== undefined && !isCluster && !app)
    throw new MaculaError({
      kind: 'usage',
      what: `There is no cluster or application ${word}.`,
      todo: `There are: ${all.map(bareId).join(', ')}.`,
    })
  return (app ?? clusterOf(session, word)).id
}

async function events(face: Face, { engine, clean }: Session, id: string): Promise<number> {
  const found = await engine.events(id)
  if (face.json) {
    const { eventsJson } = await import('../json/cluster.ts')
    await writeJson(face.out, clean.concealDeep(eventsJson([...found])), 'whole')
    return 0
  }
  if (found.length === 0) face.err.line('The cluster tells nothing of that.')
  const { paint } = face.out.style()
  // Newest last, as logs are read.
  for (const event of found.slice(0, SHOWN_EVENTS).reverse()) {
    const times = event.count > 1 ? ` (${event.count} times)` : ''
    const words = oneLine(clean.text(`${event.about}: ${event.says}${times}`))
    const reason = clean.text(event.reason)
    face.out.line(
      `${paint.dim(saySecond(event.at))} ${event.warning ? paint.yellow(reason) : reason}  ${words}`,
    )
  }
  return 0
}

async function kubeconfig(face: Face, { engine, clean }: Session, id: string): Promise<number> {
  const view = await engine.kubeconfig(id)
  if (face.json) {
    const { kubeconfigJson } = await import('../json/cluster.ts')
    await writeJson(face.out, kubeconfigJson(view), 'whole')
    return 0
  }
  if (view.user) face.err.line(clean.text(`${view.user.says}.`.replace(/\.\.$/, '.')))
  face.err.line(
    clean.text(
      `The context is ${view.context}. In a shell: eval "$(maculactl cluster kubeconfig ${clusterOfRow(id) ?? id})"`,
    ),
  )
  face.out.line(view.export)
  return 0
}

/** The clusters that some words name, each once; peers that are not described yet are described when they are to be made. */
async function clustersOf(
  session: Session,
  words: readonly string[],
  verb: string,
): Promise<readonly ServiceSpec[]> {
  if (words.length === 0) return [clusterOf(session, undefined)]
  const peers = [...new Set(words.map((word) => clusterOfRow(word) ?? word))].filter(isPeer)
  const isThere = (id: string): boolean => rowsOf(session).some((row) => row.id === clusterRow(id))
  if (verb === 'create' || verb === 'start') {
    // What is not the id of anything is told before a peer is added.
    for (const word of words) if (!isPeer(clusterOfRow(word) ?? word)) clusterOf(session, word)
    await session.engine.addPeers(peers.filter((id) => !isThere(id)))
  }
  const rows = words.map((word) => clusterOf(session, word))
  return rows.filter((row, index) => rows.findIndex(({ id }) => id === row.id) === index)
}

/** Several results as one. */
function joined(results: readonly RunResult[]): RunResult {
  return {
    ok: results.every(({ ok }) => ok),
    done: results.flatMap(({ done }) => done),
    failed: results.flatMap(({ failed }) => failed),
    skipped: results.flatMap(({ skipped }) => skipped),
    ms: results.reduce((sum, { ms }) => sum + ms, 0),
  }
}

/** Everything that is asked of clusters themselves. */
export async function cluster(
  face: Face,
  words: readonly string[],
  options: ClusterOptions,
): Promise<number> {
  const [verb = '', ...named] = words
  return await withEngine(face, async (session) => {
    const { engine } = session
    const [word, ...more] = named
    if (verb === 'list') return await listClusters(face, session)
    if (verb === 'events' || verb === 'kubeconfig') {
      if (more.length > 0)
        throw new MaculaError({ kind: 'usage', what: `cluster ${verb} is asked of one at a time.` })
      return verb === 'events'
        ? await events(face, session, aboutWhat(session, word))
        : await kubeconfig(face, session, clusterOf(session, word).id)
    }
    const rows = await clustersOf(session, named, verb)
    const ids = rows.map(({ id }) => id)
    const again = ['maculactl', 'cluster', verb, ...rows.map(bareId)].join(' ')
    const remove = async (tell: (event: StepEvent) => void): Promise<RunResult> => {
      const results: RunResult[] = []
      for (const id of ids) results.push(await engine.removeCluster(id, tell))
      return joined(results)
    }
    const start = async (tell: (event: StepEvent) => void, signal: AbortSignal): Promise<RunResult> =>
      await engine.up([...new Set(rows.flatMap((row) => withApps(session, row)))], tell, signal)
    switch (verb) {
      case 'create':
      case 'start':
        return await carryOut(face, session, { command: 'up', resume: again, work: start })
      case 'stop':
        return await carryOut(face, session, {
          command: 'down',
          resume: again,
          work: async (tell, signal) => await engine.down(ids, { also: false, remove: false }, tell, signal),
        })
      case 'delete':
        for (const row of rows) await agree(face, session, row, verb, options)
        return await carryOut(face, session, { command: 'down', resume: again, work: remove })
      case 'recreate':
        for (const row of rows) await agree(face, session, row, verb, options)
        return await carryOut(face, session, {
          command: 'up',
          resume: again,
          work: async (tell, signal) => {
            const removed = await remove(tell)
            if (!removed.ok) return removed
            // A peer is described no more once it is gone.
            await engine.addPeers(rows.map(bareId).filter(isPeer))
            return await start(tell, signal)
          },
        })
      default:
        throw new MaculaError({ kind: 'usage', what: `${verb} is not something that a cluster does.` })
    }
  })
}
