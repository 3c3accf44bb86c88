import { dockerFix } from '../../../model/causes/docker.ts'
import type { DockerSeen } from '../../../model/observation.ts'
import { fine, type Check } from '../check.ts'

const shorts = {
  absent: 'not installed, or not running',
  denied: 'you may not use it',
  old: 'too old',
  slow: 'does not answer in time',
  address: 'its address is not clear',
  limits: 'cannot be asked by this process',
  broken: 'does not answer',
} as const

/** What was found of it here goes before what might be. */
function shortOf({ code, means }: Extract<DockerSeen, { kind: 'down' }>): string {
  return means?.kind === 'start' ? 'not running' : means?.kind === 'install' ? 'not installed' : shorts[code]
}

export const docker: Check = {
  id: 'docker',
  group: 'docker',
  title: 'Docker engine',
  async run({ snapshot }) {
    const { docker: seen } = snapshot
    if (seen.kind === 'up')
      return [
        fine(
          `Docker ${seen.version} answers${seen.native ? '' : '; its containers are reached by published ports'}.`,
          `${seen.version}, you may use it`,
        ),
      ]
    const cause = snapshot.causes.find((one) => one.id === 'docker')
    return [
      {
        result: 'failed',
        what: cause?.headline.what ?? 'Docker does not answer.',
        why: cause?.headline.why ?? '',
        todo: cause?.headline.todo ?? '',
        short: seen.kind === 'down' ? shortOf(seen) : 'being asked',
        ...(seen.kind === 'down' && seen.means !== undefined ? { fix: dockerFix(seen) } : {}),
      },
    ]
  },
}
