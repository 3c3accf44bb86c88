import { clusterOfRow, clusterRow, isPeer } from '../../model/cluster-id.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { ClusterVerb } from '../cluster-verbs.ts'
import type { Session } from '../face.ts'

function rowsOf({ engine }: Session): readonly ServiceSpec[] {
  return engine.catalog().services.filter(({ runtime }) => runtime.kind === 'cluster')
}

/** A cluster as its own commands name it: `hub`. */
export const bareId = ({ id }: Pick<ServiceSpec, 'id'>): string => clusterOfRow(id) ?? id

/**
 * The cluster that is meant: the one named, or ours. Ids go before titles, which people write as they like; `byTitle` false: what is
 * removed is named by its id only. Throws MaculaError `usage`.
 */
export function clusterOf(session: Session, word: string | undefined, byTitle = true): ServiceSpec {
  const all = rowsOf(session).filter(({ runtime }) => runtime.kind === 'cluster' && !runtime.app)
  const found =
    word === undefined
      ? all[0]
      : (all.find(({ id }) => clusterOfRow(id) === word || id === word) ??
        (byTitle ? all.find(({ title }) => title === word) : undefined))
  if (found) return found
  const titled = all.filter(({ title }) => title === word)
  if (titled.length > 0)
    throw new MaculaError({
      kind: 'usage',
      what: `${word} is a title. To remove something, use its id.`,
      todo: `The cluster of that title is ${titled.map(bareId).join(', ')}.`,
    })
  throw new MaculaError({
    kind: 'usage',
    what: word === undefined ? 'There is no cluster in the catalog.' : `There is no cluster ${word}.`,
    todo:
      all.length > 0
        ? `There are: ${all.map(bareId).join(', ')}. Peers are called peer0 to peer99: maculactl cluster create peer0 creates one.`
        : 'maculactl doctor names files that cannot be used.',
  })
}

/**
 * The cluster with its applications: what starting it starts. Ours are there for whoever has none: where a person has their own,
 * ours are put in only when they are named.
 */
export function withApps(session: Session, cluster: ServiceSpec): readonly string[] {
  const inside = rowsOf(session).filter(
    ({ runtime }) =>
      runtime.kind === 'cluster' && runtime.app?.cluster === bareId(cluster) && !runtime.app.found,
  )
  const own = inside.filter(({ origin }) => origin === 'user')
  return [cluster.id, ...(own.length > 0 ? own : inside).map(({ id }) => id)]
}

/** What events are asked of: a cluster, else an application; `hub/shop` is an application by its cluster. */
export function aboutWhat(session: Session, word: string | undefined): string {
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

/** The clusters that some words name, each once; peers that are not described yet are described when they are to be made. */
export async function clustersOf(
  session: Session,
  words: readonly string[],
  verb: ClusterVerb,
): Promise<readonly ServiceSpec[]> {
  if (words.length === 0) return [clusterOf(session, undefined)]
  const byTitle = verb !== 'delete' && verb !== 'recreate'
  const peers = [...new Set(words.map((word) => clusterOfRow(word) ?? word))].filter(isPeer)
  const isThere = (id: string): boolean => rowsOf(session).some((row) => row.id === clusterRow(id))
  if (verb === 'create' || verb === 'start') {
    // What is not the id of anything is told before a peer is added.
    for (const word of words) if (!isPeer(clusterOfRow(word) ?? word)) clusterOf(session, word)
    await session.engine.addPeers(peers.filter((id) => !isThere(id)))
  }
  const rows = words.map((word) => clusterOf(session, word, byTitle))
  return rows.filter((row, index) => rows.findIndex(({ id }) => id === row.id) === index)
}
