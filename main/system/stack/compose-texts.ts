import { stringify } from 'yaml'
import { MaculaError } from '../../model/errors.ts'
import type { ServiceSpec, Settings } from '../../model/service.ts'
import { labels, ownLabels } from '../docker/container.ts'
import { OVERRIDE, type Fragment } from './fragment.ts'

/** The variables that fragments may use, without secrets. */
export function variablesOf(settings: Settings): Readonly<Record<string, string>> {
  return {
    MACULA_NETWORK: settings.project,
    MACULA_SUBNET_PREFIX: settings.subnet.slice(0, settings.subnet.lastIndexOf('.')),
    MACULA_SUFFIX: settings.suffix,
  }
}

/** Ports that Docker publishes on a free port of 127.0.0.1, for engines whose container addresses cannot be reached. */
export function portsOf(service: ServiceSpec): readonly string[] {
  return [...new Set(service.endpoints.map(({ target }) => `127.0.0.1::${target}`))]
}

/** What the engine adds to a fragment: labels by which it knows its own containers and volumes, published ports. */
export function overrideText(
  fragment: Fragment,
  settings: Settings,
  config: string,
  ports: readonly string[],
): string {
  const own = ownLabels(settings.project)
  const volumes = Object.fromEntries([...fragment.volumes.keys()].map((key) => [key, { labels: own }]))
  return stringify({
    services: {
      [fragment.id]: {
        labels: { ...own, [labels.service]: fragment.id, [labels.config]: config },
        ...(ports.length > 0 ? { ports } : {}),
      },
    },
    ...(fragment.volumes.size > 0 ? { volumes } : {}),
  })
}

/** A compose project that only includes fragments, each with what lies over it. */
export function projectText(
  project: string,
  fragments: readonly { readonly id: string; readonly compose: readonly string[] }[],
): string {
  return stringify({
    name: project,
    include: fragments.map(({ id, compose }) => ({
      path: [...compose, OVERRIDE].map((file) => `${id}/${file}`),
    })),
  })
}

/**
 * The variables file of the project. Compose would expand `$` and read `#` and quotes, so only texts without
 * any of them are written; ours have none.
 */
export function environmentText(values: ReadonlyMap<string, string>): string {
  const lines = [...values].map(([name, value]) => {
    if (!/^[A-Za-z0-9_.:/@-]*$/.test(value))
      throw new MaculaError({
        kind: 'invalid',
        what: `The value of ${name} cannot be given to compose.`,
        why: 'It has characters that compose would read as its own syntax.',
        todo: 'Use letters and digits only.',
      })
    return `${name}=${value}\n`
  })
  return lines.sort().join('')
}
