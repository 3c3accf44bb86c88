import type { ResolverRoute } from '../../engine/adapters.ts'
import type { Settings } from '../../model/service.ts'
import { answeredBefore, dnsmasqReads, takesIn, type DnsmasqReads } from './dnsmasq-files.ts'
import { byDnsmasq } from './dnsmasq-route.ts'
import type { Machine } from './machine.ts'
import { asksOnly } from './name-service.ts'
import { no, sayForeign } from './own-file.ts'

const FOLDER = '/etc/dnsmasq.d'
const NAME = 'macula-desktop.conf'
/** Another name than the platform's own file has, which the migration takes away. */
const FILE = `${FOLDER}/${NAME}`

/** A dnsmasq of the whole machine is told to ask our name server for our suffix. */
export function systemDnsmasq(machine: Machine): ResolverRoute {
  const detect: ResolverRoute['detect'] = async () => {
    if (machine.platform !== 'linux') return no('A dnsmasq that systemd runs is for Linux.')
    const unit = await unitOf(machine)
    if (unit === undefined) return no('No dnsmasq runs here as a unit of systemd.')
    const reads = await readsOf(machine, unit)
    if (!reads.answers) return no('dnsmasq runs here, but answers no names (port=0).')
    if (!(await asksOnly(machine, ['127.0.0.1', '127.0.1.1', '::1'])))
      return no('dnsmasq runs here, but programs do not ask it: /etc/resolv.conf does not point to it.')
    if (!reads.folders.some((folder) => folder.path === FOLDER && takesIn(folder, NAME)))
      return no(
        `dnsmasq answers for this machine, but does not read ${FOLDER}: with the line conf-dir=${FOLDER},*.conf in ${reads.files[0] ?? '/etc/dnsmasq.conf'} it does.`,
      )
    return { fits: true, says: `dnsmasq answers for this machine.${await sayForeign(machine, FILE)}` }
  }
  return {
    title: 'system dnsmasq',
    rank: 40,
    ...byDnsmasq(machine, {
      id: 'route-dnsmasq',
      file: FILE,
      unit: 'dnsmasq',
      asked: 'the dnsmasq of this machine',
      price: 'dnsmasq is restarted once, because it reads its configuration only then.',
      detect,
    }),
    goesBefore: async ({ suffix }: Settings) => {
      const unit = await unitOf(machine)
      return unit === undefined
        ? undefined
        : await answeredBefore(machine, await readsOf(machine, unit), FILE, suffix)
    },
  }
}

/** The number of its process; undefined: it does not run as a unit. */
async function unitOf(machine: Machine): Promise<string | undefined> {
  const said = await machine.output('systemctl', [
    'show',
    '-p',
    'ActiveState',
    '-p',
    'MainPID',
    'dnsmasq.service',
  ])
  if (!/^ActiveState=active$/m.test(said ?? '')) return undefined
  return /^MainPID=(\d+)$/m.exec(said ?? '')?.[1]
}

async function readsOf(machine: Machine, pid: string): Promise<DnsmasqReads> {
  const argv = (await machine.text(`/proc/${pid}/cmdline`)) ?? ''
  return await dnsmasqReads(machine, argv.split('\0').slice(1))
}
