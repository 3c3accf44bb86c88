import type { MachineStep } from '../../engine/adapters.ts'
import { inert } from '../../model/atoms.ts'
import { hostsLinesOf, isTellable, type HostsLine } from '../../model/before/names.ts'
import type { RootVerb } from '../../model/change.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { commandsOf } from '../root/commands.ts'
import type { Machine } from './machine.ts'

const FILE = '/etc/hosts'

/** No name ends in it: only names of ours are looked for, whatever else a person has under the suffix. */
const NO_SUFFIX = '\n'

/** Lines of a hosts file, none of a block, that give a name of ours another address than ours; other names of a line stay. */
export function foreignLines(text: string, names: ReadonlyMap<string, string>): readonly HostsLine[] {
  const all = hostsLinesOf(text, new Set(names.keys()), NO_SUFFIX)
  return all.flatMap(({ address }, index) => {
    // One line may have a name at our own address beside one that leads elsewhere.
    const wrong = new Set([...names].flatMap(([name, own]) => (own === address ? [] : [name])))
    const line = hostsLinesOf(text, wrong, NO_SUFFIX).find((one) => one.line === all[index]?.line)
    return line ? [line] : []
  })
}

/** Takes lines out of the hosts file that lead names of ours elsewhere: it goes before every name server. */
export function hostsLines(machine: Machine): MachineStep {
  return {
    id: 'hosts-lines',
    plan: async ({ names } = { names: new Map() }) => {
      // What cannot be told to root byte for byte must not keep the others from going; its name's row tells of it.
      const found = foreignLines((await machine.text(FILE)) ?? '', names).filter(isTellable)
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
          reason: `${FILE} goes before every name server: ${sayList(led)} ${led.length === 1 ? 'leads' : 'lead'} where ${isOne ? 'that line says' : 'those lines say'}, past Macula.`,
          price:
            'Programs that are to go where a line leads must be told its address; an undo puts every line back.',
          verbs,
          commands: commandsOf(verbs),
        },
        inPlace: false,
        says: found
          .map(({ line, text }) => `${FILE}:${line} says “${inert(text.replaceAll(/\s+/g, ' ').trim())}”`)
          .join('; '),
      }
    },
  }
}
