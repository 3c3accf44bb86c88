import { join } from 'node:path'
import type { MigrationPart } from '../../engine/adapters.ts'
import { hostsLinesOf, isTellable, type HostsLine } from '../../model/before/names.ts'
import { inert } from '../../model/atoms.ts'
import { sayCount, sayList } from '../../model/say.ts'
import { readIfThere } from '../files.ts'
import { rootStep } from './root-step.ts'

const FILE = '/etc/hosts'

const nothing = {
  keep: () => Promise.resolve(undefined),
  takeOver: () => Promise.resolve({ says: 'root does it' }),
  giveBack: () => Promise.resolve('undo gives it back'),
} satisfies Partial<MigrationPart>

/** What every part has whose steps root does: the ledger keeps and gives back. */
export const byRoot = nothing

/** Lines of /etc/hosts that name ours: they go before every name server. */
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
      const names = found.flatMap((one) => one.names)
      return [
        {
          id: 'hosts',
          title: `${sayCount(found.length, 'line')} of ${FILE}`,
          holds: found.map(({ line, text }) => `line ${line}: “${inert(text.trim())}”`),
          costs: `${sayList([...new Set(names)])} ${names.length === 1 ? 'leads' : 'lead'} where ${found.length === 1 ? 'this line says' : 'these lines say'}, whatever a name server answers.${byHand(found)}`,
        },
      ]
    },
    async plan() {
      const found = (await find()).filter(isTellable)
      if (found.length === 0) return []
      return [
        rootStep({
          id: 'before-hosts',
          part: 'hosts',
          title: `Take names of Macula out of ${sayCount(found.length, 'line')} of ${FILE}`,
          reason: `Lines of ${FILE} go before every name server.`,
          effects: found.map(({ line, text, stays }) =>
            stays === ''
              ? `line ${line} goes: “${inert(text.trim())}”`
              : `line ${line}: “${inert(text.trim())}” becomes “${inert(stays.trim())}”`,
          ),
          without: 'these names lead where the lines say, past Macula’s addresses.',
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

/** What is said of lines that cannot be told to root's program byte for byte, and are left for that. */
function byHand(found: readonly HostsLine[]): string {
  return found
    .filter((one) => !isTellable(one))
    .map(
      ({ line, names }) =>
        ` Line ${line} has bytes that are no UTF-8 text, so it is left: take ${sayList(names)} out of it by hand (sudoedit ${FILE}).`,
    )
    .join('')
}
