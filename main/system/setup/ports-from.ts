import type { MachineStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { sayPerson } from '../../model/owner.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'
import { writtenFor } from './whose.ts'
import { OURS } from './wording.ts'

const KEY = 'net.ipv4.ip_unprivileged_port_start'

/**
 * Linux: lets processes of the user listen on ports from `wanted` on. `reason`: why, told that Linux keeps ports below a
 * number for root. Nothing to do where `isWanted` is false.
 */
export function portsFrom(
  machine: Machine,
  step: {
    readonly id: string
    readonly wanted: number
    readonly isWanted: boolean
    readonly reason: string
    readonly price: string
  },
): MachineStep {
  const { id, wanted, isWanted, reason, price } = step
  const verbs: readonly RootVerb[] = [
    {
      verb: 'file',
      path: '/etc/sysctl.d/60-macula.conf',
      mode: 0o644,
      content: `${OURS}\n${KEY} = ${wanted}\n`,
    },
    { verb: 'sysctl', key: KEY, value: String(wanted) },
  ]
  return {
    id,
    plan: async () => {
      const text = await machine.text(`/proc/sys/${KEY.replaceAll('.', '/')}`)
      if (!isWanted || machine.platform !== 'linux' || text === undefined) return undefined
      const now = Number(text.trim())
      const by = now <= wanted ? await writtenFor(machine, 'sysctl', KEY) : undefined
      return {
        change: {
          id,
          title: `Allow port ${wanted} without root`,
          reason: `${reason}, and Linux keeps ports below ${now > wanted ? now : 1024} for root.`,
          price: `Also means: any program you run may listen on ports from ${wanted}.${price}`,
          verbs,
          commands: commandsOf(verbs),
        },
        inPlace: now <= wanted,
        says: `${KEY} is ${now}${by ? `, by ${sayPerson(by)}` : ''}`,
      }
    },
  }
}
