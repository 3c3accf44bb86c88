import { z } from 'zod'
import type { RegistriesAdapter } from '../../engine/adapters.ts'
import type { RegistryAuth } from './credentials.ts'
import { manifestTypes, openRepository, whyUntold } from './registry-client.ts'

/** Some repositories have thousands of tags, which come in pages one after the other. */
const DEADLINE_MS = 20_000

/** Tags that are asked for at a time; a registry may give fewer. */
const A_PAGE = 1000

/** More pages than any repository of ours has: one that leads in a circle ends. */
const MOST_PAGES = 40

/** Whatever is no tag (distribution/reference) is passed over: it could be named in no image. */
const pageSchema = z.object({ tags: z.array(z.string()).max(20_000).nullish() })
const isTag = (text: string): boolean => /^\w[\w.-]{0,127}$/.test(text)

/** Asks registries for the tags of an image's repository and for digests (distribution-spec, "Listing tags"). */
export function openTags(options: {
  readonly auth: (image: string) => Promise<RegistryAuth | undefined>
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
  readonly deadlineMs?: number
}): Pick<RegistriesAdapter, 'tags' | 'digest'> {
  const { auth, inTurn, deadlineMs = DEADLINE_MS } = options
  const open = async (image: string) =>
    await openRepository({
      image,
      auth: await auth(image),
      signal: AbortSignal.timeout(deadlineMs),
      accept: 'application/json',
    })

  return {
    async tags(image) {
      return await inTurn(async () => {
        try {
          const repository = await open(image)
          const all = new Set<string>()
          let path = `tags/list?n=${A_PAGE}`
          for (let page = 0; page < MOST_PAGES; page += 1) {
            const { value, next } = await repository.json(path)
            for (const tag of pageSchema.parse(value).tags ?? []) if (isTag(tag)) all.add(tag)
            if (next.kind === 'none') return { kind: 'known', tags: [...all] }
            if (next.kind === 'elsewhere')
              throw new Error('the registry’s list of tags goes on at another address')
            path = next.path
          }
          // A part told as the whole would call an old version the newest.
          throw new Error(`the registry’s list of tags has more than ${MOST_PAGES} pages`)
        } catch (error) {
          return { kind: 'unknown', why: whyUntold(error) }
        }
      })
    },
    async digest(image, tag) {
      return await inTurn(async () => {
        try {
          return { kind: 'known', digest: await (await open(image)).digest(tag, manifestTypes) }
        } catch (error) {
          return { kind: 'unknown', why: whyUntold(error) }
        }
      })
    },
  }
}
