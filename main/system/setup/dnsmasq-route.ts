import type { ResolverRoute } from '../../engine/adapters.ts'
import type { RootVerb } from '../../model/change.ts'
import { commandsOf } from '../root/commands.ts'
import { forwardLine } from './dnsmasq-files.ts'
import type { Machine } from './machine.ts'
import { ownFile } from './own-file.ts'
import { sayDomains } from './wording.ts'

/** What every route by somebody else's dnsmasq does: a file that leads our suffix to us, and `unit` reads it. */
export function byDnsmasq(
  machine: Machine,
  route: {
    readonly id: string
    readonly file: string
    readonly unit: 'dnsmasq' | 'NetworkManager'
    /** Whom programs ask: "the dnsmasq of this machine". */
    readonly asked: string
    readonly price: string
    readonly detect: ResolverRoute['detect']
  },
): Pick<
  ResolverRoute,
  'id' | 'needsServer' | 'detect' | 'plan' | 'isInPlace' | 'differs' | 'ofProject' | 'heldBy'
> {
  const { id, file, unit, asked, price, detect } = route
  const own = ownFile(machine, file, forwardLine)
  return {
    id,
    needsServer: true,
    detect,
    plan: ({ settings }) => {
      const verbs: readonly RootVerb[] = [
        { verb: 'file', path: file, mode: 0o644, content: forwardLine(settings) },
        { verb: 'reload', unit },
      ]
      return {
        id,
        title: `Send names under ${settings.suffix} to Macula`,
        reason: `Programs ask ${asked}; it must ask Macula's name server for ${sayDomains(settings)}.`,
        price,
        verbs,
        commands: commandsOf(verbs),
      }
    },
    ...own,
    // A file that nothing reads any more leads nowhere.
    isInPlace: async (input) => (await own.isInPlace(input)) && (await detect()).fits,
  }
}
