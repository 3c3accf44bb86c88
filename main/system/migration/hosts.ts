import { join } from 'node:path'
import type { MigrationPart } from '../../engine/adapters.ts'
import { hostsLinesOf, sayHostsLeft, takable, type HostsLine } from '../../model/before/names.ts'
import { inert } from '../../model/atoms.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { readIfThere } from '../files.ts'
import { rootStep } from './root-step.ts'

const FILE = '/etc/hosts'

/** More lines than that are counted, not shown, where they are only told of; a step shows each one that it takes out. */
const MOST_SAID = 20

const nothing = {
  keep: () => Promise.resolve(undefined),
  takeOver: () => Promise.resolve({ says: 'done as root' }),
  giveBack: () => Promise.resolve('undo gives it back'),
} satisfies Partial<MigrationPart>

/** What every part has whose steps root does: the ledger keeps and gives back. */
export const byRoot = nothing

/** Lines of /etc/hosts that name ours: they take precedence over every name server. */
export function hostsPart(input: {
  readonly names: ReadonlyMap<string, string>
  readonly suffix: string
  readonly below?: string
}): MigrationPart {
  async function find(): Promise<readonly HostsLine[]> {
    const text = (await readIfThere(join(input.below ?? '', FILE)).catch(() => undefined)) ?? ''
    return hostsLinesOf(text, new Set(input.names.keys()), input.suffix)
  }

  return {
    id: 'hosts',
    ...byRoot,
    async detect() {
      const found = await find()
      if (found.length === 0) return []
      const leads = found.filter(({ names: some }) => some.length > 0)
      const names = [...new Set(leads.flatMap((one) => one.names))]
      const left = sayHostsLeft(found, FILE)
      return [
        {
          id: 'hosts',
          title: `${sayCount(found.length, 'line')} of ${FILE}`,
          holds: [
            ...found.slice(0, MOST_SAID).map(({ line, text }) => `line ${line}: “${inert(text.trim())}”`),
            ...(found.length > MOST_SAID ? [`${found.length - MOST_SAID} more lines`] : []),
          ],
          costs:
            names.length === 0
              ? `No name of Macula is changed by ${found.length === 1 ? 'it' : 'them'}.`
              : `${sayList(names)} ${names.length === 1 ? 'leads' : 'lead'} where ${leads.length === 1 ? 'this line of' : 'these lines of'} ${FILE} ${leads.length === 1 ? 'says' : 'say'}, whatever a name server answers.`,
          ...(left === '' ? {} : { remains: left }),
        },
      ]
    },
    async plan() {
      const found = takable(await find())
      if (found.length === 0) return []
      return [
        rootStep({
          id: 'before-hosts',
          part: 'hosts',
          title: `Take names of Macula out of ${sayCount(found.length, 'line')} of ${FILE}`,
          reason: `Lines of ${FILE} take precedence over every name server.`,
          effects: found.map(({ line, text, stays }) =>
            stays === ''
              ? `line ${line} goes: “${inert(text.trim())}”`
              : `line ${line}: “${inert(text.trim())}” becomes “${inert(stays.trim())}”`,
          ),
          without: 'these names resolve as the lines say, not to Macula’s addresses.',
          verbs: [
            {
              verb: 'lines',
              path: FILE,
              lines: found.map(({ line, text, stays }) => ({ line, text, stays })),
            },
          ],
        }),
      ]
    },
  }
}
