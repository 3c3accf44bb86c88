import type { ContainerSeen } from '../../../main/model/observation.ts'

/** A container as compose has just made it for a service: not started yet, on the network `macula`. */
export function newContainer(
  service: string,
  part: Pick<ContainerSeen, 'id' | 'image' | 'imageId' | 'config'>,
): ContainerSeen {
  return {
    ...part,
    name: `macula-${service}-1`,
    service,
    state: 'created',
    health: 'none',
    exitCode: 0,
    oomKilled: false,
    error: '',
    restarts: 0,
    startedAt: 0,
    finishedAt: 0,
    address: '',
    published: {},
    stoppedOnPurpose: false,
    made: {
      networks: { macula: '' },
      mode: 'macula',
      binds: [`/data/stack/${service}`],
      labels: { 'dev.macula.service': service },
      traits: {
        name: `macula-${service}-1`,
        'restart policy': 'unless-stopped',
        'memory limit': '536870912',
        'network macula': service,
      },
    },
  }
}
