import type { ContainerSeen, Made } from './observation.ts'
import { sayMemory } from './rungs/memory.ts'
import { sayList } from './say.ts'

/** What a service's container would be if it were made now, with what exists of its parts. */
export interface Expected {
  /** Hash of its fragment, files and variables; undefined where that cannot be known without writing. */
  readonly config: string | undefined
  readonly image: string
  /** Id that the image's name has now; undefined: it is not here. */
  readonly imageId: string | undefined
  /** Labels by which it is known. */
  readonly labels: Readonly<Record<string, string>>
  readonly network: string
  /** Id of that network; undefined: there is none now. */
  readonly networkId: string | undefined
  /** Volumes that hold its data, and whether each exists; `fresh`: it never did, as far as is known. */
  readonly volumes: readonly { readonly name: string; readonly there: boolean; readonly fresh?: true }[]
  /** What compose made from this very configuration, read right afterwards; absent: not known. */
  readonly as?: Reference
  /** When each path that is mounted into it came to be (epoch ms); undefined: it is not there. Others are not known. */
  readonly sources: ReadonlyMap<string, number | undefined>
}

/** A container as it was when it had just been made. */
export interface Reference {
  readonly config: string
  readonly imageId: string
  readonly traits: Readonly<Record<string, string>>
}

/** One thing in which a container is not what would be made now. */
export interface Drift {
  readonly kind:
    | 'configuration'
    | 'image'
    | 'network'
    | 'files'
    | 'labels'
    | 'another network'
    | 'limit'
    | 'restart policy'
    | 'trait'
  /** "it is not on the docker network macula" */
  readonly says: string
  /** Somebody may have wanted it: it is made anew only when that is asked for. */
  readonly asks: boolean
  /** It cannot be reached, or cannot start again, as it is. */
  readonly stops: boolean
}

const NETWORK = 'network '

/** Traits that `docker update` changes and that somebody may have raised or lowered on purpose. */
const limits: ReadonlySet<string> = new Set([
  'memory limit',
  'memory and swap limit',
  'memory reservation',
  'CPU limit',
  'CPU shares',
  'CPU quota',
  'CPU set',
  'process limit',
])

/** In what a container differs from what would be made now; none: it is right. */
export function driftOf(
  expected: Expected,
  seen: Pick<ContainerSeen, 'config' | 'imageId' | 'startedAt' | 'state' | 'made'>,
): readonly Drift[] {
  const { made } = seen
  const found: Drift[] = []
  const add = (kind: Drift['kind'], says: string, more: Partial<Drift> = {}): void =>
    void found.push({ kind, says, asks: false, stops: false, ...more })
  if (expected.config !== undefined && expected.config !== seen.config)
    add('configuration', 'its configuration has changed')
  if (expected.imageId !== undefined && expected.imageId !== seen.imageId)
    add('image', `${expected.image} is a different image now`)
  if (!made) return found
  found.push(...networksOf(expected, made), ...filesOf(expected, seen, made))
  const labels = Object.entries(expected.labels).filter(([name, value]) => made.labels[name] !== value)
  if (labels.length > 0) add('labels', `its label ${sayList(labels.map(([name]) => name))} has changed`)
  // Made from something else it has other traits anyway; that is said already.
  const { as } = expected
  if (as?.config === seen.config && as.imageId === seen.imageId)
    found.push(...traitsOf(as, made, expected.network))
  return found
}

function networksOf({ network, networkId, as }: Expected, made: Made): readonly Drift[] {
  const is = made.networks[network]
  const needed = as ? `${NETWORK}${network}` in as.traits : made.mode === network
  const broken = { kind: 'network', asks: false, stops: true } as const
  if (needed && is === undefined) return [{ ...broken, says: `it is not on the docker network ${network}` }]
  if (needed && networkId === undefined) return [{ ...broken, says: `its docker network ${network} is gone` }]
  if (needed && is !== '' && is !== networkId)
    return [{ ...broken, says: `its docker network ${network} was removed and made again` }]
  return []
}

function filesOf(
  { sources }: Expected,
  { startedAt, state }: Pick<ContainerSeen, 'startedAt' | 'state'>,
  made: Made,
): readonly Drift[] {
  const gone = made.binds.filter((path) => sources.has(path) && sources.get(path) === undefined)
  if (gone.length > 0)
    return [
      { kind: 'files', says: `${gone[0]}, which is mounted into it, is gone`, asks: false, stops: true },
    ]
  // A mount keeps what was there at the start, even when something else has that path now.
  const reborn = made.binds.find((path) => (sources.get(path) ?? 0) > startedAt)
  return reborn !== undefined && (state === 'running' || state === 'paused')
    ? [
        {
          kind: 'files',
          says: `${reborn}, which is mounted into it, was rewritten after it started`,
          asks: false,
          stops: false,
        },
      ]
    : []
}

/** A value as people read it; hashes and lists are not shown. */
function say(trait: string, value: string | undefined): string {
  if (value === undefined) return trait === 'restart policy' ? 'no' : 'none'
  return trait.startsWith('memory') && /^\d/.test(value) ? sayMemory(Number(value)) : value
}

function traitsOf(as: Reference, made: Made, own: string): readonly Drift[] {
  const names = [...new Set([...Object.keys(as.traits), ...Object.keys(made.traits)])]
  return names.flatMap((trait): Drift[] => {
    const was = as.traits[trait]
    const is = made.traits[trait]
    if (was === is) return []
    const drift = { kind: 'trait', asks: false, stops: false } as const
    if (trait.startsWith(NETWORK)) {
      const network = trait.slice(NETWORK.length)
      // That it is off its own network is said by the rule above.
      if (is === undefined && network === own) return []
      if (is === undefined) return [{ ...drift, says: `it is not on the docker network ${network}` }]
      if (was !== undefined)
        return [
          { ...drift, says: `it is on the docker network ${network} with other names or another address` },
        ]
      return [
        {
          ...drift,
          kind: 'another network',
          says: `it is also on the docker network ${network}`,
          asks: true,
        },
      ]
    }
    if (limits.has(trait) || trait === 'restart policy')
      return [
        {
          ...drift,
          kind: trait === 'restart policy' ? trait : 'limit',
          says: `its ${trait} is ${say(trait, is)} instead of ${say(trait, was)}`,
          asks: trait !== 'restart policy',
        },
      ]
    if (trait === 'name') return [{ ...drift, says: `it is called ${is} instead of ${was}` }]
    const how = was === undefined ? 'was added' : is === undefined ? 'is missing' : 'is another one'
    return [{ ...drift, says: `its ${trait} ${how}` }]
  })
}

/** Several differences as one clause, the worst first, at most three. */
export function sayDrift(drift: readonly Drift[]): string {
  const all = [...drift].sort((one, two) => Number(two.stops) - Number(one.stops)).map(({ says }) => says)
  return sayList([...new Set(all)], 3)
}
