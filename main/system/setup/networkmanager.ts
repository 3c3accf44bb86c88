import type { ResolverRoute } from '../../engine/adapters.ts'
import { answeredBefore } from './dnsmasq-files.ts'
import { byDnsmasq } from './dnsmasq-route.ts'
import type { Machine } from './machine.ts'
import { asksOnly } from './name-service.ts'
import { no, sayForeign } from './own-file.ts'

const FOLDER = '/etc/NetworkManager/dnsmasq.d'
/** Another name than the platform's own file has, which the migration takes away. */
const FILE = `${FOLDER}/macula-desktop.conf`

/** NetworkManager's own dnsmasq (`dns=dnsmasq`) is told to ask our name server for our suffix. */
export function networkManager(machine: Machine): ResolverRoute {
  const detect: ResolverRoute['detect'] = async () => {
    if (machine.platform !== 'linux') return no('NetworkManager is for Linux.')
    const mode = await modeOf(machine)
    if (mode === undefined) return no('NetworkManager does not run here.')
    if (mode !== 'dnsmasq')
      return no(`NetworkManager runs without a dnsmasq of its own (its DNS mode is ${mode}).`)
    if (!(await asksOnly(machine, ['127.0.0.1', '127.0.1.1', '::1'])))
      return no(
        'NetworkManager runs a dnsmasq, but programs do not ask it: /etc/resolv.conf does not point to it.',
      )
    return {
      fits: true,
      says: `NetworkManager’s dnsmasq answers for this machine.${await sayForeign(machine, FILE)}`,
    }
  }
  return {
    title: 'NetworkManager’s dnsmasq',
    rank: 30,
    // dns=dnsmasq may be taken out later.
    ...byDnsmasq(machine, {
      id: 'route-networkmanager',
      file: FILE,
      unit: 'NetworkManager',
      asked: 'the dnsmasq that NetworkManager runs',
      price: 'NetworkManager is reloaded once, which restarts its dnsmasq; connections stay up.',
      detect,
    }),
    goesBefore: async ({ suffix }) =>
      await answeredBefore(machine, { files: [], folders: [{ path: FOLDER, patterns: [] }] }, FILE, suffix),
  }
}

const BUS = ['org.freedesktop.NetworkManager', '/org/freedesktop/NetworkManager/DnsManager']

/** How NetworkManager answers: "dnsmasq", "systemd-resolved", "default", …; undefined: it does not run. */
async function modeOf(machine: Machine): Promise<string | undefined> {
  // First of all, because a bus may start one that was stopped on purpose: nmcli and systemctl do not.
  const running =
    (await machine.output('nmcli', ['-g', 'RUNNING', 'general'])) ??
    (await machine.output('systemctl', ['is-active', 'NetworkManager.service']))
  if (!/^(?:running|active)$/.test(running?.trim() ?? '')) return undefined
  const property = ['--system', 'get-property', ...BUS, 'org.freedesktop.NetworkManager.DnsManager', 'Mode']
  const said = /^s "([a-z-]{1,40})"$/.exec((await machine.output('busctl', property))?.trim() ?? '')
  if (said) return said[1]
  // Without busctl: the file that it keeps for its dnsmasq.
  const pid = (await machine.text('/run/NetworkManager/dnsmasq.pid'))?.trim() ?? ''
  return /^\d+$/.test(pid) && (await machine.text(`/proc/${pid}/comm`))?.trim() === 'dnsmasq'
    ? 'dnsmasq'
    : 'another'
}
