import { pickEndpoint } from '../../../main/model/open.ts'
import { isGood } from '../../../main/model/may.ts'
import { ANNOUNCED, pushLine, REGISTRY } from '../../../main/model/registry.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'

/** A line for a terminal that is right as it stands. */
export interface FirstLine {
  readonly id: string
  readonly title: string
  /** What is shown and copied. Nothing of it is a secret: a password is read by the command itself. */
  readonly line: string
}

/** A word that a shell takes as it is. */
const plain = /^[A-Za-z0-9_.:/-]+$/

/**
 * What to type first, of what works now: a query, also without psql on this machine, and an image to the registry. Names of
 * containers are Docker's and may be anybody's: one that a shell would not take as it is gives no line.
 */
export function firstLines(services: readonly ServiceView[]): readonly FirstLine[] {
  const lines: FirstLine[] = []
  for (const view of services.filter(isGood)) {
    const endpoint = pickEndpoint(view, undefined)
    const access = endpoint?.accesses[endpoint.best]
    if (endpoint === undefined || access === undefined) continue
    if (access.url.startsWith('postgres:') && view.id === 'timescaledb') {
      lines.push({ id: 'psql', title: 'psql', line: `eval "$(maculactl env ${view.id})" && psql` })
      const name = view.container?.name ?? ''
      if (plain.test(name) && !name.startsWith('-'))
        lines.push({
          id: 'exec',
          title: 'psql in its container',
          line: `docker exec -it ${name} psql -U macula`,
        })
    }
    if (view.id === REGISTRY)
      lines.push({
        id: 'push',
        title: 'Push an image',
        line: pushLine(endpoint.name ?? ANNOUNCED),
      })
  }
  return lines
}
