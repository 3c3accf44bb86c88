import type Docker from 'dockerode'
import { z } from 'zod'
import type { PullProgress } from '../../engine/ports.ts'
import { MaculaError } from '../../model/errors.ts'
import { inert } from '../../model/atoms.ts'
import { daemonWords } from './trouble.ts'

/** Silence for longer than this is a dead connection, not a slow one. */
const QUIET_MS = 120_000

const eventSchema = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
})

/** Adds the layers of a pull up. */
export function pullCounter(image: string) {
  const layers = new Map<string, { current: number; total: number; done: boolean }>()
  let phase: PullProgress['phase'] = 'asking'
  return (event: z.infer<typeof eventSchema>): PullProgress => {
    const { id, status = '', progressDetail } = event
    if (id !== undefined) {
      const layer = layers.get(id) ?? { current: 0, total: 0, done: false }
      if (status === 'Downloading') {
        phase = 'downloading'
        layer.current = progressDetail?.current ?? layer.current
        layer.total = progressDetail?.total ?? layer.total
      }
      if (status === 'Download complete' || status === 'Pull complete') layer.current = layer.total
      if (status === 'Extracting') phase = 'extracting'
      layers.set(id, layer)
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

/** Pulls one image. Throws MaculaError with the registry's reason; `refused` when `signal` aborts. */
export async function pullImage(
  docker: Docker,
  image: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const failed = (why: string): MaculaError =>
    new MaculaError({
      kind: 'outside',
      what: `The image ${image} cannot be pulled.`,
      why: inert(why).slice(0, 400),
      todo: /no space left/i.test(why)
        ? 'Make room (docker system df shows what Docker uses), then try again.'
        : /not found|manifest unknown|denied/i.test(why)
          ? 'The registry does not have it, or wants a sign-in (docker login).'
          : 'Check the connection to the registry, then run maculactl up again; it goes on where it stopped.',
    })
  const count = pullCounter(image)
  try {
    const stream = (await docker.pull(image, { abortSignal: signal })) as NodeJS.ReadableStream & {
      destroy(error?: Error): void
    }
    await new Promise<void>((resolve, reject) => {
      let rest = ''
      let quiet: NodeJS.Timeout
      const stillThere = (): void => {
        clearTimeout(quiet)
        quiet = setTimeout(() => stream.destroy(new Error(`nothing came for ${QUIET_MS / 1000} s`)), QUIET_MS)
      }
      stillThere()
      const onLine = (line: string): void => {
        if (line.trim() === '') return
        const event = eventSchema.safeParse(JSON.parse(line)).data
        if (event?.error !== undefined) stream.destroy(new Error(event.error))
        else if (event) onProgress(count(event))
      }
      stream.on('data', (chunk: Buffer) => {
        stillThere()
        const lines = (rest + chunk.toString('utf8')).split('\n')
        rest = lines.pop() ?? ''
        try {
          lines.forEach(onLine)
        } catch (error) {
          stream.destroy(error instanceof Error ? error : new Error(String(error)))
        }
      })
      stream.on('error', reject)
      stream.on('close', () => {
        clearTimeout(quiet)
        resolve()
      })
    })
  } catch (error) {
    if (signal.aborted)
      throw new MaculaError({
        kind: 'refused',
        what: `The pull of ${image} was interrupted.`,
        todo: 'maculactl up goes on where it stopped.',
      })
    throw failed(daemonWords(error))
  }
}
