import { sayFound, type Found } from '../../main/model/looked.ts'
import { sayDuration, saySecond } from '../../main/model/say.ts'
import type { Looked } from '../store/looked.ts'

/** "Checked at 10:42:05 in 1.2 s: Tempo is right again; 1 problem as before." */
export const sayLooked = {
  looking: 'Checking…',
  lookingAt: 'Names, addresses, forwarders, containers and answers are checked.',
  done: ({ at, tookMs }: Looked, found: Found): string =>
    `Checked at ${saySecond(at)} in ${sayDuration(tookMs)}: ${sayFound(found)}.`,
} as const
