import type { MachineStep } from '../../engine/adapters.ts'
import type { Machine } from './machine.ts'
import { portsFrom } from './ports-from.ts'

/** Linux: lets the user's own forwarders listen on port 80, so that addresses work without a port. */
export function lowPorts(machine: Machine): MachineStep {
  return portsFrom(machine, {
    id: 'low-ports',
    wanted: 80,
    isWanted: true,
    reason: 'Addresses without a port (http://grafana.macula.local) need a forwarder on port 80',
    price: '',
  })
}
