import type { Fix } from './ladder.ts'

/** How the starts of a service ended lately: the same end, so often in a row. */
export interface Failure {
  /** What happened, without what differs from time to time. */
  readonly says: string
  readonly times: number
  /** Whether it was made anew for it, and ended in the same way. */
  readonly anew: boolean
  /** Its container was not even made: the words of that, as they were told. */
  readonly unmade?: Unmade
}

/** Why a container was not made. */
export interface Unmade {
  readonly what: string
  readonly why?: string
  readonly todo?: string
  /** Hash of the configuration that it was to be made of, where that is known. */
  readonly config?: string
}

/** Health that failed before a restart: a service may answer and be ill all the same. */
export const UNHEALTHY = 'unhealthy'

/** A failure after the one that is known. `anew`: the container had been made anew for this start. */
export function nextFailure(before: Failure | undefined, says: string, anew: boolean): Failure {
  const key = says.replaceAll(/\d+/g, '#').slice(0, 200)
  return before?.says === key
    ? { says: key, times: before.times + 1, anew: before.anew || anew }
    : { says: key, times: 1, anew }
}

/** Makes the container anew, though nothing says that it differs; its volumes stay. */
export function makeAnew(service: string, title: string): Fix {
  return {
    label: `Recreate ${title}`,
    command: `maculactl up ${service} --anew`,
    action: { kind: 'start', services: [service], anew: true },
  }
}

export function showLog(service: string): Fix {
  return { label: 'Show log', command: `maculactl logs ${service}`, action: { kind: 'logs', service } }
}

/**
 * The fix that is offered for a failure, with what to do as a sentence: the given one, until the same failure came back
 * after it; then making the container anew; and when that did not help either, only its log.
 */
export function strongest(input: {
  readonly service: string
  readonly title: string
  readonly failure: Failure | undefined
  /** How often the failure must have been seen for `first` to be known not to help. */
  readonly after: number
  readonly first: { readonly fix: Fix; readonly todo: string }
}): { readonly fix: Fix; readonly todo: string } {
  const { service, title, failure, after, first } = input
  if (!failure || (failure.times < after && !failure.anew)) return first
  if (!failure.anew)
    return {
      fix: makeAnew(service, title),
      todo: `Restarting it did not help. Recreate its container (maculactl up ${service} --anew); no data is removed.`,
    }
  return {
    fix: showLog(service),
    todo: `Restarting it and recreating its container did not help. Its log says why (maculactl logs ${service}); repair what it names.`,
  }
}
