import { MaculaError } from '../../../model/errors.ts'
import { sayList } from '../../../model/say.ts'
import { placesOf, whyNotSecret, type SecretRow } from '../../../model/secret.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { SecretsAdapter } from '../../adapters.ts'
import { keepingOf } from './keepers.ts'

/** All secrets that services name, and those that are kept though nothing names them, by name. */
export async function secretRows(
  secrets: SecretsAdapter,
  services: readonly ServiceSpec[],
): Promise<readonly SecretRow[]> {
  const [known, odd, changing] = [await secrets.read(), await secrets.odd(), await secrets.changing()]
  const names = new Set([...services.flatMap((service) => service.secrets), ...known.keys(), ...odd.keys()])
  return [...names].sort().map((name) => {
    const value = known.get(name)
    const trouble =
      odd.get(name) ?? (value === undefined ? undefined : whyNotSecret(value, placesOf(services, name)))
    const keptBy = keepingOf(services, [name])[0]?.service.id
    const was = services.flatMap(({ secretUses }) => secretUses?.[name]?.was ?? [])[0]
    return {
      name,
      usedBy: services.filter((one) => one.secrets.includes(name)).map(({ id }) => id),
      changing: changing?.to.has(name) ?? false,
      ...(value === undefined ? {} : { value }),
      ...(keptBy === undefined ? {} : { keptBy }),
      ...(was === undefined ? {} : { was }),
      ...(trouble === undefined ? {} : { trouble }),
    }
  })
}

/** Throws MaculaError `usage` unless a service names each of them, and, with a value, unless it can be one. */
export function needNames(
  services: readonly ServiceSpec[],
  names: readonly string[],
  values?: ReadonlyMap<string, string>,
): void {
  const known = new Set(services.flatMap((service) => service.secrets))
  const stranger = names.find((name) => !known.has(name))
  if (stranger !== undefined)
    throw new MaculaError({
      kind: 'usage',
      what: `No service uses a secret ${JSON.stringify(stranger)}.`,
      todo: `There are: ${sayList([...known].sort(), known.size)}.`,
    })
  for (const name of names) {
    const value = values?.get(name)
    const why = value === undefined ? undefined : whyNotSecret(value, placesOf(services, name))
    if (why !== undefined)
      throw new MaculaError({
        kind: 'usage',
        what: `That cannot be ${name}: ${why}.`,
        todo: 'Nothing was changed. Choose another one.',
      })
  }
}
