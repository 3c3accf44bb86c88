import type { Expected } from '../../model/drift.ts'
import type { Catalog, Settings } from '../../model/service.ts'
import type { Adapters, ExpectedService, Parts } from '../adapters.ts'
import type { Seen } from './seen.ts'

/**
 * Reads what each container would be if it were made now, and how its last starts ended, into `seen`. What cannot be
 * known (Docker is down, a file that cannot be read) is left out, never guessed.
 */
export function expecter(
  adapters: Adapters,
  settings: Settings,
  catalog: () => Catalog,
  seen: Seen,
  isNative: () => boolean,
) {
  async function failures(): Promise<void> {
    const record = [...(await adapters.record.read())]
    seen.failures = new Map(record.flatMap(([id, { failed }]) => (failed ? [[id, failed] as const] : [])))
    seen.lacks = new Map(record.flatMap(([id, { lacks }]) => (lacks ? [[id, lacks] as const] : [])))
  }

  /** `services` and `parts`: as they were read a moment ago. */
  async function expected(services?: readonly ExpectedService[], parts?: Parts): Promise<void> {
    if (seen.docker.kind !== 'up') {
      seen.expected = new Map()
      return
    }
    try {
      const containers = catalog().services.filter(({ runtime }) => runtime.kind === 'container')
      const binds = [...seen.containers.values()].flatMap(({ made }) => made?.binds ?? [])
      const [all, record, sources] = await Promise.all([
        services ?? adapters.stack.expect(containers, { publish: !isNative() }),
        adapters.record.read(),
        // Another machine's paths are not ours to look at.
        isNative() ? adapters.stack.sources(binds) : new Map<string, number | undefined>(),
      ])
      await failures()
      const now = parts ?? (await adapters.docker.parts([...new Set(all.map(({ image }) => image))]))
      seen.expected = new Map(
        all.map(({ id, config, image, labels, volumes }): readonly [string, Expected] => {
          const as = record.get(id)?.made
          return [
            id,
            {
              config,
              image,
              imageId: now.images.get(image),
              labels,
              network: settings.project,
              networkId: now.network,
              volumes: volumes.map((name) => {
                const there = now.volumes.has(name)
                const isKnown = there || record.get(id)?.volumes.includes(name) === true
                return { name, there, ...(isKnown ? {} : { fresh: true as const }) }
              }),
              ...(as ? { as } : {}),
              sources,
            },
          ]
        }),
      )
    } catch {
      seen.expected = new Map()
    }
  }
  return { expected, failures }
}
