import type { Adapters } from '../main/engine/adapters.ts'

/** Some of the adapters, each with some of its calls. */
export type AdaptersPart = { readonly [Name in keyof Adapters]?: Partial<NonNullable<Adapters[Name]>> }

const lists: ReadonlySet<PropertyKey> = new Set<keyof Adapters>(['routes', 'steps'])
const optional: ReadonlySet<PropertyKey> = new Set<keyof Adapters>(['migration', 'alerts', 'restores'])

/** Calls that an adapter need not have. */
const optionalCalls: ReadonlySet<PropertyKey> = new Set<keyof Adapters['docker']>(['silentSince'])

/** A promise is awaited by asking for `then`, and a value printed by its symbols: neither is a call of the outside. */
const isCall = (name: PropertyKey): name is string => typeof name === 'string' && name !== 'then'

function adapterOf(adapter: string, part: object): object {
  return new Proxy(part, {
    get(target, name, receiver) {
      if (name in target || !isCall(name) || optionalCalls.has(name))
        return Reflect.get(target, name, receiver) as unknown
      return () => {
        throw new Error(`${adapter}.${name} is not asked here`)
      }
    },
  })
}

/**
 * The outside as a test has it: `part` is there, everything else fails by its name as soon as it is called (Error
 * "docker.stop is not asked here"). There are no routes and steps unless given, and nothing to take over.
 */
export function adaptersOf(part: AdaptersPart): Adapters {
  const all: Record<PropertyKey, unknown> = { ...part }
  return new Proxy(all as unknown as Adapters, {
    get(_, name) {
      if (!isCall(name) || optional.has(name)) return all[name]
      if (lists.has(name)) return all[name] ?? []
      // Kept, so that a test may add calls to it.
      all[name] ??= {}
      return adapterOf(name, all[name] as object)
    },
  })
}

/** What is to run, kept in the memory of the test: read by `wanted`, changed by `set`. */
export function intentOf(
  wanted: () => ReadonlySet<string>,
  set: (next: ReadonlySet<string>) => void,
): Adapters['intent'] {
  let resting = new Set<string>()
  const take = (ids: readonly string[], next: ReadonlySet<string>): void => {
    resting = new Set([...resting].filter((id) => !ids.includes(id)))
    set(next)
  }
  return {
    wanted: () => Promise.resolve(wanted()),
    damage: () => Promise.resolve(undefined),
    want: (ids) => Promise.resolve(take(ids, new Set([...wanted(), ...ids]))),
    unwant: (ids) => Promise.resolve(take(ids, new Set([...wanted()].filter((id) => !ids.includes(id))))),
    rest: (ids) => Promise.resolve(void (resting = new Set([...resting, ...ids]))),
    resting: () => Promise.resolve(resting),
  }
}
