import type { MachineStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'
import { sayPerson } from '../../model/owner.ts'
import { writtenFor } from './whose.ts'
import { OURS } from './wording.ts'

const KEY = 'net.ipv4.ip_unprivileged_port_start'
const WANTED = 80

/** Linux: lets the user's own forwarders listen on port 80, so that addresses work without a port. */
export function lowPorts(machine: Machine): MachineStep {
  const verbs: readonly RootVerb[] = [
    {
      verb: 'file',
      path: '/etc/sysctl.d/60-macula.conf',
      mode: 0o644,
      content: `${OURS}\n${KEY} = ${WANTED}\n`,
    },
    { verb: 'sysctl', key: KEY, value: String(WANTED) },
  ]
  return {
    id: 'low-ports',
    plan: async () => {
      const text = await machine.text(`/proc/sys/${KEY.replaceAll('.', '/')}`)
      if (machine.platform !== 'linux' || text === undefined) return undefined
      const now = Number(text.trim())
      const by = now <= WANTED ? await writtenFor(machine, 'sysctl', KEY) : undefined
      return {
        change: {
          id: 'low-ports',
          title: 'Allow port 80 without root',
          reason: `Addresses without a port (http://grafana.macula.local) need a forwarder on port 80, and Linux keeps ports below ${now > WANTED ? now : 1024} for root.`,
          price: `Also means: any program you run may listen on ports from ${WANTED}.`,
          verbs,
          commands: commandsOf(verbs),
        },
        inPlace: now <= WANTED,
        says: `${KEY} is ${now}${by ? `, by ${sayPerson(by)}` : ''}`,
      }
    },
  }
}
