import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import { sayCount } from '../../model/say.ts'
import type { RenderedService, Adapters } from '../adapters.ts'
import type { ImageInfo } from '../../model/facts.ts'
import type { RunResult, StepEvent } from '../../model/run.ts'
import type { Catalog } from '../../model/service.ts'
import type { RunContext } from './context.ts'

/** Images pulled at the same time; more only share the same line. */
const PULLS_AT_ONCE = 3

/** Pulls what is missing; `known`: what is here as is known already. Returns the trouble of each image that cannot be had, by image. */
export async function pullMissing(
  adapters: Adapters,
  services: readonly Pick<RenderedService, 'image'>[],
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
  known: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, Trouble>> {
  const troubles = new Map<string, Trouble>()
  const images = [...new Set(services.map((service) => service.image))]
  // What cannot even be asked for is the trouble of that image.
  const there = await Promise.all(
    images.map(
      async (image) =>
        known.has(image) ||
        (await adapters.docker
          .hasImage(image)
          .catch((error: unknown) => void troubles.set(image, troubleOf(error)))),
    ),
  )
  const missing = images.filter((_, index) => there[index] === false)
  if (missing.length > 0)
    tell({
      kind: 'phase',
      ms: elapsed(),
      says: `Pulling ${missing.length} of ${sayCount(images.length, 'image')}`,
    })
  const queue = [...missing]
  const worker = async (): Promise<void> => {
    for (let image = queue.shift(); image !== undefined; image = queue.shift()) {
      const began = elapsed()
      try {
        if (signal.aborted)
          throw new MaculaError({ kind: 'refused', what: `${image} was not pulled: interrupted.` })
        await adapters.docker.pull(
          image,
          (progress) => tell({ kind: 'pull', ms: elapsed(), progress }),
          signal,
        )
        tell({ kind: 'pulled', ms: elapsed(), image, tookMs: elapsed() - began })
      } catch (error) {
        troubles.set(image, troubleOf(error))
      }
    }
  }
  await Promise.all(Array.from({ length: PULLS_AT_ONCE }, worker))
  return troubles
}

/** Service and image of everything that runs in a container, in catalog order. */
function imagesOf(catalog: Catalog) {
  return catalog.services.flatMap(({ id, title, runtime }) =>
    runtime.kind === 'container' ? [{ service: id, title, image: runtime.image }] : [],
  )
}

/**
 * The images of the catalog, whether they are here, and how large; what cannot be looked up says why. How much of those that
 * are missing comes over the line is asked of their registries, which takes seconds where one does not answer; `quick`: only
 * what is known of it already; `without docker`: it is not asked, so that none is here.
 */
export async function imageInfos(
  adapters: Adapters,
  catalog: Catalog,
  how?: 'quick' | 'without docker',
): Promise<readonly ImageInfo[]> {
  return await Promise.all(
    imagesOf(catalog).map(async (one) => {
      try {
        const bytes = how === 'without docker' ? undefined : await adapters.docker.imageBytes(one.image)
        if (bytes !== undefined) return { ...one, present: true, bytes }
        const { registries } = adapters
        const size = how === 'quick' ? registries?.known(one.image) : await registries?.size(one.image)
        return {
          ...one,
          present: false,
          ...(size?.kind === 'known' ? { download: size.bytes } : {}),
          ...(size?.kind === 'unknown' ? { noSize: size.why } : {}),
        }
      } catch (error) {
        return { ...one, present: false, trouble: troubleOf(error) }
      }
    }),
  )
}

/** Pulls what is missing for `ids`; nothing is started. Pulling twice at a time is the same pull for Docker. */
export async function pull(
  context: RunContext,
  ids: readonly string[],
  tell: (event: StepEvent) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  const { adapters, truth, catalog } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  await truth.observe.docker()
  await context.needDocker('nothing can be pulled')
  const wanted = imagesOf(catalog()).filter(({ service }) => ids.includes(service))
  const troubles = await pullMissing(adapters, wanted, tell, elapsed, signal)
  const failed = wanted.flatMap(({ service, image }) => {
    const trouble = troubles.get(image)
    return trouble ? [{ service, trouble }] : []
  })
  for (const { service, trouble } of failed) tell({ kind: 'failed', ms: elapsed(), service, trouble })
  return {
    ok: failed.length === 0,
    done: wanted.filter(({ image }) => !troubles.has(image)).map(({ service }) => service),
    failed,
    skipped: [],
    ms: elapsed(),
  }
}
