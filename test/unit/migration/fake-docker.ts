/** A Docker engine as values, as far as the old world's Compose project asks it: containers and networks by label. */
import type { Link } from '../../../main/system/docker/link.ts'

export interface FakeContainer {
  readonly id: string
  readonly name: string
  running: boolean
  paused?: boolean
  startedAt?: string
  /** Folder that it was made from. */
  readonly folder?: string
  /** It publishes port 80 on all addresses. */
  readonly publishes?: true
  /** Besides Compose's own. */
  readonly labels?: Readonly<Record<string, string>>
  /** Volumes, by where they are mounted. */
  readonly volumes?: Readonly<Record<string, string>>
}

const gone = (): Error => Object.assign(new Error('no such container'), { statusCode: 404 })

/** `said`: what was done to containers and networks, in order. */
export function fakeDocker(containers: FakeContainer[]) {
  const said: string[] = []
  /** Containers whose start fails. */
  const broken = new Set<string>()
  let networks = [{ Id: 'net1', Name: 'infrastructure_macula-infra' }]
  const labels = { 'com.docker.compose.project': 'infrastructure' }
  const find = (id: string): FakeContainer => {
    const found = containers.find((one) => one.id === id)
    if (!found) throw gone()
    return found
  }
  /** Ids of images, by name and by themselves. */
  const images: Record<string, string> = { 'image:1': 'sha256:i', 'sha256:i': 'sha256:i' }
  const calls = {
    getImage: (name: string) => ({
      inspect: () => {
        const Id = images[name]
        return Id === undefined ? Promise.reject(gone()) : Promise.resolve({ Id })
      },
    }),
    listContainers: () => Promise.resolve(containers.map(({ id }) => ({ Id: id, Labels: labels }))),
    listNetworks: () =>
      Promise.resolve(
        networks.map((one) => ({
          ...one,
          Labels: labels,
          IPAM: { Config: [{ Subnet: '172.23.0.0/16' }] },
        })),
      ),
    getContainer: (id: string) => ({
      inspect: async () => {
        await Promise.resolve()
        const one = find(id)
        return {
          Id: id,
          Name: `/${one.name}`,
          Image: 'sha256:i',
          Config: {
            Image: 'image:1',
            Env: [],
            Labels: {
              ...labels,
              ...one.labels,
              'com.docker.compose.service': one.name,
              ...(one.folder === undefined ? {} : { 'com.docker.compose.project.working_dir': one.folder }),
            },
          },
          HostConfig: one.publishes ? { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '80' }] } } : {},
          State: {
            Running: one.running,
            Paused: one.paused === true,
            StartedAt: one.startedAt ?? '0001-01-01T00:00:00Z',
          },
          Mounts: Object.entries(one.volumes ?? {}).map(([at, name]) => ({
            Type: 'volume',
            Name: name,
            Destination: at,
          })),
          NetworkSettings: { Networks: {} },
        }
      },
      stop: async () => {
        await Promise.resolve()
        Object.assign(find(id), { running: false, paused: false })
        said.push(`stop ${id}`)
      },
      start: async () => {
        await Promise.resolve()
        if (broken.has(id)) throw Object.assign(new Error(`port of ${id} is taken`), { statusCode: 500 })
        find(id).running = true
        said.push(`start ${id}`)
      },
      pause: async () => {
        await Promise.resolve()
        find(id).paused = true
        said.push(`pause ${id}`)
      },
      remove: async () => {
        await Promise.resolve()
        containers.splice(containers.indexOf(find(id)), 1)
        said.push(`remove ${id}`)
      },
    }),
    getNetwork: (id: string) => ({
      remove: async () => {
        await Promise.resolve()
        networks = networks.filter((one) => one.Id !== id)
        said.push(`remove ${id}`)
      },
    }),
  }
  const link = { calls, long: calls, endpoint: {} } as unknown as Link
  return { link, said, broken, containers, images }
}
