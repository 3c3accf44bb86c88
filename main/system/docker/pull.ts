import { z } from 'zod'
import type { PullProgress } from '../../model/run.ts'
import { MaculaError } from '../../model/errors.ts'
import { plainImage } from '../../model/image-update.ts'
import type { RegistryAuth } from './credentials.ts'
import { jsonLines } from './json-lines.ts'
import { within, type Link } from './link.ts'
import { daemonWords } from './trouble.ts'

/** Silence for longer than this is a dead connection, not a slow one. Also the time for the registry's first answer. */
const QUIET_MS = 120_000

/** People cannot read faster; a pull says something hundreds of times a second. */
const TELL_EVERY_MS = 100

const eventSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
})

export type PullEvent = z.infer<typeof eventSchema>

/** Adds the layers of a pull up. Layers that are there already count nothing. */
export function pullCounter(image: string) {
  const layers = new Map<string, { readonly current: number; readonly total: number }>()
  let phase: PullProgress['phase'] = 'asking'
  return ({ id, status = '', progressDetail }: PullEvent): PullProgress => {
    if (id !== undefined) {
      const layer = layers.get(id) ?? { current: 0, total: 0 }
      if (status === 'Downloading') {
        phase = 'downloading'
        const current = progressDetail?.current ?? layer.current
        layers.set(id, { current, total: Math.max(progressDetail?.total ?? layer.total, current) })
      }
      if (status === 'Download complete' || status === 'Pull complete')
        layers.set(id, { ...layer, current: layer.total })
      if (status === 'Extracting' && [...layers.values()].every(({ current, total }) => current === total))
        phase = 'extracting'
    }
    const all = [...layers.values()]
    return {
      image,
      phase,
      currentBytes: all.reduce((sum, layer) => sum + layer.current, 0),
      totalBytes: all.reduce((sum, layer) => sum + layer.total, 0),
    }
  }
}

const reasons: readonly { readonly sign: RegExp; readonly why: string; readonly todo: string }[] = [
  {
    sign: /no space left/i,
    why: 'The disk is full.',
    todo: 'Free some space (docker system df shows what Docker uses), then try again.',
  },
  {
    sign: /toomanyrequests|rate limit/i,
    why: 'The registry allows no more pulls for now.',
    todo: 'Sign in (docker login) or wait an hour, then try again.',
  },
  {
    sign: /no matching manifest/i,
    why: 'The registry has no image for this kind of processor.',
    todo: 'Choose another image for it in a compose.yaml of your own.',
  },
  {
    sign: /unauthorized|authentication required|access denied|denied:|no basic auth/i,
    why: 'The registry does not have it, or requires signing in.',
    todo: 'Check the name, or sign in (docker login), then try again.',
  },
  {
    sign: /manifest unknown|not found|does not exist/i,
    why: 'The registry does not have it.',
    todo: 'Check name and version of the image.',
  },
  {
    sign: /no such host|i\/o timeout|connection refused|network is unreachable|no route to host|handshake|context deadline|Client\.Timeout|proxyconnect|temporary failure|server misbehaving|EOF|TIMEOUT|no answer within|nothing came/i,
    why: 'The registry cannot be reached.',
    todo: 'Check the connection (and the proxy of Docker, if there is one), then try again; it continues where it stopped.',
  },
]

/** The trouble of a pull from Docker's words. */
export function pullTrouble(image: string, words: string): MaculaError {
  const known = reasons.find(({ sign }) => sign.test(words))
  return new MaculaError({
    kind: 'outside',
    what: `The image ${plainImage(image)} cannot be pulled.`,
    why: known ? `${known.why} Docker says: ${words}` : `Docker says: ${words}`,
    todo: known?.todo ?? 'Repair what it names, then try again; it continues where it stopped.',
  })
}

/** Pulls one image. Throws MaculaError with the registry's reason; kind `refused` when `signal` aborts. */
export async function pullImage(
  link: Link,
  image: string,
  auth: RegistryAuth | undefined,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const quiet = new AbortController()
  const silence = setTimeout(() => quiet.abort(), QUIET_MS)
  const count = pullCounter(image)
  let told = 0
  let last = count({})
  try {
    const stream = await within(
      QUIET_MS,
      async (abortSignal) =>
        await link.long.pull(image, { abortSignal, ...(auth ? { authconfig: auth } : {}) }),
      AbortSignal.any([signal, quiet.signal]),
    )
    for await (const value of jsonLines(stream as AsyncIterable<Buffer>)) {
      silence.refresh()
      const event = eventSchema.safeParse(value).data
      if (event?.error !== undefined) throw new Error(event.error)
      if (!event) continue
      const next = count(event)
      if (next.phase !== last.phase || Date.now() - told >= TELL_EVERY_MS) {
        told = Date.now()
        onProgress(next)
      }
      last = next
    }
    onProgress({ ...last, phase: 'done', currentBytes: last.totalBytes })
  } catch (error) {
    if (signal.aborted)
      throw new MaculaError({
        kind: 'refused',
        what: `The pull of ${image} was interrupted.`,
        todo: 'maculactl up continues where it stopped.',
      })
    throw pullTrouble(
      image,
      quiet.signal.aborted ? `nothing came for ${QUIET_MS / 1000} s` : daemonWords(error),
    )
  } finally {
    clearTimeout(silence)
  }
}
