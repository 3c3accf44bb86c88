import type Docker from 'dockerode'
import type { ContainerSeen, Health } from '../../model/observation.ts'
import { portText } from '../../model/protocol.ts'
import { madeOf, namelessOf } from './made.ts'

/** Our labels on every container and network that we make. */
export const labels = {
  project: 'dev.macula.project',
  service: 'dev.macula.service',
  config: 'dev.macula.config',
  /** Uid of the person whose Macula made it. */
  owner: 'dev.macula.owner',
  tier: 'dev.macula.tier',
} as const

/** Our uid on this machine; 0 where there are none. */
export function ownUid(): number {
  return process.getuid?.() ?? 0
}

/** What says whose a container, network or volume is: the instance (its project) and the person (their uid). */
export function ownLabels(project: string, uid: number = ownUid()): Readonly<Record<string, string>> {
  return { [labels.project]: project, [labels.owner]: String(uid) }
}

/** What a container of ours is called where it is told of: its service, else its own name. */
export function nameOf(info: Docker.ContainerInspectInfo): string {
  return info.Config.Labels?.[labels.service] ?? info.Name.replace(/^\//, '')
}

/** Whether labels are those of this instance of this person. What an earlier version made tells no person. */
export function isOwn(
  said: Readonly<Record<string, string>> | null | undefined,
  project: string,
  uid: number = ownUid(),
): boolean {
  return said?.[labels.project] === project && (said[labels.owner] ?? String(uid)) === String(uid)
}

const composeProject = 'com.docker.compose.project'

/** The label filter that finds the containers of a project: made by compose for it, and ours. */
export function ownFilter(project: string): { label: string[] } {
  return { label: [`${composeProject}=${project}`, `${labels.project}=${project}`] }
}

/** Exit codes of a program that was told to stop: SIGTERM, SIGKILL after the grace period, SIGINT, SIGQUIT, or 0. */
const toldToStop = new Set([0, 143, 137, 130, 131])

function instant(text: string | undefined): number {
  if (text === undefined || text.startsWith('0001-')) return 0
  const at = Date.parse(text)
  return Number.isNaN(at) ? 0 : at
}

/**
 * Whether an exited container was told to stop; the API has no flag for it. Docker restarts a crashed one of
 * policy unless-stopped or always by itself, so one that stays exited was told to (or its start failed, which
 * leaves an error). Of other policies the exit code has to tell: a program that exits 0 by itself counts as told.
 */
function wasToldToStop({ State: state, HostConfig: host }: Docker.ContainerInspectInfo): boolean {
  if (state.OOMKilled || state.Error !== '') return false
  const policy = host.RestartPolicy?.Name ?? ''
  return policy === 'unless-stopped' || policy === 'always' || toldToStop.has(state.ExitCode)
}

/** Exit code of what SIGKILL ended. */
const SIGKILLED = 137

/** An inspected container in our words. `network`: the name of our docker network. */
export function containerSeen(info: Docker.ContainerInspectInfo, network: string): ContainerSeen {
  const own = info.Config.Labels ?? {}
  const state = info.State
  const health = ((state as { Health?: { Status?: string; Log?: { ExitCode: number; Output: string }[] } })
    .Health ?? {}) as {
    readonly Status?: string
    readonly FailingStreak?: number
    readonly Log?: readonly { readonly ExitCode: number; readonly Output: string }[]
  }
  // Docker writes "unhealthy" when a container is paused, until the next check after it goes on (moby, container/health.go,
  // CloseMonitorChannel): no check failed, so nothing is known yet.
  const isPause = health.Status === 'unhealthy' && health.FailingStreak === 0
  const failedCheck = [...(health.Log ?? [])].reverse().find((entry) => entry.ExitCode !== 0)
  const published: Record<string, string> = {}
  for (const [key, bindings] of Object.entries(info.NetworkSettings.Ports ?? {})) {
    const binding = (bindings as readonly { HostIp: string; HostPort: string }[] | null)?.[0]
    const protocol = key.endsWith('/udp') ? 'udp' : key.endsWith('/tcp') ? 'tcp' : undefined
    if (binding && protocol)
      published[portText(Number.parseInt(key, 10), protocol)] = `${binding.HostIp}:${binding.HostPort}`
  }
  const nameless = namelessOf(info)
  const status = state.Status as ContainerSeen['state']
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    service: own[labels.service] ?? own['com.docker.compose.service'] ?? '',
    image: info.Config.Image,
    imageId: info.Image,
    state: status,
    health: (isPause
      ? 'starting'
      : ['starting', 'healthy', 'unhealthy'].includes(health.Status ?? '')
        ? health.Status
        : 'none') as Health,
    ...(failedCheck ? { healthOutput: failedCheck.Output.trim().slice(0, 500) } : {}),
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    // Docker starts nothing again that it was told to kill.
    ...(status === 'restarting' && state.ExitCode === SIGKILLED && !state.OOMKilled
      ? { killed: true as const }
      : {}),
    ...((info.HostConfig.Memory ?? 0) > 0 ? { memoryLimit: info.HostConfig.Memory ?? 0 } : {}),
    error: state.Error ?? '',
    restarts: info.RestartCount ?? 0,
    createdAt: instant(info.Created),
    startedAt: instant(state.StartedAt),
    finishedAt: instant(state.FinishedAt),
    address: status === 'running' ? (info.NetworkSettings.Networks[network]?.IPAddress ?? '') : '',
    published,
    stoppedOnPurpose: status === 'exited' && wasToldToStop(info),
    config: own[labels.config] ?? '',
    ...(nameless.length === 0 ? {} : { nameless }),
    made: madeOf(info),
  }
}
