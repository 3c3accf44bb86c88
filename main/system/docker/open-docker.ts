import type Docker from 'dockerode'
import type { DockerAdapter } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { ContainerSeen, DockerSeen } from '../../model/observation.ts'
import { isTroubled } from '../../model/troubled.ts'
import type { Settings } from '../../model/service.ts'
import { containerSeen, isOwn, labels, nameOf, ownFilter } from './container.ts'
import { registryAuth } from './credentials.ts'
import { followEvents } from './events.ts'
import { insideCalls } from './inside-calls.ts'
import { openFacts } from './facts.ts'
import { CALL_DEADLINE_MS, get, isSameLink, openLink, within } from './link.ts'
import { lastLine, readLogs } from './logs.ts'
import { namedContainers } from './named.ts'
import { ensureNetwork, networkId, removeNetwork, seeNetwork } from './network.ts'
import { pullImage } from './pull.ts'
import { seeEngine } from './see.ts'
import { silentContainers } from './silent.ts'
import { followStats, readUsage } from './stats.ts'
import { dockerTrouble, statusOf } from './trouble.ts'
import { unreadContainer } from './unread.ts'
import { openVolumes } from './volumes.ts'
import { whose } from './whose.ts'

/** Starting sets up network and mounts; an engine under load takes its time. */
const START_DEADLINE_MS = 60_000

/** On top of the container's own grace period. */
const STOP_MARGIN_MS = 30_000

/** Docker's own grace period where a container names none. */
const STOP_GRACE_S = 10

