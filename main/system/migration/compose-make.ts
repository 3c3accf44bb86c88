import { MaculaError } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import { CALL_DEADLINE_MS, within, type Link } from '../docker/link.ts'
import { dockerTrouble, statusOf } from '../docker/trouble.ts'
import { joinNetwork } from './act.ts'
import type { KeptCompose } from './compose-kept.ts'
import { inspect, type SeenProject } from './docker.ts'
import { withPath } from './one-tar.ts'
import { networkBody, recipeOf } from './recipe.ts'

export type Kept = KeptCompose['containers'][number]
type Made = Kept & { readonly record: NonNullable<Kept['record']> }

const CREATE_DEADLINE_MS = 60_000

/** What of a project's networks is gone, made again as it was; what was kept without its form Compose makes. */
export async function makeNetworks(
  link: Link,
  kept: KeptCompose,
  now: SeenProject | undefined,
  tell: (says: string) => void,
): Promise<void> {
  for (const { name, record } of kept.networks) {
    if (!record || now?.networks.some((one) => one.name === name) === true) continue
    try {
      await within(CREATE_DEADLINE_MS, async () => await link.calls.createNetwork(networkBody(name, record)))
      tell(`made the network ${name} again`)
    } catch (error) {
      // 409: somebody made one of that name; whether it is the same is compared at the end.
      if (statusOf(error) !== 409) throw networkTrouble(name, record.ipam, error)
    }
  }
}

function networkTrouble(name: string, ipam: Readonly<Record<string, unknown>>, error: unknown): MaculaError {
  const configs = (ipam['Config'] ?? []) as readonly { readonly Subnet?: string }[]
  const subnets = configs.flatMap(({ Subnet: subnet }) => (subnet === undefined ? [] : [subnet]))
  const { trouble } = dockerTrouble(`The Docker network ${name} cannot be created again`, error)
  return new MaculaError({
    ...trouble,
    todo: `See whose addresses ${sayList(subnets)} are now (docker network inspect $(docker network ls -q) names all), remove that network, then run maculactl migrate --back.`,
  })
}

/** Those that have all that Docker was told, in the order that they need each other's network, processes and volumes in. */
export function inOrder(gone: readonly Kept[]): readonly Made[] {
  const made = gone.filter((one): one is Made => one.record !== undefined)
  const ordered: Made[] = []
  const visit = (one: Made, way: readonly Made[]): void => {
    if (ordered.includes(one) || way.includes(one)) return
    for (const other of made)
      if (one.record.shares.some((id) => id === other.id || id === other.name)) visit(other, [...way, one])
    ordered.push(one)
  }
  for (const one of made) visit(one, [])
  return ordered
}

/**
 * Makes containers again exactly as Docker was told when they were made, by whatever version of Compose, shell and files; Compose
 * knows them as its own by their labels. They are not started.
 */
export async function makeContainers(
  link: Link,
  kept: KeptCompose,
  gone: readonly Kept[],
  tell: (says: string) => void,
): Promise<void> {
  for (const one of inOrder(gone)) {
    const recipe = recipeOf(one.record, {
      oldId: one.id,
      idOf: await idsNow(link, kept, one.record.shares),
      volumes: await nameless(link, one),
    })
    try {
      await within(
        CREATE_DEADLINE_MS,
        async () => await link.calls.createContainer({ ...recipe.body, name: one.name }),
      )
    } catch (error) {
      throw madeTrouble(`${one.name} cannot be created again`, error)
    }
    tell(`made ${one.name} again`)
  }
}

/** What Compose itself had put into a container (a secret of a shell, the text of a configuration) is put there again. */
export async function putFiles(link: Link, id: string, { put = [], name }: Kept): Promise<void> {
  for (const { at, tar } of put)
    try {
      // By its whole path: Docker makes folders that are not there, as it does for Compose.
      const archive = withPath(Buffer.from(tar, 'base64'), at)
      await within(CREATE_DEADLINE_MS, async () => {
        await link.calls.getContainer(id).putArchive(archive, { path: '/' })
      })
    } catch (error) {
      throw madeTrouble(`${at} cannot be put into ${name} again`, error)
    }
}

/** The ids that other containers have now, by the id that they had. */
async function idsNow(
  link: Link,
  kept: KeptCompose,
  shares: readonly string[],
): Promise<(old: string) => string> {
  const found = new Map<string, string>()
  for (const old of shares) {
    const name = kept.containers.find(({ id }) => id === old)?.name
    const info = name === undefined ? undefined : await inspect(link, name)
    if (info) found.set(old, info.Id)
  }
  return (old) => found.get(old) ?? old
}

/** Docker's own name of a volume that nobody named. */
export const NAMELESS = /^[0-9a-f]{64}$/

/** Its volumes without a name that are still there. */
async function nameless(link: Link, { record }: Made): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const { name } of record.mounts) {
    if (!NAMELESS.test(name)) continue
    try {
      await within(CALL_DEADLINE_MS, async () => await link.calls.getVolume(name).inspect())
      found.add(name)
    } catch (error) {
      if (statusOf(error) !== 404) throw dockerTrouble(`The volume ${name} cannot be inspected`, error)
    }
  }
  return found
}

/** A failure of a container of theirs: what Docker's words mean, and what leads on here. */
export function madeTrouble(what: string, error: unknown): MaculaError {
  const { trouble } = dockerTrouble(what, error)
  const port = (trouble.todo ?? '').startsWith('See who has it')
  return new MaculaError({
    ...trouble,
    todo: port
      ? 'See who has it (sudo ss -ltnp) and stop that, then run maculactl migrate --back.'
      : trouble.kind === 'outside'
        ? trouble.todo
        : 'Repair that, then run maculactl migrate --back.',
  } as typeof trouble)
}

/** Puts a container on the networks that it was on, with the names and the fixed addresses that it had there. */
export async function joinAll(
  link: Link,
  kept: Kept,
  found: { readonly id: string; readonly name: string; readonly networks: ReadonlySet<string> },
  tell: (says: string) => void,
): Promise<void> {
  if (!kept.record) return
  const { joins } = recipeOf(kept.record, {
    oldId: kept.id,
    idOf: (old) => old,
    volumes: new Set(),
  })
  for (const { network, endpoint } of joins) {
    if (found.networks.has(network)) continue
    // What keeps it off is told at the end, with everything else that is not as it was.
    await joinNetwork(link, network, found, endpoint).then(
      () => tell(`${found.name} is on ${network} again`),
      () => tell(`${found.name} could not be put on ${network} again`),
    )
  }
}
