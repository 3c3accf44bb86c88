import type Docker from 'dockerode'
import type { ContainerSeen } from '../../model/observation.ts'
import { labels } from './container.ts'
import { daemonWords, statusOf } from './trouble.ts'

/**
 * A container that Docker lists and cannot look at (its own files of it are damaged), or about which it answers nothing
 * (`silentSince`, epoch ms): as much as the list tells, with Docker's words. Undefined when Docker itself did not answer: then
 * nothing is known of any.
 */
export function unreadContainer(
  listed: Docker.ContainerInfo,
  network: string,
  error: unknown,
  silentSince?: number,
): ContainerSeen | undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (statusOf(cause) === undefined && silentSince === undefined) return undefined
  const { Labels: own, Names: names, NetworkSettings: at } = listed
  return {
    id: listed.Id,
    name: (names[0] ?? '').replace(/^\//, ''),
    service: own[labels.service] ?? own['com.docker.compose.service'] ?? '',
    image: listed.Image,
    imageId: listed.ImageID,
    state: listed.State as ContainerSeen['state'],
    health: 'none',
    exitCode: 0,
    oomKilled: false,
    error: silentSince === undefined ? `Docker cannot look at it: ${daemonWords(cause)}` : '',
    restarts: 0,
    createdAt: listed.Created * 1000,
    startedAt: 0,
    finishedAt: 0,
    address: listed.State === 'running' ? (at?.Networks[network]?.IPAddress ?? '') : '',
    published: {},
    stoppedOnPurpose: false,
    config: own[labels.config] ?? '',
    ...(silentSince === undefined ? {} : { silentSince }),
  }
}
