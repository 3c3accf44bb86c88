import { withAlerts } from './alerts.ts'
import { orphansOf } from './causes/orphans.ts'
import { markCauses, sharedCauses } from './causes.ts'
import { withFound } from './found.ts'
import type { Frame } from './frame.ts'
import { judgeService } from './judge.ts'
import { withTls } from './judge-tls.ts'
import { tiers, type Catalog, type ServiceSpec } from './service.ts'
import type { ServiceView, Snapshot } from './snapshot.ts'
import { summaryOf, tierView } from './summary.ts'
import type { World } from './world.ts'

/** A service; where all that is there is another person's, ours is not set up, and nothing that was seen is its. */
function judgeOwn(frame: Frame, service: ServiceSpec): ServiceView {
  const { world } = frame
  if (world.docker.kind !== 'up' || !world.docker.other) return judgeService(frame, service)
  const nothing = {
    ...world,
    names: new Map(),
    addresses: new Map(),
    listeners: new Map(),
    containers: new Map(),
    clusters: new Map(),
    answers: new Map(),
    wanted: new Set<string>(),
  }
  const { headline: _, ...view } = judgeService({ ...frame, world: nothing }, service)
  return { ...view, state: 'not set up', reason: '' }
}

/** Everything a face shows, from the catalog and what was seen. Pure: the same world gives the same snapshot. */
export function makeSnapshot(described: Catalog, suffix: string, seen: World, rev: number): Snapshot {
  const { catalog, clusters } = withFound(described, seen.clusters ?? new Map(), suffix)
  const world = seen.clusters === undefined ? seen : { ...seen, clusters }
  const frame = { world, suffix, services: catalog.services }
  const judged = catalog.services.map((service) => withTls(frame, service, judgeOwn(frame, service)))
  const causes = sharedCauses(frame, judged)
  const services = judged
    .map((view) => markCauses(view, causes))
    .map((view) => withAlerts(view, world.alerts ?? []))
  const summary = summaryOf(services, causes)
  const orphans = orphansOf(catalog.services, world.containers).map(({ service, name }) => ({
    service,
    container: name,
  }))
  return {
    rev,
    at: world.at,
    suffix,
    docker: world.docker,
    summary,
    causes,
    tiers: tiers.map((tier) => tierView(tier, catalog.services, services, causes)),
    services,
    problems: catalog.problems,
    ...(orphans.length === 0 ? {} : { orphans }),
  }
}
