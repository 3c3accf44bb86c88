import type { ResolverRoute } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { commandsOf } from '../root/commands.ts'
import { answeredBefore, forwardLine } from './dnsmasq-files.ts'
import type { Machine } from './machine.ts'
import { asksOnly } from './name-service.ts'
import { no, ownFile, sayForeign } from './own-file.ts'
import { sayDomains } from './wording.ts'

const FOLDER = '/etc/NetworkManager/dnsmasq.d'
/** Another name than the platform's own file has, which the migration takes away. */
const FILE = `${FOLDER}/macula-desktop.conf`

/** NetworkManager's own dnsmasq (`dns=dnsmasq`) is told to ask our name server for our suffix. */
export function networkManager(machine: Machine): ResolverRoute {
  const file = ownFile(machine, FILE, forwardLine)
  const detect: ResolverRoute['detect'] = async () => {
    if (machine.platform !== 'linux') return no('NetworkManager is for Linux.')
    const mode = await modeOf(machine)
    if (mode === undefined) return no('NetworkManager does not run here.')
    if (mode !== 'dnsmasq')
      return no(`NetworkManager runs without a dnsmasq of its own (its DNS mode is ${mode}).`)
    if (!(await asksOnly(machine, ['127.0.0.1', '127.0.1.1', '::1'])))
      return no('NetworkManager runs a dnsmasq, but programs do not ask it: /etc/resolv.conf leads past it.')
    return {
      fits: true,
      says: `NetworkManager’s dnsmasq answers for this machine.${await sayForeign(machine, FILE)}`,
    }
  }
  return {
    id: 'route-networkmanager',
    title: 'NetworkManager’s dnsmasq',
    rank: 30,
    needsServer: true,
    detect,
    goesBefore: async ({ suffix }) =>
      await answeredBefore(machine, { files: [], folders: [{ path: FOLDER, patterns: [] }] }, FILE, suffix),
    plan: ({ settings }) => {
      const verbs: readonly RootVerb[] = [
        { verb: 'file', path: FILE, mode: 0o644, content: forwardLine(settings) },
        { verb: 'reload', unit: 'NetworkManager' },
      ]
      return {
        id: 'route-networkmanager',
        title: `Send names under ${settings.suffix} to Macula`,
        reason: `Programs ask the dnsmasq that NetworkManager runs; it must ask Macula's name server for ${sayDomains(settings)}.`,
        price: 'NetworkManager is reloaded once, which starts its dnsmasq anew; connections stay up.',
        verbs,
        commands: commandsOf(verbs),
      }
    },
    ...file,
    // A file that nothing reads any more leads nowhere: dns=dnsmasq may have been taken out since.
    isInPlace: async (input) => (await file.isInPlace(input)) && (await detect()).fits,
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
