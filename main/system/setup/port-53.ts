import type { MachineStep } from '../../engine/adapters.ts'
import type { Settings } from '../../model/service.ts'
import type { Machine } from './machine.ts'
import { portsFrom } from './ports-from.ts'

/** Linux, with the setting dns53: lets our name server, a process of the user, listen on port 53 as well. */
export function port53(machine: Machine, { dns53 }: Pick<Settings, 'dns53'>): MachineStep {
  return portsFrom(machine, {
    id: 'port-53',
    wanted: 53,
    isWanted: dns53,
    reason: 'Macula’s name server is to answer on 127.0.0.1:53 too (dig @127.0.0.1)',
    price: ' Where another name server has 127.0.0.1:53, it keeps it.',
  })
}
