import type { MachineStep } from '../../engine/adapters.ts'
import { inert } from '../../model/atoms.ts'
import { hostsLinesOf, NO_SUFFIX, sayHostsLeft, takable, type HostsLine } from '../../model/before/names.ts'
import type { RootVerb } from '../../model/change.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'

const FILE = '/etc/hosts'

/** Lines of a hosts file, none of a block, that give a name of ours another address than ours; other names of a line stay. */
export function foreignLines(text: string, names: ReadonlyMap<string, string>): readonly HostsLine[] {
  return hostsLinesOf(text, new Set(names.keys()), NO_SUFFIX).flatMap((found) => {
    // One line may have a name at our own address beside one that leads elsewhere.
    const wrong = new Set([...names].flatMap(([name, own]) => (own === found.address ? [] : [name])))
    return hostsLinesOf(found.text, wrong, NO_SUFFIX).map((one) => ({ ...one, line: found.line }))
  })
}

/** More lines than that are not read in a row of set-up. */
const MOST_SAID = 20

/** Takes lines out of the hosts file that lead names of ours elsewhere: it goes before every name server. */
export function hostsLines(machine: Machine): MachineStep {
  return {
    id: 'hosts-lines',
    plan: async ({ names } = { names: new Map() }) => {
      const all = foreignLines((await machine.text(FILE)) ?? '', names)
      // What root would not be told, or refuse, keeps no other from going.
      const found = takable(all)
      if (found.length === 0) return undefined
      const verbs: readonly RootVerb[] = [
        { verb: 'lines', path: FILE, lines: found.map(({ line, text, stays }) => ({ line, text, stays })) },
      ]
      const led = [...new Set(found.flatMap((line) => line.names))]
      const isOne = found.length === 1
      return {
        change: {
          id: 'hosts-lines',
          title: `Take names of Macula out of ${sayCount(found.length, 'line')} of ${FILE}`,
          reason: `${FILE} takes precedence over every name server: ${sayList(led)} ${led.length === 1 ? 'resolves' : 'resolve'} as ${isOne ? 'that line says' : 'those lines say'}, not to Macula.`,
          price:
            'Programs that should go where a line points need its address; an undo puts every line back.',
          verbs,
          commands: commandsOf(verbs),
        },
        inPlace: false,
        says: [
          found
            .slice(0, MOST_SAID)
            .map(({ line, text }) => `${FILE}:${line} says “${inert(text.replaceAll(/\s+/g, ' ').trim())}”`)
            .join('; '),
          ...(found.length > MOST_SAID ? [`; and ${found.length - MOST_SAID} more`] : []),
          ...(all.length > found.length ? [`. ${sayHostsLeft(all, FILE)}`] : []),
        ].join(''),
      }
    },
  }
}