/** Our view of the Docker engine (dockerode, no pinned API version: Engine 29 refuses old ones). */
export async function openDocker(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  /** The settings file, and the rendered copy of the stack: who finds another's Macula is told where to choose. */
  places: { readonly file: string; readonly folder: string } = { file: 'settings.json', folder: '' },
): Promise<DockerAdapter> {
  const { project } = settings
  const wish = { project, subnet: settings.subnet }
  let link = await openLink(settings.dockerHost, env)

  const silent = silentContainers(
    async (signal) => await get(link.calls, '/_ping', { signal }),
    () => Date.now(),
  )

  /** The inspected container when it is there and ours; others are as good as absent (faults.md row 30). */
  async function own(id: string): Promise<Docker.ContainerInspectInfo | undefined> {
    try {
      const info = await silent.ask(
        id,
        async (abortSignal) => await link.calls.getContainer(id).inspect({ abortSignal }),
      )
      return isOwn(info.Config.Labels, project) ? info : undefined
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw dockerTrouble('A container cannot be inspected', error)
    }
  }

  async function seen(info: Docker.ContainerInspectInfo): Promise<ContainerSeen> {
    const container = containerSeen(info, project)
    return isTroubled(container) ? { ...container, lastLine: await lastLine(link, container) } : container
  }

  async function inspect(id: string, how?: 'quick'): Promise<ContainerSeen | undefined> {
    const info = await own(id)
    if (info && how === 'quick') return containerSeen(info, project)
    return info && (await seen(info))
  }

  const about = openFacts(() => link)

  async function imageBytes(image: string): Promise<number | undefined> {
    try {
      return (await about.image(image))?.bytes
    } catch (error) {
      throw dockerTrouble(`The image ${image} cannot be looked up`, error)
    }
  }

  /** What was seen of the engine, with whose our project is there when it is another person's. */
  async function withOther(found: DockerSeen): Promise<DockerSeen> {
    if (found.kind !== 'up') return found
    // An engine that cannot tell fails at the next question too, which then says why.
    const other = await whose(link, { project, ...places }, env).catch(() => undefined)
    return other ? { ...found, other } : found
  }

  return {
    volumes: openVolumes(() => link, project),
    async see() {
      const found = await seeEngine(link)
      if (found.kind === 'up') return await withOther(found)
      // Docker may have come up elsewhere meanwhile: another context, Docker Desktop's own socket.
      const next = await openLink(settings.dockerHost, env)
      if (isSameLink(link, next)) return found
      link = next
      return await withOther(await seeEngine(link))
    },
    inspect,
    silentSince: silent.since,
    ...namedContainers(() => link),
    async containers() {
      try {
        const list = await within(
          CALL_DEADLINE_MS,
          async (abortSignal) =>
            await link.calls.listContainers({ all: true, filters: ownFilter(project), abortSignal }),
        )
        const all = await Promise.all(
          list.map(async (listed) => {
            silent.named(listed.Id, (listed.Names[0] ?? '').replace(/^\//, ''))
            try {
              return await inspect(listed.Id)
            } catch (error) {
              // One that cannot be read must not hide the others.
              const unread = unreadContainer(listed, project, error, silent.since(listed.Id))
              if (unread) return unread
              throw error
            }
          }),
        )
        return all.filter((one) => one !== undefined)
      } catch (error) {
        throw dockerTrouble('The containers cannot be listed', error)
      }
    },
    async madeWith(service) {
      try {
        const label = [...ownFilter(project).label, `${labels.service}=${service}`]
        const [found] = await within(
          CALL_DEADLINE_MS,
          async (abortSignal) =>
            await link.calls.listContainers({ all: true, filters: { label }, abortSignal }),
        )
        const info = found && (await own(found.Id))
        if (!info) return undefined
        return {
          name: info.Name.replace(/^\//, ''),
          variables: new Map((info.Config.Env ?? []).map((entry) => splitOnce(entry))),
          // A socket that is mounted (docker.sock) holds no data.
          data: info.Mounts.flatMap(({ Type: type, Name: name, Source: source, RW: isWritable }) =>
            isWritable && (type === 'volume' || (type === 'bind' && !source.endsWith('.sock')))
              ? [name ?? source]
              : [],
          ),
        }
      } catch (error) {
        throw dockerTrouble('The containers cannot be inspected', error)
      }
    },
    ...insideCalls(() => link, own),
    events: async (handlers) => await followEvents(link, project, handlers),
    async start(id) {
      const info = await own(id)
      if (!info)
        throw new MaculaError({
          kind: 'failed',
          what: 'A container that was to be started is gone.',
          todo: 'Run maculactl up again: it is recreated.',
        })
      try {
        await within(START_DEADLINE_MS, async (abortSignal) => {
          const container = link.long.getContainer(id)
          // Docker does not start what is paused.
          await (info.State.Paused ? container.unpause({ abortSignal }) : container.start({ abortSignal }))
        })
      } catch (error) {
        // 304: it runs already.
        if (statusOf(error) !== 304) throw dockerTrouble(`${nameOf(info)} cannot be started`, error)
      }
    },
    async stop(id, how) {
      const info = await own(id)
      if (!info) return
      const grace = (info.Config as { StopTimeout?: number | null }).StopTimeout ?? STOP_GRACE_S
      try {
        await within(grace * 1000 + STOP_MARGIN_MS, async (abortSignal) => {
          const container = link.long.getContainer(id)
          // Of all policies only this one starts what was stopped, when the daemon starts.
          if (how === 'for good' && info.HostConfig.RestartPolicy?.Name === 'always')
            await container.update({ RestartPolicy: { Name: 'unless-stopped' }, abortSignal })
          // A paused program cannot end by itself.
          if (info.State.Paused) await container.unpause({ abortSignal })
          await container.stop({ abortSignal })
        })
      } catch (error) {
        // 304: stopped already; 404: gone meanwhile.
        if (statusOf(error) !== 304 && statusOf(error) !== 404)
          throw dockerTrouble(`${nameOf(info)} cannot be stopped`, error)
      }
    },
    async reread(id) {
      const info = await own(id)
      if (info?.State.Running !== true || info.State.Paused) return
      try {
        await within(
          START_DEADLINE_MS,
          async (abortSignal) => await link.long.getContainer(id).kill({ signal: 'SIGHUP', abortSignal }),
        )
      } catch (error) {
        // 409: it ended meanwhile, 404: it is gone; the next start reads what is there.
        if (statusOf(error) !== 409 && statusOf(error) !== 404)
          throw dockerTrouble(`${nameOf(info)} cannot reload its files`, error)
      }
    },
    async remove(id) {
      const info = await own(id)
      if (!info) return
      try {
        // Never with its volumes: data is not ours to remove (faults.md row 32).
        await within(
          START_DEADLINE_MS,
          async (abortSignal) => await link.long.getContainer(id).remove({ v: false, abortSignal }),
        )
      } catch (error) {
        // 409 with "already in progress": somebody else removes it.
        const isGoing = statusOf(error) === 409 && /already in progress/.test(String(error))
        if (statusOf(error) !== 404 && !isGoing)
          throw dockerTrouble(`The container of ${nameOf(info)} cannot be removed`, error)
      }
    },
    logs: (container, options) => readLogs(link, container, options),
    network: async () => await seeNetwork(link, wish),
    ensureNetwork: async () => await ensureNetwork(link, wish),
    removeNetwork: async () => await removeNetwork(link, project),
    async parts(images) {
      try {
        const [ids, network, volumes] = await Promise.all([
          // A name that Docker refuses is that one service's trouble, told when it is pulled.
          Promise.all(
            images.map(
              async (image) => [image, (await about.image(image).catch(() => undefined))?.id] as const,
            ),
          ),
          networkId(link, project),
          within(CALL_DEADLINE_MS, async (abortSignal) => await link.calls.listVolumes({ abortSignal })),
        ])
        return {
          images: new Map(ids.flatMap(([image, id]) => (id === undefined ? [] : [[image, id] as const]))),
          network,
          // The daemon says null where there are none; the types do not know it.
          volumes: new Set(
            ((volumes.Volumes as typeof volumes.Volumes | null) ?? []).map(({ Name: name }) => name),
          ),
        }
      } catch (error) {
        throw dockerTrouble('Images, networks and volumes cannot be looked up', error)
      }
    },
    hasImage: async (image) => (await imageBytes(image)) !== undefined,
    imageBytes,
    async facts(container) {
      try {
        return await about.facts(container.id, container.service, project)
      } catch (error) {
        throw dockerTrouble(`The container of ${container.service} cannot be inspected`, error)
      }
    },
    stats: (container, signal) => followStats(link, container, signal),
    usage: async (container) => await readUsage(link, container, Date.now),
    async pull(image, onProgress, signal) {
      await pullImage(link, image, await registryAuth(image, env), onProgress, signal)
    },
  }
}

/** "NAME=value" as both; a value may hold more of them. */
function splitOnce(entry: string): readonly [string, string] {
  const at = entry.indexOf('=')
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
}
