import { troubleOf } from '../../../model/errors.ts'
import type { Settings } from '../../../model/service.ts'
import type { HostAdapter } from '../../adapters.ts'
import { needWay } from '../../run/way.ts'
import { fine, type Check, type Finding } from '../check.ts'

export const network: Check = {
  id: 'network',
  group: 'network',
  title: 'Docker network',
  async run({ adapters, settings, snapshot, before = [] }) {
    if (snapshot.docker.kind !== 'up')
      return [{ result: 'unknown', what: 'Not checked while Docker is down.', why: '', todo: '' }]
    const seen = await adapters.docker.network()
    switch (seen.kind) {
      case 'ours': {
        const way = snapshot.docker.native ? await wayFinding(adapters.host, settings) : undefined
        if (way !== undefined) return [way]
        return [fine(`The network ${settings.project} (${seen.subnet}) is ours.`, `${seen.subnet} is ours`)]
      }
      case 'absent':
        return [
          fine(
            `The subnet ${settings.subnet} is free; the first start makes the network.`,
            `${settings.subnet} is free`,
          ),
        ]
      case 'differs':
        return [
          {
            result: 'warning',
            what: 'The docker network is not what would be made now.',
            why: seen.says,
            short: 'not as it would be made',
            todo: 'Run maculactl down, then maculactl up: it is recreated; no data is removed.',
          },
        ]
      case 'foreign':
        return [
          {
            result: 'failed',
            what: 'The docker network cannot be used.',
            why: seen.says,
            short: 'its name is taken',
            todo: `Remove it (docker network rm ${settings.project}) if nothing needs it, or set another "project" in settings.json.`,
          },
        ]
      case 'overlaps':
        return [
          {
            result: 'failed',
            ...(before.some(({ networks = [] }) =>
              networks.some((name) => seen.withName.endsWith(` ${name}`)),
            )
              ? { because: 'before' as const }
              : {}),
            what: `The subnet ${settings.subnet} is taken.`,
            short: `${settings.subnet} is taken`,
            why: `${seen.withName} has ${seen.subnet}.`,
            ...takeFree(seen.free),
          },
        ]
    }
  },
}

/** Another subnet in one step, where there is one. */
function takeFree(free: string): Pick<Finding, 'todo' | 'fix'> {
  if (free === '')
    return { todo: 'Choose another "subnet" in settings.json, a private /24 that nothing has.' }
  const command = `maculactl setup --subnet ${free}`
  return {
    todo: `Use ${free}, which nothing has: ${command}. Every address of a container follows.`,
    fix: { label: `Use ${free}`, command, action: { kind: 'subnet', subnet: free } },
  }
}

/** What is wrong with the way to containers; undefined: nothing, or it cannot be told. */
async function wayFinding(host: HostAdapter, settings: Settings): Promise<Finding | undefined> {
  const trouble = await needWay(host, settings).then(
    () => undefined,
    (error: unknown) => troubleOf(error),
  )
  return (
    trouble && {
      result: 'failed',
      what: `Containers on ${settings.subnet} cannot be reached from this machine.`,
      short: `${settings.subnet} is routed elsewhere`,
      why: trouble.why ?? '',
      todo: trouble.todo ?? '',
    }
  )
}
