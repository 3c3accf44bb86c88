import { sayPorts } from '../../model/before/compose.ts'
import { sayList } from '../../model/say.ts'
import type { Kept } from './compose-make.ts'
import type { SeenContainer } from './docker.ts'
import type { ContainerRecord, Endpoint } from './record.ts'

/**
 * Settings of Docker (inspect's Config and HostConfig) that are another one than they were for no reason that anybody would know:
 * names of containers that were made again, what Docker fills in, and what is told by itself.
 */
const NOT_COMPARED: Readonly<Record<'config' | 'host', readonly string[]>> = {
  config: ['Hostname', 'Env', 'Labels', 'Image', 'ExposedPorts'],
  host: [
    'ContainerIDFile',
    'ConsoleSize',
    'Mounts',
    'Binds',
    'PortBindings',
    'RestartPolicy',
    'NetworkMode',
    'PidMode',
    'IpcMode',
    'VolumesFrom',
  ],
}

/** What of a container is another one than it was; values of variables are never told. */
export function differences(kept: Kept, made: readonly SeenContainer[]): readonly string[] {
  const now = made.find(({ name }) => name === kept.name)
  if (!now) return [`${kept.name} is missing`]
  const [before, after] = [sayPorts([kept]), sayPorts([now])]
  return [
    ...(kept.imageId === now.imageId ? [] : ['has another image']),
    ...(before.join() === after.join()
      ? []
      : [
          `has ${after.length === 0 ? 'no port' : sayList(after, 9)} in place of ${before.length === 0 ? 'none' : sayList(before, 9)}`,
        ]),
    ...(kept.running === now.running ? [] : [now.running ? 'runs, and did not' : 'does not run, and did']),
    ...(kept.paused === true && now.paused !== true ? ['was paused'] : []),
    ...(kept.record ? ofRecord(kept.record, now.record) : []),
  ].map((what) => `${kept.name} ${what}`)
}

function ofRecord(kept: ContainerRecord, now: ContainerRecord): readonly string[] {
  const variables = changedVariables(kept, now)
  const [before, after] = [policyOf(kept), policyOf(now)]
  const settings = (['config', 'host'] as const).flatMap((part) =>
    changedKeys(kept[part], now[part]).filter((key) => !NOT_COMPARED[part].includes(key)),
  )
  const lost = kept.mounts.filter(({ name, at }) =>
    now.mounts.every((one) => one.at !== at || one.name !== name),
  )
  return [
    ...(variables.length === 0 ? [] : [`has another value of ${sayList(variables, 9)}`]),
    ...(before === after ? [] : [`has the restart policy ${after} in place of ${before}`]),
    ...(settings.length === 0 ? [] : [`has another value of Docker’s ${sayList(settings, 9)}`]),
    ...lost.map(({ name, at }) => `lacks the volume ${name} at ${at}`),
    ...Object.entries(kept.networks).flatMap(([name, end]) => ofNetwork(name, end, now.networks[name])),
  ]
}

function ofNetwork(name: string, kept: Endpoint, now: Endpoint | undefined): readonly string[] {
  if (!now) return [`is not on the network ${name}`]
  const names = kept.aliases.filter((one) => !now.aliases.includes(one))
  const [before, after] = [addressesOf(kept), addressesOf(now)]
  return [
    ...(names.length === 0 ? [] : [`is not called ${sayList(names, 9)} on ${name}`]),
    ...(before === after
      ? []
      : [`has ${after || 'no fixed address'} on ${name} in place of ${before || 'none'}`]),
  ]
}

const addressesOf = ({ ipam }: Endpoint): string =>
  [ipam['IPv4Address'], ipam['IPv6Address']]
    .filter((one) => typeof one === 'string' && one !== '')
    .join(' and ')

/** "on-failure:5", "no". */
export function policyOf({ host }: Pick<ContainerRecord, 'host'>): string {
  const { Name: name = '', MaximumRetryCount: most = 0 } = (host['RestartPolicy'] ?? {}) as {
    readonly Name?: string
    readonly MaximumRetryCount?: number
  }
  return `${name === '' ? 'no' : name}${most > 0 ? `:${most}` : ''}`
}

function changedVariables(kept: ContainerRecord, now: ContainerRecord): readonly string[] {
  const [before, after] = [kept, now].map(({ config }) => (config['Env'] ?? []) as readonly string[])
  const changed = [
    ...(before ?? []).filter((one) => after?.includes(one) !== true),
    ...(after ?? []).filter((one) => before?.includes(one) !== true),
  ]
  return [...new Set(changed.map((line) => line.split('=')[0] ?? ''))]
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  value === 0 ||
  (typeof value === 'object' && Object.keys(value).length === 0)

function changedKeys(
  kept: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): readonly string[] {
  return [...new Set([...Object.keys(kept), ...Object.keys(now)])].filter((key) => {
    const [one, two] = [kept[key], now[key]]
    return !(isEmpty(one) && isEmpty(two)) && JSON.stringify(one) !== JSON.stringify(two)
  })
}
