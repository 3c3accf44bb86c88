import { rowOf } from '../../../main/engine/picked.ts'
import { updateImage } from '../../../main/engine/run/update.ts'
import type { ImageUpdate } from '../../../main/model/image-pin.ts'
import type { UpdateWish } from '../../../main/model/image-update.ts'
import type { Catalog, ServiceSpec } from '../../../main/model/service.ts'
import { fakeStack } from './fake-stack.ts'

export const images: Readonly<Record<'app' | 'db', string>> = {
  app: 'reg.test/team/app:1.2.0',
  db: 'reg.test/postgres:17.1',
}
const digestOf = (tag: string): string => `sha256:${Buffer.from(tag).toString('hex').padEnd(64, '0')}`
export const pinned = (tag: string): string => `reg.test/team/app:${tag}@${digestOf(tag)}`

/** Two services of whose images a registry has newer versions, over an outside of values; both run. */
export async function updateWorld(specs: (id: string) => Partial<ServiceSpec> = () => ({})) {
  const stack = fakeStack(['app', 'db'], (id) => ({
    runtime: { kind: 'container', image: id === 'app' ? images.app : images.db },
    ...specs(id),
  }))
  const world = {
    written: {} as Record<string, ImageUpdate>,
    tags: ['1.2.0', '1.3.0', '1.3.1-rc1', '2.0.0', '17.1', '17.2', '18.0'] as readonly string[] | undefined,
    /** Images whose tags were asked for. */
    asked: [] as string[],
    /** What happens each time that time passes while a new version is watched. */
    passes: () => undefined as void,
    /** How often settings are written before they cannot be; undefined: always. */
    writes: undefined as number | undefined,
  }
  for (const [id, image] of Object.entries(images)) {
    stack.world.named.set(id, image)
    stack.world.images.set(image, `sha256:${id}-old`)
  }
  Object.assign(stack.context.adapters, {
    registries: {
      tags(image: string) {
        world.asked.push(image)
        return Promise.resolve(
          world.tags
            ? { kind: 'known', tags: world.tags }
            : { kind: 'unknown', why: 'the registry does not answer' },
        )
      },
      digest: (_: string, tag: string) =>
        Promise.resolve(
          world.tags?.includes(tag) === true
            ? { kind: 'known', digest: digestOf(tag) }
            : { kind: 'unknown', why: 'the registry does not have it' },
        ),
    },
    updates: {
      read: () => Promise.resolve(world.written),
      keep(id: string, update: ImageUpdate | undefined) {
        if (world.writes !== undefined && (world.writes -= 1) < 0)
          return Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
        const { [id]: _, ...others } = world.written
        world.written = update ? { ...others, [id]: update } : others
        return Promise.resolve()
      },
    },
  })
  function took(next: Catalog): void {
    stack.catalog.services = [...next.services]
    for (const { id, runtime } of next.services)
      if (runtime.kind === 'container') stack.world.named.set(id, runtime.image)
  }
  await stack.up(['app', 'db'])
  stack.forget()
  return {
    stack,
    world,
    took,
    async go(
      wish: UpdateWish = { kind: 'to' },
      id = 'app',
      signal: AbortSignal = new AbortController().signal,
      tell = stack.tell,
    ) {
      const { context, runs } = stack
      const wait = async (ms: number): Promise<void> => {
        stack.world.now += ms
        world.passes()
        await Promise.resolve()
      }
      const updating = { context, runs, catalog: () => stack.catalog, took, wait }
      return await updateImage(updating, rowOf(stack.catalog, id), wish, tell, signal)
    },
    /** "IMAGE STATE" of a service's container. */
    runsFrom(id = 'app'): string {
      const { image, state } = stack.world.containers.get(id) ?? {}
      return `${image} ${state}`
    },
    /** Made from one of these images the container ends at once. */
    breaks(...broken: readonly string[]): void {
      stack.world.started = (container) =>
        broken.includes(container.image)
          ? { ...container, state: 'exited', exitCode: 3, address: '' }
          : container
    },
  }
}
