/**
 * What may be done with a service, and what "all" means: one answer for tray, window, palette, command line and engine.
 * A new verb or state is a line in a table here.
 */
import { pickEndpoint } from './open.ts'
import type { ServiceSpec, TierId } from './service.ts'
import type { Access, ServiceView, State } from './snapshot.ts'

export type Verb = 'start' | 'stop' | 'restart' | 'reset' | 'delete' | 'pull'

/** What a row is: a container of the stack, a whole cluster, an application in one, or what was found in one and is only shown. */
export type Kind = 'container' | 'cluster' | 'application' | 'found'

/** What there is to do with each kind, whatever its state. The nodes of a cluster pull and keep what is in it. */
const verbs: Readonly<Record<Kind, readonly Verb[]>> = {
  container: ['start', 'stop', 'restart', 'reset', 'pull'],
  cluster: ['start', 'stop', 'restart', 'delete'],
  application: ['start', 'stop', 'restart'],
  found: [],
}

/** The states in which each may be done. What cannot be seen is not changed blindly. */
const states: Readonly<Record<Verb, readonly State[]>> = {
  start: ['stopped', 'failed', 'not set up'],
  stop: ['works', 'degraded', 'starting', 'failed'],
  restart: ['works', 'degraded', 'failed'],
  reset: ['works', 'degraded', 'failed', 'stopped'],
  delete: ['works', 'degraded', 'starting', 'failed', 'stopped'],
  pull: ['works', 'degraded', 'starting', 'stopping', 'failed', 'stopped', 'not set up', 'unknown'],
}

type View = Pick<ServiceView, 'id' | 'state' | 'cluster' | 'needs' | 'container'>

const kindOf = ({ cluster }: Pick<ServiceView, 'cluster'>): Kind => cluster ?? 'container'

/** The kind of a row of the catalog. */
export function kindOfSpec({ runtime }: Pick<ServiceSpec, 'runtime'>): Kind {
  if (runtime.kind === 'container') return 'container'
  if (!runtime.app) return 'cluster'
  return runtime.app.found ? 'found' : 'application'
}

/** Whether there is such a thing to do with a row of the catalog, whatever its state. */
export function isFor(verb: Verb, spec: Pick<ServiceSpec, 'runtime'>): boolean {
  return verbs[kindOfSpec(spec)].includes(verb)
}

/** Whether it may be done with a service as it is now. */
export function may(verb: Verb, view: Pick<ServiceView, 'state' | 'cluster'>): boolean {
  const kind = kindOf(view)
  // A cluster is made by starting it, and so is what waits in it for its first image; nothing else is set up that way.
  if (verb === 'start' && view.state === 'not set up' && kind === 'container') return false
  return verbs[kind].includes(verb) && states[verb].includes(view.state)
}

/** Whether it runs, or is meant to: what a person would call "on". */
export function isOn({ state }: Pick<ServiceView, 'state'>): boolean {
  return states.stop.includes(state)
}

/** Whether it answers people, by whatever way. */
export function isGood({ state }: Pick<ServiceView, 'state'>): boolean {
  return state === 'works' || state === 'degraded'
}

/** Whether it is a cluster that was to be created and never was: optional, and nothing that worked before is gone. */
export function isNeverMade({ state, creates }: Pick<ServiceView, 'state' | 'creates'>): boolean {
  return state === 'failed' && creates?.before === false
}

/** Whether it is counted among what should work: it is set up, and nobody stopped it. */
export function isCounted(view: Pick<ServiceView, 'state' | 'creates'>): boolean {
  return view.state !== 'not set up' && view.state !== 'stopped' && !isNeverMade(view)
}

/** Whether a stop of it stops anything: what failed and whose container is gone or ended is only wanted no longer. */
export function hasToStop(view: Pick<ServiceView, 'state' | 'cluster' | 'container'>): boolean {
  return (
    may('stop', view) &&
    (view.state !== 'failed' || (view.container !== undefined && view.container.ended !== true))
  )
}

/** The one button that starts or stops; `can` false: it keeps its word and waits. */
export interface Toggle {
  readonly verb: 'start' | 'stop'
  readonly can: boolean
}

