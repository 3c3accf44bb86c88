import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import type { RenderedService, Ports } from '../ports.ts'
import type { StepEvent } from '../../model/run.ts'

/** Images pulled at the same time; more only share the same line. */
const PULLS_AT_ONCE = 3

/** Pulls what is missing. Returns the trouble of each image that cannot be had, by image. */
export async function pullMissing(
  ports: Ports,
  services: readonly RenderedService[],
  tell: (event: StepEvent) => void,
  elapsed: () => number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Trouble>> {
  const troubles = new Map<string, Trouble>()
  const images = [...new Set(services.map((service) => service.image))]
  const there = await Promise.all(images.map(async (image) => await ports.docker.hasImage(image)))
  const missing = images.filter((_, index) => there[index] === false)
  if (missing.length > 0)
    tell({ kind: 'phase', ms: elapsed(), says: `Pulling ${missing.length} of ${images.length} images` })
  const queue = [...missing]
  const worker = async (): Promise<void> => {
    for (let image = queue.shift(); image !== undefined; image = queue.shift()) {
      const began = elapsed()
      try {
        if (signal.aborted)
          throw new MaculaError({ kind: 'refused', what: `${image} was not pulled: interrupted.` })
        await ports.docker.pull(image, (progress) => tell({ kind: 'pull', ms: elapsed(), progress }), signal)
        tell({ kind: 'pulled', ms: elapsed(), image, tookMs: elapsed() - began })
      } catch (error) {
        troubles.set(image, troubleOf(error))
      }
    }
  }
  await Promise.all(Array.from({ length: PULLS_AT_ONCE }, worker))
  return troubles
}
