import Docker from 'dockerode'
import { z } from 'zod'
import type { ContainerEvent, DockerPort, LogLine } from '../../engine/ports.ts'
import type { ContainerSeen, DockerSeen } from '../../model/observation.ts'
import type { Settings } from '../../model/service.ts'
import { containerSeen, labels, ownFilter } from './container.ts'
import { findEndpoint, type Endpoint } from './endpoint.ts'
import { lineReader } from './frames.ts'
import { ensureNetwork, removeNetwork, seeNetwork } from './network.ts'
import { pullImage } from './pull.ts'
import { daemonWords, dockerTrouble, downFrom, statusOf } from './trouble.ts'

/** Plain calls answer within milliseconds; a daemon that is slower than this is said to be slow. */
const CALL_DEADLINE_MS = 10_000
/** Stopping waits for the container's own grace period, at most this long on top of it. */
const STOP_DEADLINE_MS = 90_000
/** Engine 25, which start_interval of the health checks needs (Compose documentation). */
const OLDEST_API = 1.44

const eventSchema = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).default({}) }),
  timeNano: z.number().default(0),
})

/** Rejects with code TIMEOUT when `work` takes longer than `ms`. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error(`no answer within ${ms / 1000} s`), { code: 'TIMEOUT' })),
      ms,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function connect(endpoint: Endpoint): Docker | undefined {
  if (endpoint.kind === 'socket') return new Docker({ socketPath: endpoint.path })
  if (endpoint.kind === 'tcp')
    return new Docker({ host: endpoint.host, port: endpoint.port, protocol: endpoint.tls ? 'https' : 'http' })
  return undefined
}

/** Our view of the Docker engine (dockerode, no pinned API version: Engine 29 refuses old ones). */
export async function openDocker(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DockerPort> {
  const endpoint = await findEndpoint(settings.dockerHost, env)
  const client = connect(endpoint)
  const where =
    endpoint.kind === 'socket'
      ? endpoint.path
      : endpoint.kind === 'tcp'
        ? `${endpoint.host}:${endpoint.port}`
        : 'an unknown place'
  const docker = client ?? new Docker({ socketPath: '/nonexistent/docker.sock' })
  const { project } = settings

  async function see(): Promise<DockerSeen> {
    if (endpoint.kind === 'unusable') return { kind: 'down', code: 'broken', says: endpoint.says }
    try {
      const version = await within(CALL_DEADLINE_MS, docker.version())
      if (Number(version.ApiVersion) < OLDEST_API)
        return {
          kind: 'down',
          code: 'old',
          says: `Docker ${version.Version} is too old: its API is ${version.ApiVersion}, at least ${OLDEST_API} (Engine 25) is needed.`,
        }
      const info = (await within(CALL_DEADLINE_MS, docker.info())) as {
        OSType?: string
        OperatingSystem?: string
        SecurityOptions?: string[]
      }
      return {
        kind: 'up',
        version: version.Version,
        apiVersion: version.ApiVersion,
        // Container addresses are reachable from here only when the engine runs on this very kernel, with root.
        native:
          process.platform === 'linux' &&
          endpoint.kind === 'socket' &&
          info.OSType === 'linux' &&
          !/docker desktop|orbstack/i.test(info.OperatingSystem ?? '') &&
          !(info.SecurityOptions ?? []).some((option) => option.includes('rootless')),
      }
    } catch (error) {
      return downFrom(error, where)
    }
  }

  async function inspect(id: string): Promise<ContainerSeen | undefined> {
    try {
      const info = await within(CALL_DEADLINE_MS, docker.getContainer(id).inspect())
      if (info.Config.Labels[labels.project] !== project) return undefined
      const seen = containerSeen(info, project)
      const troubled =
        (seen.state !== 'running' && seen.state !== 'created' && !seen.stoppedOnPurpose) ||
        seen.health === 'unhealthy'
      return troubled ? { ...seen, lastLine: await lastLine(id, info.Config.Tty) } : seen
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw dockerTrouble('A container', error)
    }
  }

  async function lastLine(id: string, tty: boolean): Promise<string> {
    try {
      const data = await within(
        2000,
        docker
          .getContainer(id)
          .logs({ follow: false, stdout: true, stderr: true, tail: 1, timestamps: true }),
      )
      const reader = lineReader('', tty)
      return [...reader.push(data), ...reader.end()].at(-1)?.text ?? ''
    } catch {
      return ''
    }
  }

  return {
    see,
    inspect,
    async containers() {
      try {
        const list = await within(
          CALL_DEADLINE_MS,
          docker.listContainers({ all: true, filters: ownFilter(project) }),
        )
        const all = await Promise.all(list.map(({ Id }) => inspect(Id)))
        return all.filter((one) => one !== undefined)
      } catch (error) {
        throw dockerTrouble('The containers', error)
      }
    },
    async events({ signal, onOpen, onEvent }) {
      try {
        const stream = (await within(
          CALL_DEADLINE_MS,
          docker.getEvents({ filters: { type: ['container'], ...ownFilter(project) }, abortSignal: signal }),
        )) as NodeJS.ReadableStream & { destroy(): void }
        onOpen()
        return await new Promise<string>((resolve) => {
          let rest = ''
          stream.on('data', (chunk: Buffer) => {
            const lines = (rest + chunk.toString('utf8')).split('\n')
            rest = lines.pop() ?? ''
            for (const line of lines) {
              const event = parseEvent(line)
              if (event) onEvent(event)
            }
          })
          stream.on('error', (error: Error) => resolve(error.message))
          stream.on('close', () => resolve('the event stream was closed'))
          stream.on('end', () => resolve('the event stream ended'))
          signal.addEventListener('abort', () => stream.destroy())
        })
      } catch (error) {
        return daemonWords(error)
      }
    },
    async start(id) {
      const container = docker.getContainer(id)
      try {
        await within(STOP_DEADLINE_MS, container.start())
      } catch (error) {
        // 304: it runs already.
        if (statusOf(error) !== 304) throw dockerTrouble('The container', error)
      }
    },
    async stop(id) {
      try {
        const container = docker.getContainer(id)
        const info = await within(CALL_DEADLINE_MS, container.inspect())
        if (info.State.Paused) await within(CALL_DEADLINE_MS, container.unpause())
        await within(STOP_DEADLINE_MS, container.stop())
      } catch (error) {
        if (statusOf(error) !== 304 && statusOf(error) !== 404) throw dockerTrouble('The container', error)
      }
    },
    async remove(id) {
      try {
        await within(STOP_DEADLINE_MS, docker.getContainer(id).remove({ v: false }))
      } catch (error) {
        if (statusOf(error) !== 404) throw dockerTrouble('The container', error)
      }
    },
    async *logs(container, { follow, since, tail, signal }) {
      yield* readLogs(docker, container, {
        follow,
        signal,
        ...(since === undefined ? {} : { since }),
        ...(tail === undefined ? {} : { tail }),
      })
    },
    network: async () => await within(CALL_DEADLINE_MS, seeNetwork(docker, project, settings.subnet)),
    ensureNetwork: async () => await ensureNetwork(docker, project, settings.subnet),
    removeNetwork: async () => await removeNetwork(docker, project),
    async hasImage(image) {
      try {
        await within(CALL_DEADLINE_MS, docker.getImage(image).inspect())
        return true
      } catch (error) {
        if (statusOf(error) === 404) return false
        throw dockerTrouble(`The image ${image}`, error)
      }
    },
    pull: async (image, onProgress, signal) => await pullImage(docker, image, onProgress, signal),
  }
}

function parseEvent(line: string): ContainerEvent | undefined {
  if (line.trim() === '') return undefined
  try {
    const event = eventSchema.safeParse(JSON.parse(line)).data
    const service = event?.Actor.Attributes[labels.service]
    if (!event || service === undefined) return undefined
    return { id: event.Actor.ID, service, action: event.Action, at: event.timeNano / 1e6 }
  } catch {
    // A line that was cut when the stream broke; the resync after the reconnect makes up for it.
    return undefined
  }
}

async function* readLogs(
  docker: Docker,
  container: ContainerSeen,
  options: { follow: boolean; since?: number; tail?: number; signal: AbortSignal },
): AsyncGenerator<LogLine> {
  const { follow, since, tail, signal } = options
  const info = await within(CALL_DEADLINE_MS, docker.getContainer(container.id).inspect())
  const reader = lineReader(container.service, info.Config.Tty)
  const common = {
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(since === undefined ? {} : { since: since / 1000 }),
    ...(tail === undefined ? {} : { tail }),
  }
  if (!follow) {
    const data = await within(60_000, docker.getContainer(container.id).logs({ ...common, follow: false }))
    yield* reader.push(data)
    yield* reader.end()
    return
  }
  const stream = (await within(
    CALL_DEADLINE_MS,
    docker.getContainer(container.id).logs({ ...common, follow: true, abortSignal: signal }),
  )) as NodeJS.ReadableStream & { destroy(): void }
  const stop = (): void => stream.destroy()
  signal.addEventListener('abort', stop)
  try {
    for await (const chunk of stream) yield* reader.push(chunk as Buffer)
    yield* reader.end()
  } catch (error) {
    if (!signal.aborted) throw dockerTrouble(`The log of ${container.name}`, error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
