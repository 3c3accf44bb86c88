import type { MachineStep, ResolverRoute } from '../../engine/adapters.ts'
import type { Settings } from '../../model/service.ts'
import { systemDnsmasq } from './dnsmasq.ts'
import { kind } from './kind.ts'
import { hostsFile } from './hosts-file.ts'
import { hostsLines } from './hosts-lines.ts'
import { lowPorts } from './low-ports.ts'
import { openMachine, type Machine } from './machine.ts'
import { networkManager } from './networkmanager.ts'
import { oldDnsmasq } from './old-dnsmasq.ts'
import { port53 } from './port-53.ts'
import { dnsDelegate, systemdResolved } from './systemd-resolved.ts'
import { tools } from './tools.ts'

/** Every way to lead the OS resolver to our names, best first. A new one is a file beside this and a word here. */
export function openRoutes(machine: Machine = openMachine()): readonly ResolverRoute[] {
  return [
    dnsDelegate(machine),
    systemdResolved(machine),
    networkManager(machine),
    systemDnsmasq(machine),
    hostsFile(machine),
  ].toSorted((one, other) => one.rank - other.rank)
}

/** What else set-up may change on this machine, in the order it should happen. */
export function openSteps(machine: Machine = openMachine()): readonly MachineStep[] {
  return [tools(machine), kind(machine), lowPorts(machine)]
}

/** What set-up may change so that names lead to us and nowhere else; `old`: what a script led elsewhere before us. */
export function openNameSteps(
  settings: Pick<Settings, 'dns53'>,
  old: Parameters<typeof oldDnsmasq>[0],
  machine: Machine = openMachine(),
): readonly MachineStep[] {
  return [hostsLines(machine), oldDnsmasq(old), port53(machine, settings)]
}
