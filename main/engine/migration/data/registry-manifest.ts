import { z } from 'zod'

const part = z.object({ digest: z.string(), urls: z.array(z.string()).optional() })

/** Image manifests and lists of Docker and OCI, and Docker's first schema. */
const schema = z.object({
  config: part.optional(),
  layers: z.array(part).optional(),
  blobs: z.array(part).optional(),
  manifests: z.array(part).optional(),
  fsLayers: z.array(z.object({ blobSum: z.string() })).optional(),
})

/**
 * Digests of the blobs that a manifest needs. Layers that name another place (`urls`) lie there. Of a list only those
 * manifests count that the registry `has`: a list may name images for machines that were never pushed. Undefined: it is none.
 */
export function readManifest(
  content: Buffer,
  has: (digest: string) => boolean,
): readonly string[] | undefined {
  let said: unknown
  try {
    said = JSON.parse(content.toString('utf8'))
  } catch {
    return undefined
  }
  const { data } = schema.safeParse(said)
  if (!data) return undefined
  const own = [data.config, ...(data.layers ?? []), ...(data.blobs ?? [])]
  return [
    ...own.flatMap((one) => (one && (one.urls ?? []).length === 0 ? [one.digest] : [])),
    ...(data.fsLayers ?? []).map(({ blobSum }) => blobSum),
    ...(data.manifests ?? []).flatMap(({ digest }) => (has(digest) ? [digest] : [])),
  ]
}
