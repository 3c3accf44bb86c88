import type { SetupItem } from '../../../main/model/change.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { SetupPlan } from '../../../preload/contract.ts'

/** What a person chose of the plan: what they touched, else the default. */
export interface Chosen {
  readonly touched: ReadonlyMap<string, boolean>
  /** Only these are on until they are touched; null: all. */
  readonly only: readonly string[] | null
}

export function isOn(chosen: Chosen, id: string): boolean {
  return chosen.touched.get(id) ?? (chosen.only === null || chosen.only.includes(id))
}

/** What is to be done, whether chosen or not. */
export function openItems(plan: SetupPlan | undefined): readonly SetupItem[] {
  return plan?.items.filter((item) => item.state === 'to do') ?? []
}

/** What is to be done and chosen. */
export function chosenItems(plan: SetupPlan | undefined, chosen: Chosen): readonly SetupItem[] {
  return openItems(plan).filter((item) => isOn(chosen, item.change.id))
}

/** The commands for people who prefer to type them, each change under its title. */
export function commandsOf(items: readonly SetupItem[]): readonly string[] {
  return items.flatMap(({ change }, index) => [
    ...(index === 0 ? [] : ['']),
    `# ${change.title}`,
    ...change.commands,
  ])
}

/** How many files and packages the changes touch. */
export function countParts(items: readonly SetupItem[]): {
  readonly files: number
  readonly packages: number
} {
  const verbs = items.flatMap(({ change }) => change.verbs)
  return {
    files: verbs.filter(({ verb }) => ['file', 'block', 'remove', 'lines'].includes(verb)).length,
    packages: verbs.flatMap((verb) => (verb.verb === 'packages' ? verb.names : [])).length,
  }
}

/** From here on every program may listen. */
const LOWEST_FREE_PORT = 1024

/** Where services open without names and without low ports: "http://127.0.0.4:3000", or the container's own address. */
export function addressesOf(
  snapshot: Snapshot | null,
): readonly { readonly title: string; readonly url: string }[] {
  return (snapshot?.services ?? []).flatMap((view) => {
    const endpoint = view.endpoints[0]
    const access =
      endpoint?.accesses.find((one) => one.kind === 'address' && one.port >= LOWEST_FREE_PORT) ??
      endpoint?.accesses.find((one) => one.kind === 'direct')
    return access && endpoint?.opens === true ? [{ title: view.title, url: access.url }] : []
  })
}
