/** What a row of the Applications tier says, and what a start of it creates, while its cluster is not there. */
import type { ClusterSeen } from './cluster.ts'
import { clusterRow, clusterUpLine } from './cluster-id.ts'
import type { Runtime, ServiceSpec } from './service.ts'
import type { CreatesView, State } from './snapshot.ts'

type ClusterRuntime = Extract<Runtime, { kind: 'cluster' }>

/** What a start creates first: a cluster that is not there, where none of somebody else's is used in its place. */
export function createdBy(
  { app, cluster }: ClusterRuntime,
  seen: ClusterSeen | undefined,
): CreatesView | undefined {
  if (app?.found || seen?.kind !== 'absent' || seen.like !== undefined) return undefined
  return { row: clusterRow(cluster.id), before: seen.wasMade }
}

/** Why it is not set up and what sets it up; undefined: it is. */
export function absence(
  { id, title }: ServiceSpec,
  runtime: ClusterRuntime,
  seen: ClusterSeen | undefined,
  state: State,
): { readonly what: string; readonly why: string; readonly todo: string } | undefined {
  if (state !== 'not set up') return undefined
  const like = seen?.kind === 'absent' ? seen.like : undefined
  return {
    what: 'Not set up.',
    why:
      like !== undefined
        ? `${runtime.reason} A cluster ${like} exists already, created by somebody else.`
        : seen?.kind === 'absent' || seen === undefined
          ? runtime.reason
          : '',
    todo:
      like === undefined
        ? runtime.app
          ? `maculactl up ${id} creates the cluster and starts ${title} in it.`
          : `${clusterUpLine(runtime.cluster.id)} creates it.`
        : `${clusterUpLine(runtime.cluster.id)} uses ${like} as it is, with what is in it.`,
  }
}
