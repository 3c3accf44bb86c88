import { inert } from './atoms.ts'
import type { Rung } from './ladder.ts'

/** Flux (fluxcd.io), where it runs in a cluster: what it makes is seen, and left to it. */

/** What of Flux made an object, as it tells of itself. */
export interface FluxSeen {
  readonly kind: 'Kustomization' | 'HelmRelease'
  readonly namespace: string
  readonly name: string
  /** "main@sha1:1a2b3c…", "4.2.1"; empty: it has not applied one. */
  readonly revision: string
  /** What it says of itself; missing: it is labelled, but is not there any more. */
  readonly state: 'ready' | 'not ready' | 'working' | 'suspended' | 'missing'
  /** Its own words, when it is not ready. */
  readonly says: string
}

/** The labels by which Flux marks what it makes (its controllers' own names), by kind. */
export const fluxLabels = {
  Kustomization: 'kustomize.toolkit.fluxcd.io',
  HelmRelease: 'helm.toolkit.fluxcd.io',
} as const

/** Which object of Flux some labels name; undefined: none. */
export function ownerIn(
  labels: Readonly<Record<string, string>>,
): Pick<FluxSeen, 'kind' | 'namespace' | 'name'> | undefined {
  for (const kind of ['Kustomization', 'HelmRelease'] as const) {
    const name = labels[`${fluxLabels[kind]}/name`]
    if (name !== undefined) return { kind, name, namespace: labels[`${fluxLabels[kind]}/namespace`] ?? '' }
  }
  return undefined
}

/** A label selector that leaves out whatever Flux made. */
export const NOT_OF_FLUX = Object.values(fluxLabels)
  .map((label) => `!${label}/name`)
  .join(',')

/** "Kustomization flux-system/apps" */
export function sayOwner({ kind, namespace, name }: Pick<FluxSeen, 'kind' | 'namespace' | 'name'>): string {
  return inert(`${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`)
}

/** A revision as people read it: the first letters of a digest are enough. */
const sayRevision = (revision: string): string =>
  inert(revision.replace(/(sha(?:1|256):[0-9a-f]{8})[0-9a-f]+/, '$1')).slice(0, 80)

/** What a row says of it: "Made by Flux: Kustomization flux-system/apps at main@sha1:1a2b3c4d, ready". */
export function sayFlux(flux: FluxSeen): string {
  const at = flux.revision === '' ? '' : ` at ${sayRevision(flux.revision)}`
  const says = flux.says === '' ? '' : `: ${inert(flux.says).slice(0, 300)}`
  const is = {
    ready: ', ready',
    working: `, at work${says}`,
    'not ready': `, not ready${says}`,
    suspended: ', suspended',
    missing: ', which is not there any more',
  }[flux.state]
  return `Made by Flux: ${sayOwner(flux)}${at}${is}`
}

/** The rung of pods that Flux made: what runs well is still not what is wanted while Flux cannot bring it up to date. */
export function fluxRung(rung: Rung, flux: FluxSeen | undefined): Rung {
  if (flux?.state !== 'not ready' || rung.state !== 'ok') return rung
  return {
    ...rung,
    state: 'round',
    says: `${rung.says}; Flux is not ready: ${inert(flux.says).slice(0, 300)}`,
    reason: 'Flux is not ready',
    why: `${sayOwner(flux)} created it and cannot bring it up to date: ${inert(flux.says).slice(0, 300)}`,
    todo: `Repair what it names in its repository. kubectl -n ${inert(flux.namespace)} describe ${flux.kind.toLowerCase()} ${inert(flux.name)} says more.`,
  }
}
