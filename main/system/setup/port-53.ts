import type { MachineStep } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import type { Settings } from '../../model/service.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'
import { OURS } from './wording.ts'

const KEY = 'net.ipv4.ip_unprivileged_port_start'
const WANTED = 53

/** Linux, with the setting dns53: lets our name server, a process of the user, listen on port 53 as well. */
export function port53(machine: Machine, { dns53 }: Pick<Settings, 'dns53'>): MachineStep {
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
    id: 'port-53',
    plan: async () => {
      const text = await machine.text(`/proc/sys/${KEY.replaceAll('.', '/')}`)
      if (!dns53 || machine.platform !== 'linux' || text === undefined) return undefined
      const now = Number(text.trim())
      return {
        change: {
          id: 'port-53',
          title: 'Allow port 53 without root',
          reason: `Macula’s name server is to answer on 127.0.0.1:53 too (dig @127.0.0.1), and Linux keeps ports below ${now > WANTED ? now : 1024} for root.`,
          price: `Also means: any program you run may listen on ports from ${WANTED}. Where another name server has 127.0.0.1:53, it keeps it.`,
          verbs,
          commands: commandsOf(verbs),
        },
        inPlace: now <= WANTED,
        says: `${KEY} is ${now}`,
      }
    },
  }
}
