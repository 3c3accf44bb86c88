import { inSentence } from '../../../model/before/shown.ts'
import { sayList } from '../../../model/say.ts'
import type { Check } from '../check.ts'

/** What this machine ran for the platform before Macula: one finding with all it holds; nothing is said where nothing is. */
export const before: Check = {
  id: 'before',
  group: 'machine',
  title: 'What was here before',
  async run({ before: parts = [], adapters, snapshot }) {
    if (parts.length === 0) return []
    // A subnet that was taken for us already is not offered again.
    const isCrowded =
      snapshot.docker.kind === 'up' &&
      parts.some(({ networks = [] }) => networks.length > 0) &&
      (await adapters.docker.network().catch(() => undefined))?.kind === 'overlaps'
    return [
      {
        result: 'warning',
        what: `This machine has the platform’s earlier set-up: ${sayList(
          parts.map(({ title }) => inSentence(title)),
          9,
        )}.`,
        short: sayList(parts.map(({ title }, index) => (index === 0 ? title : inSentence(title)))),
        why: parts.map(({ costs }) => costs).join(' '),
        todo: `maculactl migrate shows what each of them has, and what taking it over would do, with its data; it asks before anything is done. Left as it is, Macula runs beside it at the price above${isCrowded ? '; maculactl setup offers a free subnet then' : ''}.`,
        fix: { label: 'Take it over…', command: 'maculactl migrate', action: { kind: 'none' } },
      },
    ]
  },
}
