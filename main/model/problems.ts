import { headlineOf } from './merge.ts'
import { headlineRung, type RungId } from './ladder.ts'
import type { Headline, ServiceView, SharedCause, Snapshot, State } from './snapshot.ts'

/** One thing that is wrong, told once. */
export interface Problem {
  readonly state: State
  readonly title: string
  /** Whose own trouble it is; absent for a shared cause. */
  readonly service?: string
  /** What many suffer from; absent for a service's own trouble. */
  readonly cause?: SharedCause['id']
  /** What a service's own trouble is about, by the word of what many would share: its name is of `names`. */
  readonly about?: SharedCause['id']
  readonly headline: Headline
  /** Titles of the services that suffer from it, for a shared cause. */
  readonly hits: readonly string[]
}

const about: Partial<Readonly<Record<RungId, SharedCause['id']>>> = {
  name: 'names',
  address: 'network',
  forwarder: 'ports',
  tls: 'tls',
}

/** A service's own trouble: what its ladder says beside the causes that are told for all. */
function ownProblem(view: ServiceView, told: ReadonlySet<string>): Problem | undefined {
  if (view.state !== 'failed' && view.state !== 'degraded') return undefined
  const rung = headlineRung(view.ladder.filter((one) => !told.has(one.cause ?? '')))
  if (!rung || (rung.state !== 'stop' && rung.state !== 'round')) return undefined
  return {
    state: rung.state === 'stop' ? 'failed' : 'degraded',
    title: view.title,
    service: view.id,
    ...(about[rung.id] === undefined ? {} : { about: about[rung.id] }),
    headline: headlineOf(rung),
    hits: [],
  }
}

/** What is wrong with one service: its own trouble first, then the shared causes that hit it. */
export function problemsOfService(snapshot: Snapshot, view: ServiceView): readonly Problem[] {
  const own = ownProblem(view, new Set<string>(snapshot.causes.map((cause) => cause.id)))
  const shared = snapshot.causes
    .filter((cause) => cause.services.includes(view.id))
    .map((cause): Problem => ({
      state: 'degraded',
      title: causeTitles[cause.id],
      cause: cause.id,
      headline: cause.headline,
      hits: [],
    }))
  return [...(own ? [own] : []), ...shared]
}

/** What each shared cause is called; its id is what is typed for it. */
export const causeTitles = {
  docker: 'Docker',
  owner: 'Owner',
  names: 'Names',
  route: 'Network',
  forwarders: 'Forwarders',
  ports: 'Ports',
  network: 'Network',
  cluster: 'Cluster',
  limits: 'Limits',
  orphans: 'Not in the catalog',
  tls: 'TLS',
  hosts: 'Names left out',
  before: 'What was here before',
  restore: 'Snapshots',
  taking: 'Snapshots',
  partial: 'Data that is not whole',
} as const

/**
 * What goes round for services that were just started (`ids`), beside what the summary's second line tells: they work, but
 * not as their addresses promise, as where somebody has port 80.
 */
export function problemsOfStarted(snapshot: Snapshot, ids: readonly string[]): readonly Problem[] {
  const isHit = ({ service, cause }: Problem): boolean =>
    service === undefined
      ? snapshot.causes.some(({ id, services }) => id === cause && services.some((one) => ids.includes(one)))
      : ids.includes(service)
  return problemsOf(snapshot).filter(
    (problem) => isHit(problem) && problem.headline.what !== snapshot.summary.more,
  )
}

/** Everything that is wrong, worst first: Docker, what fails, the other shared causes, what only goes round. */
export function problemsOf(snapshot: Snapshot): readonly Problem[] {
  const told = new Set<string>(snapshot.causes.map((cause) => cause.id))
  const own = snapshot.services
    .map((view) => ownProblem(view, told))
    .filter((problem) => problem !== undefined)
  const shared = snapshot.causes.map((cause): Problem => {
    const hit = snapshot.services.filter((view) => cause.services.includes(view.id))
    return {
      state:
        cause.id === 'docker' ||
        cause.id === 'owner' ||
        hit.some(
          (view) =>
            view.state === 'failed' &&
            view.ladder.some((rung) => rung.cause === cause.id && rung.state === 'stop'),
        )
          ? 'failed'
          : 'degraded',
      title: causeTitles[cause.id],
      cause: cause.id,
      headline: cause.headline,
      hits: hit.map((view) => view.title),
    }
  })
  const docker = shared.filter((problem) => problem.title === causeTitles.docker)
  return [
    ...docker,
    ...own.filter((problem) => problem.state === 'failed'),
    ...shared.filter((problem) => !docker.includes(problem)),
    ...own.filter((problem) => problem.state === 'degraded'),
  ]
}
