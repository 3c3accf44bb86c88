/** The five rungs between a person and a service, and what a face shows of each. */

export const rungIds = ['name', 'address', 'forwarder', 'container', 'service'] as const
/** `tls` is a sixth behind them, only where TLS is in use. */
export type RungId = (typeof rungIds)[number] | 'tls'

/** The rungs' titles, the same in every face. */
export const rungTitles: Readonly<Record<RungId, string>> = {
  name: 'Name',
  address: 'Address',
  forwarder: 'Forwarder',
  container: 'Container',
  service: 'Service',
  tls: 'TLS',
}

/**
 * ok; round: fails or is slow, but another way in works; stop: beyond this nothing works; progress: on its
 * way; unreached: after a stop; unused: this service has none; unknown: could not be seen.
 */
export type RungState = 'ok' | 'round' | 'stop' | 'progress' | 'unreached' | 'unused' | 'unknown'

/** Whether the rails of a drawn ladder run through a rung: a problem breaks them, and after a stop they end. */
export const hasRail: Readonly<Record<RungState, boolean>> = {
  ok: true,
  progress: true,
  unknown: true,
  unused: true,
  round: false,
  stop: false,
  unreached: false,
}

/** What holds a port and has an end of its own: a unit is stopped by systemd, a container by Docker; never a bare signal. */
export type Releasable =
  | { readonly kind: 'container'; readonly name: string }
  | { readonly kind: 'unit'; readonly name: string; readonly of: 'system' | 'user' }

/** What a fix does; every face sends it to the engine, which alone carries it out. */
export type FixAction =
  /** `anew`: their containers are made again first, whether they differ or not; data stays. */
  | { readonly kind: 'start'; readonly services: readonly string[]; readonly anew?: true | undefined }
  | { readonly kind: 'restart'; readonly services: readonly string[] }
  | { readonly kind: 'forward' } // put our forwarders and names back as they should be
  | { readonly kind: 'engine' } // start the container engine, by what this machine has for it; root is asked where that needs it
  | { readonly kind: 'route' } // lead the resolver to our names again, where something else came before; root is asked
  | { readonly kind: 'release'; readonly key: string; readonly what: Releasable } // end who has a port, after a question; then as forward
  | { readonly kind: 'setup'; readonly changes: readonly string[] } // needs root: goes through the plan
  | { readonly kind: 'logs'; readonly service: string }
  | { readonly kind: 'subnet'; readonly subnet: string } // a setting: the face saves it, and all begins anew with it
  | { readonly kind: 'none' } // only a person can do it; `command` or the label says what

export interface Fix {
  /** A verb on a thing: "Restart Tempo". An ellipsis at the end means it asks first. */
  readonly label: string
  /** The same from a terminal. */
  readonly command: string
  readonly action: FixAction
}

export interface Rung {
  readonly id: RungId
  readonly state: RungState
  /** How long it took; absent when nothing was measured. */
  readonly ms?: number
  /** What was found: "grafana.macula.local is 127.0.0.4". */
  readonly says: string
  /** Why it is not ok, in a few words for the row. */
  readonly reason?: string
  /** Why, as a sentence for the explanation; absent when `says` tells it all. */
  readonly why?: string
  /** What to do, as a sentence. */
  readonly todo?: string
  readonly fix?: Fix
  /** Id of the shared cause this rung suffers from (told once, not per row). */
  readonly cause?: string
}

export type Ladder = readonly Rung[]

/** The rung a row is about: the first stop, else what is in progress, else the first detour. */
export function headlineRung(ladder: Ladder): Rung | undefined {
  return (
    ladder.find((rung) => rung.state === 'stop') ??
    ladder.find((rung) => rung.state === 'progress') ??
    ladder.find((rung) => rung.state === 'round') ??
    ladder.find((rung) => rung.state === 'unknown')
  )
}
