import { z } from 'zod'
import type { DownloadSize, RegistriesAdapter } from '../../engine/adapters.ts'
import { splitImage } from '../../model/cluster.ts'
import type { RegistryAuth } from './credentials.ts'
import { manifestTypes, openRepository, whyUntold } from './registry-client.ts'
import { openTags } from './registry-tags.ts'

/** A registry that answers takes well below a second for the two or three questions; people do not wait for longer. */
const DEADLINE_MS = 5000

/** A registry that did not answer is asked again after this long; a size that was told stays. */
const AGAIN_MS = 60_000

/** Questions at the same time. */
const AT_ONCE = 6

const size = z.int().min(0).max(1e13)
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
/** Both kinds in one: an index names manifests, a manifest names layers (OCI image-spec, Docker manifest v2.2). */
const manifestSchema = z.object({
  config: z.object({ size }).optional(),
  layers: z.array(z.object({ digest, size })).max(1000).optional(),
  manifests: z
    .array(
      z.object({
        digest,
        platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
      }),
    )
    .max(1000)
    .optional(),
})

/** Node's word for a processor as images name it. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm' }

/**
 * Compressed bytes of an image by the registry's manifests (distribution-spec, "Pulling manifests"): each layer counted
 * once, with the configuration. Throws with the reason in a few words.
 */
async function ask(
  image: string,
  auth: RegistryAuth | undefined,
  signal: AbortSignal,
  architecture: string,
): Promise<number> {
  const repository = await openRepository({ image, auth, signal, accept: manifestTypes })
  const get = async (reference: string): Promise<z.infer<typeof manifestSchema>> =>
    manifestSchema.parse((await repository.json(`manifests/${reference}`)).value)
  let found = await get(/@(sha256:[0-9a-f]{64})$/.exec(image)?.[1] ?? splitImage(image).tag)
  if (found.manifests !== undefined) {
    const mine = found.manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
    )
    if (!mine) throw new Error('the registry has none for this processor')
    found = await get(mine.digest)
  }
  const layers = new Map((found.layers ?? []).map((layer) => [layer.digest, layer.size]))
  if (layers.size === 0) throw new Error('the registry does not say')
  return [...layers.values()].reduce((sum, bytes) => sum + bytes, found.config?.size ?? 0)
}

/** Asks registries how large images are, by the person's own sign-in; nothing is downloaded. */
export function openRegistries(options: {
  readonly auth: (image: string) => Promise<RegistryAuth | undefined>
  readonly now: () => number
  readonly deadlineMs?: number
  readonly tagsDeadlineMs?: number
  readonly architecture?: string
}): RegistriesAdapter {
  const { auth, now, deadlineMs = DEADLINE_MS, tagsDeadlineMs } = options
  const architecture = options.architecture ?? architectures[process.arch] ?? process.arch
  const told = new Map<string, { readonly at: number; readonly size: DownloadSize }>()
  const under = new Map<string, Promise<DownloadSize>>()
  let free = AT_ONCE
  const queue: (() => void)[] = []

  const turn = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => void queue.push(resolve))
  }
  const done = (): void => {
    const next = queue.shift()
    if (next) next()
    else free += 1
  }
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    await turn()
    try {
      return await work()
    } finally {
      done()
    }
  }

  const known = (image: string): DownloadSize | undefined => {
    const last = told.get(image)
    if (last === undefined) return undefined
    return last.size.kind === 'known' || now() - last.at < AGAIN_MS ? last.size : undefined
  }
  const look = async (image: string, signal: AbortSignal): Promise<DownloadSize> => {
    return await inTurn(async () => {
      try {
        return { kind: 'known', bytes: await ask(image, await auth(image), signal, architecture) }
      } catch (error) {
        return { kind: 'unknown', why: whyUntold(error) }
      }
    })
  }

  return {
    known,
    ...openTags({ auth, inTurn, ...(tagsDeadlineMs === undefined ? {} : { deadlineMs: tagsDeadlineMs }) }),
    async size(image) {
      const before = known(image)
      if (before) return before
      // One deadline from the moment of the question, whatever waits for its turn.
      const work =
        under.get(image) ??
        look(image, AbortSignal.timeout(deadlineMs))
          .then((size) => {
            told.set(image, { at: now(), size })
            return size
          })
          .finally(() => under.delete(image))
      under.set(image, work)
      return await work
    },
  }
}
