import { beforeCause } from './causes/before.ts'
import { clusterCause } from './causes/cluster.ts'
import { dockerCause } from './causes/docker.ts'
import { forwardersCause } from './causes/forwarders.ts'
import { hostsCause, unlistedCause } from './causes/hosts.ts'
import { namesCause } from './causes/names.ts'
import { addressesCause, limitsCause, wayCause } from './causes/network.ts'
import { orphansCause } from './causes/orphans.ts'
import { ownerCause } from './causes/owner.ts'
import { partialCause } from './causes/partial.ts'
import { portsCause } from './causes/ports.ts'
import { restoreCause } from './causes/restore.ts'
import { takingCause } from './causes/taking.ts'
import { tlsCause } from './causes/tls.ts'
import type { Frame } from './frame.ts'
import { headlineRung, type Ladder, type RungId } from './ladder.ts'
import { headlineOf } from './merge.ts'
import type { ServiceView, SharedCause } from './snapshot.ts'

/** Causes that several services suffer from, each told once. Pure; order: the one to repair first comes first. */
export function sharedCauses(frame: Frame, views: readonly ServiceView[]): readonly SharedCause[] {
  const other = ownerCause(frame)
  // Nothing here is ours: what else is wrong is not ours to tell.
  if (other) return [other]
  return [
    limitsCause(frame, views),
    dockerCause(frame, views),
    restoreCause(frame),
    partialCause(frame),
    takingCause(frame),
    wayCause(frame, views) ?? addressesCause(frame, views),
    clusterCause(frame, views),
    namesCause(frame, views),
    beforeCause(frame, views),
    portsCause(frame, views),
    forwardersCause(frame, views),
    hostsCause(frame) ?? unlistedCause(frame),
    orphansCause(frame),
    tlsCause(frame, views),
  ].filter((cause) => cause !== undefined)
}

/** The rungs that a cause explains. */
const rungsOf: Readonly<Record<SharedCause['id'], readonly RungId[]>> = {
  docker: ['container'],
  owner: [],
  names: ['name'],
  ports: ['forwarder'],
  forwarders: ['forwarder'],
  route: ['service'],
  network: ['address', 'service'],
  limits: ['service'],
  cluster: ['container'],
  orphans: [],
  hosts: [],
  before: ['forwarder'],
  restore: [],
  taking: ['container'],
  partial: [],
  tls: ['tls'],
}

/** Marks the rungs that a shared cause explains, so that rows carry only the short effect. */
export function markCauses(view: ServiceView, causes: readonly SharedCause[]): ServiceView {
  let marked: Ladder = view.ladder
  for (const cause of causes) {
    if (!cause.services.includes(view.id)) continue
    const ids = rungsOf[cause.id]
    marked = marked.map((rung) =>
      ids.includes(rung.id) && rung.state !== 'ok' && rung.state !== 'unused'
        ? { ...rung, cause: cause.id }
        : rung,
    )
  }
  if (marked === view.ladder) return view
  // A trouble of the service's own goes before what it shares with others: that is told once already.
  const own = headlineRung(marked.filter((rung) => !causes.some((cause) => cause.id === rung.cause)))
  return view.state === 'degraded' && own?.state === 'round'
    ? { ...view, ladder: marked, reason: own.reason ?? own.says, headline: headlineOf(own) }
    : { ...view, ladder: marked }
}
