import { defaultSettings } from '../../../main/system/keep/settings.ts'
import Docker from 'dockerode'
import { expect, vi } from 'vitest'
import type { ContainerEvent, DockerAdapter } from '../../../main/engine/adapters.ts'
import type { Settings } from '../../../main/model/service.ts'
import { openDocker } from '../../../main/system/docker/open-docker.ts'

/** The image of the test machine: Debian with bash and python3. */
export const BASE = 'macula-test/base'

/** Names of their own, so that a stack that runs on the same machine is never met. */
export const settings: Settings = {
  ...defaultSettings,
  suffix: 'macula.test',
  subnet: '172.28.77.0/24',
  project: 'macula-it-docker',
  addresses: '127.0.0.0/24',
  dnsPort: 5399,
  dockerHost: '',
}

/** Everything that this suite makes on purpose beside our project begins with this. */
export const FOREIGN = 'macula-it-foreign'

/** A real engine with our view of it, and hands to make containers as compose would. */
export interface Fixture {
  readonly raw: Docker
  readonly docker: DockerAdapter
  /** Makes (does not start) a container of our project. */
  make(service: string, script: string, more?: Docker.ContainerCreateOptions): Promise<string>
  /** Makes a container that is not ours. */
  makeForeign(name: string, more?: Docker.ContainerCreateOptions): Promise<Docker.Container>
  clear(): Promise<void>
}

export async function openFixture(): Promise<Fixture> {
  const raw = new Docker()
  const docker = await openDocker(settings, process.env)

  async function clear(): Promise<void> {
    const all = await raw.listContainers({ all: true })
    const made = all.filter(({ Names: names }) =>
      names.some((name) => name.startsWith(`/${settings.project}-`) || name.startsWith(`/${FOREIGN}`)),
    )
    await Promise.all(made.map(({ Id: id }) => raw.getContainer(id).remove({ force: true, v: true })))
    const networks = await raw.listNetworks()
    await Promise.all(
      networks
        .filter(({ Name: name }) => name === settings.project || name.startsWith(FOREIGN))
        .map(({ Id: id }) => raw.getNetwork(id).remove()),
    )
  }

  return {
    raw,
    docker,
    clear,
    async make(service, script, more = {}) {
      const { HostConfig: host, Labels: labels, ...rest } = more
      const made = await raw.createContainer({
        name: `${settings.project}-${service}-1`,
        Image: BASE,
        Entrypoint: ['bash', '-c', script],
        StopTimeout: 1,
        Labels: {
          'com.docker.compose.project': settings.project,
          'com.docker.compose.service': service,
          'dev.macula.project': settings.project,
          'dev.macula.service': service,
          'dev.macula.config': 'feed',
          ...labels,
        },
        HostConfig: { NetworkMode: 'none', ...host },
        ...rest,
      })
      return made.id
    },
    async makeForeign(name, more = {}) {
      return await raw.createContainer({
        name: `${FOREIGN}-${name}`,
        Image: BASE,
        Entrypoint: ['bash', '-c', stays],
        HostConfig: { NetworkMode: 'none' },
        ...more,
      })
    },
  }
}

/** A program that runs until it is told to stop, and then does at once. */
export const stays = 'trap "exit 0" TERM; sleep infinity & wait'

/** Follows our events until `stop`; `seen` grows. Resolves when the stream is open. */
export async function listen(docker: DockerAdapter): Promise<{
  /** Of containers that are named as ours. */
  readonly seen: readonly ContainerEvent[]
  /** Of networks, which tell a container's id alone, whoever's it is. */
  readonly networks: readonly ContainerEvent[]
  readonly stop: () => Promise<string>
}> {
  const seen: ContainerEvent[] = []
  const networks: ContainerEvent[] = []
  const end = new AbortController()
  const onOpen = vi.fn<() => void>()
  const ended = docker.events({
    signal: end.signal,
    onOpen,
    onEvent: (event) => (event.service === undefined ? networks : seen).push(event),
  })
  await vi.waitFor(() => expect(onOpen).toHaveBeenCalledOnce(), { interval: 5 })
  return {
    seen,
    networks,
    async stop() {
      end.abort()
      return await ended
    },
  }
}

/** Waits until `check` holds. */
export async function until(check: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(check)
}
