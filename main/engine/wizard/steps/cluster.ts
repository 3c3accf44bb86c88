import { HUB } from '../../../model/cluster-id.ts'
import { CLUSTER_MEMORY, CLUSTER_PRICE } from '../../../model/cluster-price.ts'
import { may } from '../../../model/may.ts'
import type { Step, WizardFacts } from '../step.ts'

const SHORT = `optional, ${CLUSTER_MEMORY}`

const hubOf = ({ snapshot }: WizardFacts) =>
  snapshot.services.find(({ id, cluster }) => cluster === 'cluster' && id.split('/').at(-1) === HUB) ??
  snapshot.services.find(({ cluster }) => cluster === 'cluster')

/** A cluster for one's own applications: offered with its price, made only for who wants it. */
export const cluster: Step = {
  id: 'cluster',
  title: 'KinD cluster',
  skippable: true,
  after: ['docker'],
  isThere: (facts) => hubOf(facts) !== undefined,
  ahead: () => SHORT,
  judge(facts) {
    const hub = hubOf(facts)
    const title = hub?.title ?? 'The KinD cluster'
    const words = {
      why: `Applications (Kubernetes manifests) run in it and use these services by the same names. It takes ${CLUSTER_PRICE}, and some minutes.`,
      command: `maculactl up ${hub?.id ?? ''}`.trim(),
    }
    const fix =
      hub !== undefined && may('start', hub)
        ? {
            fix: {
              label: 'Create the cluster',
              command: words.command,
              action: { kind: 'start', services: [hub.id] },
            } as const,
          }
        : {}
    switch (hub?.state) {
      case 'works':
      case 'degraded':
        return { ...words, state: 'done', says: 'works', what: `${title} works.`, todo: '' }
      case 'failed':
        return {
          ...words,
          ...fix,
          state: 'trouble',
          says: 'failed',
          what: hub.headline?.what ?? `${title} failed.`,
          why: hub.headline?.why ?? words.why,
          todo: hub.headline?.todo ?? 'Try it again.',
        }
      case 'starting':
      case 'stopping':
      case 'stopped':
      case 'not set up':
      case 'unknown':
      case undefined: {
        const made = hub?.state !== 'not set up'
        const wanted = facts.memory.cluster === true && hub?.state !== 'stopped'
        return {
          ...words,
          ...fix,
          // Nobody has to want one: without a wish it is left out, and holds nobody up.
          state: wanted ? 'todo' : 'skipped',
          says: hub?.state === 'starting' || hub?.state === 'stopped' ? hub.state : SHORT,
          what: made
            ? `${title} is ${hub?.state ?? 'unknown'}.`
            : 'There is no cluster yet. Services work without one.',
          todo: 'Create it now, or any time later: it is the first row of Applications.',
        }
      }
    }
  },
}
