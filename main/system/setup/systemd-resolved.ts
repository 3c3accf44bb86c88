import type { ResolverRoute } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import type { Settings } from '../../model/service.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'
import { sayDifference } from './differs.ts'
import { hostSources, nameServers } from './name-service.ts'
import { writtenFor } from './whose.ts'
import { checkedSettings, OURS } from './wording.ts'

const FILE = '/etc/systemd/resolved.conf.d/macula.conf'
/** Present since systemd 246 or so; answering means the service runs, whoever started it. */
const SOCKET = '/run/systemd/resolve/io.systemd.Resolve'
/** "DNS=address:port" is understood from here on. */
const FIRST_VERSION = 246

/** systemd-resolved is told by a drop-in to ask our name server for our suffix. */
export function systemdResolved(machine: Machine): ResolverRoute {
  const content = (settings: Settings): string => {
    const { suffix, port } = checkedSettings(settings)
    return [OURS, '[Resolve]', `DNS=127.0.0.1:${port}`, `Domains=~${suffix}`, ''].join('\n')
  }
  return {
    id: 'route-systemd-resolved',
    title: 'systemd-resolved',
    rank: 20,
    needsServer: true,
    detect: async () => {
      if (machine.platform !== 'linux') return no('systemd-resolved is for Linux.')
      if (!(await machine.answers(SOCKET))) return no('systemd-resolved does not run here.')
      const version = versionOf(await machine.output('resolvectl', ['--version']))
      if (version !== undefined && version < FIRST_VERSION)
        return no(`systemd ${version} cannot ask a name server on its own port; ${FIRST_VERSION} can.`)
      const sources = hostSources(await machine.text('/etc/nsswitch.conf'))
      const servers = nameServers(await machine.text('/etc/resolv.conf'))
      const stub = servers.some((server) => server === '127.0.0.53' || server === '127.0.0.54')
      if (!sources.includes('resolve') && !(sources.includes('dns') && stub))
        return no('systemd-resolved runs, but programs do not ask it: /etc/resolv.conf leads past it.')
      return { fits: true, says: `systemd-resolved answers for this machine.${await foreign(machine)}` }
    },
    plan: ({ settings }) => {
      const verbs: readonly RootVerb[] = [
        { verb: 'file', path: FILE, mode: 0o644, content: content(settings) },
        { verb: 'reload', unit: 'systemd-resolved' },
      ]
      return {
        id: 'route-systemd-resolved',
        title: `Send names under ${settings.suffix} to Macula`,
        reason: `Programs ask systemd-resolved for addresses; it must ask Macula's name server for names ending in .${settings.suffix}.`,
        price:
          'systemd-resolved is reloaded once. For names elsewhere it also asks Macula, beside the servers of your network; Macula refuses those at once.',
        verbs,
        commands: commandsOf(verbs),
      }
    },
    isInPlace: async ({ settings }) => (await machine.text(FILE)) === content(settings),
    differs: async ({ settings }) => {
      const there = await machine.text(FILE)
      return there?.startsWith(OURS) === true
        ? sayDifference(`Macula’s file ${FILE}`, 1, there, content(settings))
        : undefined
    },
    heldBy: async () =>
      (await machine.text(FILE)) === undefined ? undefined : await writtenFor(machine, 'file', FILE),
  }
}

function no(says: string): { readonly fits: false; readonly says: string } {
  return { fits: false, says }
}

async function foreign(machine: Machine): Promise<string> {
  const there = await machine.text(FILE)
  return there === undefined || there.startsWith(OURS)
    ? ''
    : ` A file that is not Macula's is at ${FILE}; it is kept, and undo gives it back.`
}

/** The number in "systemd 252 (252.39-1)". */
function versionOf(output: string | undefined): number | undefined {
  const match = /^systemd (\d+)/.exec(output ?? '')
  return match?.[1] === undefined ? undefined : Number(match[1])
}
