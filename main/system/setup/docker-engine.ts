import type { MachineStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { isAtLeast } from '../../model/version.ts'
import { commandsOf } from '../root/commands.ts'
import { enginePackages } from './engine-packages.ts'
import type { Machine } from './machine.ts'

const SOCKET = '/run/docker.sock'
const LATE_PRICE =
  'Until your next sign-in its socket belongs to you, and it is created again when Docker or this machine restarts. You are a member of the group docker, which lets you do the same.'
const GROUP_PRICE =
  'You are added to the group docker: whoever is in it can do on this machine what root can, because a container may be given every file.'

/** Compose that understands the include of our stack. */
const OLDEST_COMPOSE = [2, 20] as const

/** Whether somebody is in a group, by this machine's own file. */
export function isMember(groups: string | undefined, group: string, user: string): boolean {
  const line = (groups ?? '').split('\n').find((one) => one.startsWith(`${group}:`))
  return line?.split(':')[3]?.split(',').includes(user) === true
}

/** Whether a person is in a group that they joined after they had signed in, so that what runs lacks it. */
export async function isLate(machine: Machine, group: string): Promise<boolean> {
  const { person, groups } = machine
  const file = await machine.text('/etc/group')
  if (!isMember(file, group, person.user ?? '')) return false
  const line = (file ?? '').split('\n').find((one) => one.startsWith(`${group}:`))
  return groups !== undefined && !groups.includes(Number(line?.split(':')[2]))
}

/**
 * Linux: installs the distribution's Docker with Compose where there is none, and lets the person use one that is there.
 * `isUsual`: whether the engine in use is this machine's own; another one is its owner's to install.
 */
export function dockerEngine(machine: Machine, isUsual: () => Promise<boolean>): MachineStep {
  return {
    id: 'docker',
    plan: async () => {
      if (machine.platform !== 'linux' || !(await isUsual())) return undefined
      const isThere = (await machine.tool('dockerd')) !== undefined
      const { user, uid } = machine.person
      const isIn =
        uid === 0 || (user !== undefined && isMember(await machine.text('/etc/group'), 'docker', user))
      const group: readonly RootVerb[] = uid === 0 ? [] : [{ verb: 'group', group: 'docker' }]
      if (isThere) {
        // What does not run is started, not set up; what answers needs nothing.
        const isShut =
          (await machine.list('/run')).includes('docker.sock') && !(await machine.answers(SOCKET))
        const compose = (await machine.output('docker', ['compose', 'version', '--short'], 10_000)) ?? ''
        const lacks = !isAtLeast(compose, OLDEST_COMPOSE)
        const isShutOut = isShut && (!isIn || (await isLate(machine, 'docker')))
        if (!lacks && !isShutOut) return undefined
        return await planned(lacks ? 'compose' : 'join')
      }
      return await planned('all')

      async function planned(what: 'all' | 'compose' | 'join') {
        const found = await enginePackages(machine)
        if (!found && what !== 'join') return undefined
        const names = (found?.names ?? []).filter((name) => what === 'all' || name.includes('compose'))
        const verbs: readonly RootVerb[] = [
          ...(what === 'join' ? [] : ([{ verb: 'install', names }] as const)),
          ...(what === 'all' ? ([{ verb: 'enable', unit: 'docker.service' }] as const) : []),
          ...(what === 'compose' ? [] : group),
        ]
        const kept = 'Images, volumes and databases in /var/lib/docker stay after an undo.'
        return {
          change: {
            id: 'docker',
            title:
              what === 'all'
                ? 'Install Docker and Compose'
                : what === 'compose'
                  ? 'Install Docker Compose'
                  : 'Let you use Docker',
            reason:
              what === 'compose'
                ? 'Macula creates containers with it.'
                : 'Every service runs in a container of its own; you talk to Docker through its socket.',
            price:
              what === 'join'
                ? isIn
                  ? LATE_PRICE
                  : GROUP_PRICE
                : `${found === undefined ? '' : `Comes from your distribution through ${found.manager} and needs the network. `}${what === 'compose' ? '' : `Docker runs as root and starts with the machine. ${uid === 0 ? '' : `${GROUP_PRICE} `}${kept}`}`.trim(),
            verbs,
            commands: commandsOf(verbs, found?.manager),
          },
          inPlace: false,
          says:
            what === 'all'
              ? 'dockerd is not on this machine'
              : what === 'compose'
                ? 'docker compose is not there, or too old'
                : `${SOCKET} does not let ${user ?? 'you'} in${isIn ? ', because you signed in before you were in the group docker' : ''}`,
        }
      }
    },
  }
}
