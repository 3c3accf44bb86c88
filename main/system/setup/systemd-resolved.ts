import type { ResolverRoute } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import type { Settings } from '../../model/service.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'
import { hostSources, nameServers } from './name-service.ts'
import { no, ownFile, sayForeign } from './own-file.ts'
import { checkedSettings, OURS, sayDomains } from './wording.ts'

/** Present since systemd 246 or so; answering means the service runs, whoever started it. */
const SOCKET = '/run/systemd/resolve/io.systemd.Resolve'

/** One of the two files that systemd-resolved can be told by. */
interface Told {
  readonly id: string
  readonly title: string
  readonly rank: number
  readonly file: string
  /** The section that the lines stand in. */
  readonly section: string
  /** From which systemd on. `unknown`: whether it is taken where the version cannot be told. */
  readonly since: number
  readonly unknown: boolean
  readonly tooOld: (version: number) => string
  readonly price: string
}

/** systemd-resolved is told by a drop-in to ask our name server for our suffix. */
export function systemdResolved(machine: Machine): ResolverRoute {
  return resolvedRoute(machine, {
    id: 'route-systemd-resolved',
    title: 'systemd-resolved',
    rank: 20,
    file: '/etc/systemd/resolved.conf.d/macula.conf',
    section: '[Resolve]',
    // "DNS=address:port" is understood from here on.
    since: 246,
    unknown: true,
    tooOld: (version) => `systemd ${version} cannot ask a name server on its own port; 246 can.`,
    price:
      'systemd-resolved is reloaded once. For names elsewhere it also asks Macula, beside the servers of your network; Macula refuses those at once.',
  })
}

/**
 * The same by a scope of its own (systemd.dns-delegate(5)): only our names are asked of Macula, while a server in a
 * drop-in is asked for every name beside those of the network.
 */
export function dnsDelegate(machine: Machine): ResolverRoute {
  return resolvedRoute(machine, {
    id: 'route-dns-delegate',
    title: 'systemd’s DNS delegate',
    rank: 10,
    file: '/etc/systemd/dns-delegate.d/macula-desktop.dns-delegate',
    section: '[Delegate]',
    since: 258,
    unknown: false,
    tooOld: (version) => `systemd ${version} knows no DNS delegates; 258 does.`,
    price: 'systemd-resolved is reloaded once. Names elsewhere are asked as before.',
  })
}

function resolvedRoute(machine: Machine, told: Told): ResolverRoute {
  const { id, title, file } = told
  const content = (settings: Settings): string => {
    const { domains, port } = checkedSettings(settings)
    const list = domains.map((domain) => `~${domain}`).join(' ')
    return [OURS, told.section, `DNS=127.0.0.1:${port}`, `Domains=${list}`, ''].join('\n')
  }
  return {
    id,
    title,
    rank: told.rank,
    needsServer: true,
    detect: async () => {
      if (machine.platform !== 'linux') return no('systemd-resolved is for Linux.')
      if (!(await machine.answers(SOCKET))) return no('systemd-resolved does not run here.')
      const version = versionOf(await machine.output('resolvectl', ['--version']))
      if (version === undefined && !told.unknown)
        return no('The version of systemd is not known: resolvectl --version does not answer.')
      if (version !== undefined && version < told.since) return no(told.tooOld(version))
      const sources = hostSources(await machine.text('/etc/nsswitch.conf'))
      const servers = nameServers(await machine.text('/etc/resolv.conf'))
      const stub = servers.some((server) => server === '127.0.0.53' || server === '127.0.0.54')
      if (!sources.includes('resolve') && !(sources.includes('dns') && stub))
        return no('systemd-resolved runs, but programs do not ask it: /etc/resolv.conf does not point to it.')
      return {
        fits: true,
        says: `systemd-resolved answers for this machine.${await sayForeign(machine, file)}`,
      }
    },
    plan: ({ settings }) => {
      const verbs: readonly RootVerb[] = [
        { verb: 'file', path: file, mode: 0o644, content: content(settings) },
        { verb: 'reload', unit: 'systemd-resolved' },
      ]
      return {
        id,
        title: `Send names under ${settings.suffix} to Macula`,
        reason: `Programs ask systemd-resolved for addresses; it must ask Macula's name server for ${sayDomains(settings)}.`,
        price: told.price,
        verbs,
        commands: commandsOf(verbs),
      }
    },
    ...ownFile(machine, file, content),
  }
}

/** The number in "systemd 252 (252.39-1)". */
function versionOf(output: string | undefined): number | undefined {
  const match = /^systemd (\d+)/.exec(output ?? '')
  return match?.[1] === undefined ? undefined : Number(match[1])
}
