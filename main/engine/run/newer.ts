import { newerOf, nameOfImage, shippedImage, type NewerImage } from '../../model/image-update.ts'
import type { ServiceSpec } from '../../model/service.ts'
import type { TagsTold } from '../adapters.ts'
import type { RunContext } from './context.ts'

const NOBODY: TagsTold = { kind: 'unknown', why: 'the registries cannot be asked here' }

/** The image that a service's container is made from: what a person laid over its description goes first. */
export async function imageInUse(
  { adapters }: Pick<RunContext, 'adapters'>,
  service: ServiceSpec,
): Promise<{ readonly image: string; readonly own: boolean }> {
  const named = service.runtime.kind === 'container' ? service.runtime.image : ''
  const expected = await adapters.stack.expect([service], { publish: false })
  const image = expected.find(({ id }) => id === service.id)?.image ?? named
  return { image, own: image !== named }
}

/** Which images of services have newer versions, by their registries' tags; each repository is asked once. */
export async function newerImages(
  context: Pick<RunContext, 'adapters' | 'catalog'>,
  ids: readonly string[] | 'all',
): Promise<readonly NewerImage[]> {
  const { registries } = context.adapters
  const asked = new Map<string, Promise<TagsTold>>()
  const tagsOf = async (image: string): Promise<TagsTold> => {
    const name = nameOfImage(image)
    const told = asked.get(name) ?? registries?.tags(image) ?? Promise.resolve(NOBODY)
    asked.set(name, told)
    return await told
  }
  const services = context
    .catalog()
    .services.filter(({ id, runtime }) => runtime.kind === 'container' && (ids === 'all' || ids.includes(id)))
  return await Promise.all(
    services.map(async (service) => {
      const { image, own } = await imageInUse(context, service)
      const shipped = own ? image : (shippedImage(service) ?? image)
      return { ...newerOf(service, image, shipped, await tagsOf(image)), ...(own ? { own } : {}) }
    }),
  )
}
