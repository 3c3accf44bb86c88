import { isGood } from '../../../model/may.ts'
import { ANNOUNCED, REGISTRY, pushLine } from '../../../model/registry.ts'
import type { Step } from '../step.ts'

export const done: Step = {
  id: 'done',
  title: 'Done',
  skippable: false,
  after: ['docker', 'tools', 'network', 'review', 'password', 'names', 'images', 'start'],
  ahead: () => 'what to click first',
  judge({ memory, snapshot }) {
    const has = (id: string): boolean => snapshot.services.some((view) => view.id === id && isGood(view))
    const registry = snapshot.services.find((view) => view.id === REGISTRY && isGood(view))
    const first = snapshot.services.find(
      ({ id, endpoints }) => id === 'grafana' && endpoints.some(({ opens }) => opens),
    )
    const url = first?.endpoints[0]?.accesses[Math.max(0, first.endpoints[0].best)]?.url
    return {
      state: memory.ended ? 'done' : 'todo',
      says: 'what to click first',
      what: 'This machine is set up.',
      why: 'Quit leaves services running; connection strings and passwords are with each service.',
      todo: [
        `${url === undefined ? 'Open a service' : `Open ${first?.title ?? ''} at ${url}`}.`,
        ...(has('timescaledb') ? ['A query: eval "$(maculactl env timescaledb)" && psql.'] : []),
        ...(registry === undefined
          ? []
          : [`Push an image: ${pushLine(registry.endpoints[0]?.name ?? ANNOUNCED)}.`]),
        'Connection strings: maculactl env.',
      ].join(' '),
      command: 'maculactl env',
    }
  },
}
