import type { Trouble } from '../../model/errors.ts'
import { sayList } from '../../model/say.ts'
import type { ServiceSpec } from '../../model/service.ts'
import { secretsInside, templatesOf, volumesIn } from './recover.ts'

/** A container of ours, as far as passwords and data belong together. */
export interface MadeContainer {
  readonly name: string
  /** The variables that it was made with. */
  readonly variables: ReadonlyMap<string, string>
  /** Volumes and folders that it writes to. */
  readonly data: readonly string[]
}

/** What was made with passwords and still needs the same. */
export interface MadeWithSecrets {
  /** Names of volumes with data of services. */
  volumes(): Promise<readonly string[]>
  /** The container of a service; undefined when it has none. */
  container(service: string): Promise<MadeContainer | undefined>
}

/** Where one password is in use. */
export interface Use {
  /** Services whose data wants it, and where that data is. */
  readonly data: readonly { readonly title: string; readonly at: readonly string[] }[]
  /** Containers that were made with it, those with data first. */
  readonly carriers: readonly { readonly title: string; readonly container: string; readonly value: string }[]
  /** What it was; undefined: nothing tells any more. */
  readonly value: string | undefined
}

/**
 * Where the passwords of services are in use, by name: told by the variables of containers, else by `copy`, the passwords
 * of the rendered copy. `overlays`: the folder of what is laid over services. A password that a service got only after its data was made is in use nowhere.
 */
export async function usesOf(
  services: readonly ServiceSpec[],
  made: MadeWithSecrets,
  copy: ReadonlyMap<string, string>,
  overlays: string,
): Promise<ReadonlyMap<string, Use>> {
  const volumes = await made.volumes()
  const seen = await Promise.all(
    services
      .filter(({ secrets }) => secrets.length > 0)
      .map(async (service) => {
        const [templates, container, own] = await Promise.all([
          templatesOf(service, overlays),
          made.container(service.id),
          volumesIn(service),
        ])
        const found = container ? secretsInside(templates, container.variables) : new Map<string, string>()
        const at = container?.data ?? volumes.filter((name) => own.some((key) => isVolume(name, key)))
        return { service, container, found, at }
      }),
  )
  const names = [...new Set(seen.flatMap(({ service }) => service.secrets))]
  return new Map(
    names.map((name) => {
      const users = seen.filter(({ service }) => service.secrets.includes(name))
      const carriers = users
        .toSorted((one, two) => Number(two.at.length > 0) - Number(one.at.length > 0))
        .flatMap(({ service: { title }, container, found }) => {
          const value = found.get(name)
          return container && value !== undefined ? [{ title, container: container.name, value }] : []
        })
      const data = users.flatMap(({ service, container, found, at }) => {
        // The copy has the others of this service: this one is newer than its data.
        const isNew = container
          ? !found.has(name)
          : !copy.has(name) && service.secrets.some((other) => copy.has(other))
        return at.length === 0 || isNew ? [] : [{ title: service.title, at }]
      })
      return [name, { data, carriers, value: carriers[0]?.value ?? copy.get(name) }]
    }),
  )
}

/** Whether a volume is the one that compose makes for a key of a fragment. */
const isVolume = (name: string, key: string): boolean => name === key || name.endsWith(`_${key}`)

/** Whether data wants another password than the one that is there, or one that is not there. */
export function isOff(use: Use, have: string | undefined): boolean {
  if (use.data.length === 0) return false
  return have === undefined || (use.carriers.length > 0 && use.value !== have)
}

/** Why nothing is made with a password that is off. `file`: where passwords are kept; `restore`: the command. */
export function sayOff(
  name: string,
  use: Use,
  have: string | undefined,
  file: string,
  restore: string,
): Trouble {
  const titles = sayList([...new Set(use.data.map(({ title }) => title))])
  const at = sayList([...new Set(use.data.flatMap((one) => one.at))], 3)
  const [carrier] = use.carriers
  const from = carrier ? `the container ${carrier.container}` : 'the rendered copy'
  const differing = use.carriers.filter(({ value }) => value !== have).map(({ container }) => container)
  return {
    kind: 'refused',
    what:
      have === undefined
        ? `The password ${name} is gone, and data that was made with it is there. No new one was made.`
        : `The password ${name} is not the one that data was made with. Nothing was made with it.`,
    why:
      have === undefined
        ? `${file} does not have it, and the data of ${titles} (${at}) wants the old one.`
        : `${file} has another one than ${from} was made with, and the data of ${titles} (${at}) wants the old one.`,
    todo: [
      use.value === undefined
        ? `Restore ${file} from a backup.`
        : `Read it back from ${from}: ${restore} (the file as it is now is kept aside). Or restore ${file} from a backup.`,
      ...(have === undefined || differing.length === 0
        ? []
        : [`Only if the data was told the new one: docker rm -f ${differing.join(' ')}`]),
    ].join(' '),
  }
}
