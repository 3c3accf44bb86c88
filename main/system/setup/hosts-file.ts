import type { ResolverRoute } from '../../engine/adapters.ts'
import { MaculaError } from '../../model/errors.ts'
import type { RootVerb } from '../../model/change.ts'
import { readBlock } from '../root/block.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'
import { hostSources } from './name-service.ts'
import { checkedNames } from './wording.ts'

const FILE = '/etc/hosts'

/** The last resort: exactly our names in a block of their own in /etc/hosts. Needs no name server. */
export function hostsFile(machine: Machine): ResolverRoute {
  const content = (names: ReadonlyMap<string, string>): string =>
    checkedNames(names)
      .map(({ name, address }) => `${address} ${name}\n`)
      .join('')
  return {
    id: 'route-hosts',
    title: 'hosts file',
    rank: 90,
    needsServer: false,
    detect: async () => {
      if ((await machine.link(FILE)) !== undefined)
        return { fits: false, says: `${FILE} is a link, made by another program; Macula leaves it alone.` }
      const sources = hostSources(await machine.text('/etc/nsswitch.conf'))
      if (machine.platform === 'linux' && !sources.includes('files'))
        return { fits: false, says: `Programs do not read ${FILE}: /etc/nsswitch.conf leaves it out.` }
      const text = await machine.text(FILE)
      if (text !== undefined && readBlock(text).kind === 'torn')
        return { fits: false, says: `The marker lines of Macula in ${FILE} are torn; remove them by hand.` }
      return { fits: true, says: `Programs read ${FILE}.` }
    },
    plan: ({ settings, names }) => {
      if (names.size === 0)
        throw new MaculaError({
          kind: 'invalid',
          what: 'There is nothing to put into the hosts file.',
          why: 'No service has a name.',
        })
      const verbs: readonly RootVerb[] = [{ verb: 'block', path: FILE, content: content(names) }]
      return {
        id: 'route-hosts',
        title: `List names under ${settings.suffix} in the hosts file`,
        reason: `Programs must find the addresses of names ending in .${settings.suffix}, and nothing on this machine can be told to ask Macula's name server.`,
        price: 'A service that is added or moved later needs this step again.',
        verbs,
        commands: commandsOf(verbs),
      }
    },
    isInPlace: async ({ names }) => {
      const block = readBlock((await machine.text(FILE)) ?? '')
      return block.kind === 'block' && names.size > 0 && block.text === content(names)
    },
  }
}
