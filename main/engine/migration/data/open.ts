import type { DataSetId } from '../../../model/migration.ts'
import type { DataMove } from '../family.ts'
import type { RunContext } from '../../run/context.ts'
import { grafana } from './grafana.ts'
import { objectStore } from './object-store.ts'
import { powerdns } from './powerdns.ts'
import { registry } from './registry.ts'
import { timescaledb } from './timescaledb.ts'
import { createMove } from './take.ts'

/** The stores that can be taken over, in the order in which they are shown. A new one is a file beside this. */
const kinds = [registry, powerdns, timescaledb, objectStore, grafana]

/**
 * The ways to take over the data of a machine's old Compose project. Nothing is asked of Docker yet.
 *
 * For `take` the caller has stopped (or removed) the old containers that have the store's volume, so that the files hold
 * still: while one runs it is refused by name. It holds the lock (`adapters.lock`), because what killed runs left is swept.
 * Our Docker network can be made or is there: their own with its subnet is gone, or another subnet was chosen. What of ours
 * needs the store is stopped and stays wanted, so that `up` without arguments starts it again; nothing is started here.
 * When their container was started or removed between an interrupted `take` and the next, that one begins anew.
 */
export function openDataMoves(context: RunContext): readonly DataMove[] {
  return kinds.map((kind) => createMove(context, kind))
}

/** The services of ours that take these stores. */
export function servicesOf(ids: readonly DataSetId[]): readonly string[] {
  return kinds.filter(({ id }) => ids.includes(id)).map(({ service }) => service)
}

/** Forgets how far interrupted takings are and removes what they left; data of ours that was moved aside stays as it is. */
export async function forgetDataMoves({ adapters }: RunContext): Promise<void> {
  for (const { id } of kinds) await adapters.data.keep(id, undefined)
  await adapters.data.sweep()
}
