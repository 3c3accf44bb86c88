import { markCauses, sharedCauses } from './causes.ts'
import { judgeService } from './judge.ts'
import { tiers, type Catalog } from './service.ts'
import type { Snapshot } from './snapshot.ts'
import { summaryOf, tierView } from './summary.ts'
import type { World } from './world.ts'

/** Everything a face shows, from the catalog and what was seen. Pure: the same world gives the same snapshot. */
export function makeSnapshot(catalog: Catalog, suffix: string, world: World, rev: number): Snapshot {
  const frame = { world, suffix, services: catalog.services }
  const judged = catalog.services.map((service) => judgeService(frame, service))
  const causes = sharedCauses(frame, judged)
  const services = judged.map((view) => markCauses(view, causes))
  return {
    rev,
    at: world.at,
    suffix,
    docker: world.docker,
    summary: summaryOf(services, causes),
    causes,
    tiers: tiers.map((tier) => tierView(tier, catalog.services, services, causes)),
    services,
    problems: catalog.problems,
  }
}
