import { problemsOf } from '../../../model/problems.ts'
import type { SharedCause } from '../../../model/snapshot.ts'
import { fine, type Check, type Finding } from '../check.ts'

/** Causes that no other check tells: Docker, names, limits and clusters have one of their own. */
const toldHere: ReadonlySet<SharedCause['id']> = new Set([
  'route',
  'network',
  'ports',
  'forwarders',
  'orphans',
  'restore',
  'taking',
  'partial',
  'tls',
  'hosts',
])

/** What is wrong with services, each thing once: what many suffer from, then what is a service's own. */
export const services: Check = {
  id: 'services',
  group: 'services',
  title: 'Services',
  async run({ snapshot }) {
    const shared = snapshot.causes
      // That low ports are closed is told by their own check.
      .filter(({ id, headline }) => toldHere.has(id) && headline.fix?.action.kind !== 'setup')
      .map(({ id, headline }): Finding => {
        const isDown = id === 'route' || id === 'network'
        return { result: isDown ? 'failed' : 'warning', ...headline }
      })
    const own = problemsOf(snapshot)
      .filter(({ service }) => service !== undefined)
      .map(({ state, title, headline }): Finding => ({
        ...headline,
        result: state === 'failed' ? 'failed' : 'warning',
        what: `${title}: ${headline.what}`,
      }))
    // Only a face that is open asks Prometheus; a doctor of its own has none of these.
    const fires = snapshot.services.flatMap(({ title, alerts = [] }) =>
      alerts.map(({ summary, description, dashboard }): Finding => ({
        result: 'warning',
        what: `${title}: ${summary}.`,
        why: description,
        todo:
          dashboard === '' ? '' : `See ${title} in the window: its alert leads to a dashboard in Grafana.`,
      })),
    )
    const found = [...shared, ...own, ...fires]
    if (found.length > 0) return found
    // What nobody could look at did not pass.
    if (snapshot.docker.kind !== 'up')
      return [
        {
          result: 'unknown',
          what: snapshot.summary.says,
          why: snapshot.docker.kind === 'down' ? snapshot.docker.says : '',
          todo: 'See what is said of Docker, then run maculactl doctor again.',
        },
      ]
    // The summary counts what another check tells: here that would be a problem that passed.
    const isToldElsewhere = snapshot.services.some(({ state }) => state === 'degraded' || state === 'failed')
    return [
      fine(
        isToldElsewhere
          ? 'No service has a problem of its own; what several have is told by the check of its kind.'
          : snapshot.summary.says,
      ),
    ]
  },
}
