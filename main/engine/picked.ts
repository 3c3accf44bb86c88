import { clusterOfRow } from '../model/cluster-id.ts'
import { MaculaError } from '../model/errors.ts'
import { isFor, kindOfSpec, type Verb } from '../model/may.ts'
import type { Catalog, ServiceSpec } from '../model/service.ts'

const done: Readonly<Record<Verb, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  reset: 'reset',
  delete: 'deleted',
  pull: 'pulled',
}

/** The row of the catalog with an id. Throws MaculaError `usage` when there is none. */
export function rowOf(catalog: Catalog, id: string): ServiceSpec {
  const found = catalog.services.find((service) => service.id === id)
  if (found) return found
  throw new MaculaError({
    kind: 'usage',
    what: `There is no service ${id}.`,
    todo: 'maculactl status lists them.',
  })
}

/** The same, of what was found in clusters too, which is no part of the catalog. */
export const rowSeen = (
  { catalog, truth }: { readonly catalog: () => Catalog; readonly truth: { rows(): readonly ServiceSpec[] } },
  id: string,
): ServiceSpec => rowOf({ ...catalog(), services: truth.rows() }, id)

/**
 * The ids among them with which there is such a thing to do. Throws MaculaError `usage` for an unknown one, and `failed`
 * when it cannot be done with any of them.
 */
export function picked(catalog: Catalog, ids: readonly string[], verb: Verb): readonly string[] {
  const rows = ids.map((id) => rowOf(catalog, id))
  const good = rows.filter((row) => isFor(verb, row))
  const [first] = rows
  if (good.length > 0 || first === undefined) return good.map(({ id }) => id)
  throw new MaculaError({
    kind: 'failed',
    what: `${first.title} cannot be ${done[verb]}: ${why(first, verb)}`,
    todo: todo(first, verb),
  })
}

function why(row: ServiceSpec, verb: Verb): string {
  switch (kindOfSpec(row)) {
    case 'container':
      return 'it is a container of the stack, not a cluster.'
    case 'cluster':
      return verb === 'reset'
        ? 'a cluster has no data that could be moved aside.'
        : 'its nodes pull and keep the images of what is in it.'
    case 'application':
      return verb === 'delete'
        ? 'it is an application, not a whole cluster.'
        : 'it runs in a cluster, not in a container of the stack.'
    case 'found':
      return 'it was found in a cluster, and somebody else put it there.'
  }
}

function todo(row: ServiceSpec, verb: Verb): string {
  switch (kindOfSpec(row)) {
    case 'container':
      return verb === 'delete'
        ? `maculactl down ${row.id} --remove removes its container; its data stays.`
        : ''
    case 'cluster':
      return verb === 'reset'
        ? `maculactl cluster delete ${clusterOfRow(row.id) ?? row.id} deletes it.`
        : `maculactl restart ${row.id}`
    case 'application':
      return verb === 'pull' ? `maculactl restart ${row.id} gives it new pods, which pull it again.` : ''
    case 'found':
      return 'Describe it as an application of your own (docs/applications.md) to start and stop it here.'
  }
}