/** What the one button of a service does now. While something stops it stays "Stop": it does not turn meanwhile. */
export function toggleOf(view: Pick<View, 'state' | 'cluster' | 'container'>): Toggle {
  if (view.cluster === 'found') return { verb: 'start', can: false }
  // A failure whose container is gone, or ended, has nothing left to stop.
  if (view.state === 'failed' && !hasToStop(view)) return { verb: 'start', can: true }
  if (may('stop', view)) return { verb: 'stop', can: true }
  if (view.state === 'stopping') return { verb: 'stop', can: false }
  return { verb: 'start', can: may('start', view) }
}

/** The same for several at once, as a tier: stopped while any of them runs. */
export function toggleOfAll(views: readonly Pick<View, 'state' | 'cluster' | 'container'>[]): Toggle {
  const toggles = views.map(toggleOf)
  const is = (verb: Toggle['verb'], can: boolean): boolean =>
    toggles.some((one) => one.verb === verb && one.can === can)
  if (is('stop', true)) return { verb: 'stop', can: true }
  if (is('stop', false)) return { verb: 'stop', can: false }
  return { verb: 'start', can: is('start', true) }
}

/** The rows of the clusters that a start of these creates first; empty: none. */
export function createdBy(
  views: readonly Pick<ServiceView, 'id' | 'creates'>[],
  ids: readonly string[],
): readonly string[] {
  return [...new Set(views.filter(({ id }) => ids.includes(id)).flatMap(({ creates }) => creates?.row ?? []))]
}

/** Whether a stop of these is asked about first, as something else that is on needs or uses one of them. */
export function asksToStop(
  views: readonly Pick<ServiceView, 'id' | 'state' | 'needs' | 'uses'>[],
  ids: readonly string[],
): boolean {
  const isMeant = (id: string): boolean => ids.includes(id)
  return views.some(
    (view) => !isMeant(view.id) && isOn(view) && (view.needs.some(isMeant) || view.uses.some(isMeant)),
  )
}

/** Everything, or one tier. */
export type Scope = 'all' | TierId

/**
 * The ids that a verb on everything or on a tier is about: those with which it may be done now. "All" leaves out what is
 * not set up: to make a cluster takes minutes and gigabytes, and is asked for by its own name or its tier's.
 */
export function meant(
  views: readonly (View & Pick<ServiceView, 'tier' | 'creates'>)[],
  scope: Scope,
  verb: Verb,
): readonly string[] {
  return views
    .filter((view) => (scope === 'all' ? view.state !== 'not set up' : view.tier === scope))
    .filter((view) => scope !== 'all' || verb !== 'start' || !isNeverMade(view))
    .filter((view) => may(verb, view))
    .map(({ id }) => id)
}

/** What leaving with everything stopped is about: also what cannot be seen just now. To stop what is stopped harms nobody. */
export function meantToLeave(views: readonly View[]): readonly string[] {
  return views.filter(({ state }) => state !== 'not set up').map(({ id }) => id)
}

/**
 * The same from the catalog alone, where nothing was looked at yet: each row with which there is such a thing to do. The
 * engine leaves out clusters that were never made when everything is to start.
 */
export function meantOf(specs: readonly ServiceSpec[], verb: Verb): readonly string[] {
  return specs.filter((spec) => isFor(verb, spec)).map(({ id }) => id)
}

/** What Open and Copy use now. */
export interface InUse {
  readonly access: Access
  readonly by: 'name' | 'address'
  /** A browser opens it; else a click copies it. */
  readonly opens: boolean
}

/** The access in use of a service, or of one of its endpoints; undefined while none works, or it is not meant to. */
export function inUse(
  view: Pick<ServiceView, 'state' | 'endpoints'>,
  endpointId?: string,
): InUse | undefined {
  if (view.state === 'stopped' || view.state === 'not set up') return undefined
  const endpoint = pickEndpoint(view, endpointId)
  const access = endpoint?.accesses[endpoint.best]
  if (!endpoint || !access) return undefined
  return {
    access,
    by: access.kind === 'clean' || access.kind === 'named' ? 'name' : 'address',
    opens: endpoint.opens && /^https?:\/\//.test(access.url),
  }
}

/** Whether Open leads a browser to it now. */
export function canOpen(view: Pick<ServiceView, 'state' | 'endpoints'>): boolean {
  return inUse(view)?.opens === true
}
