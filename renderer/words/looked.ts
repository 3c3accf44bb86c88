import { sayDuration, sayList, saySecond, sayCount } from '../../main/model/say.ts'
import type { Found, Looked } from '../store/looked.ts'

/** "Checked at 10:42:05 in 1.2 s: Tempo is right again; 1 problem as before." */
export const sayLooked = {
  looking: 'Checking…',
  lookingAt: 'Names, addresses, forwarders, containers and answers are checked.',
  done: ({ at, tookMs }: Looked, { gone, came, still }: Found): string => {
    const parts = [
      ...(gone.length > 0 ? [`${sayList(gone)} ${gone.length === 1 ? 'is' : 'are'} right again`] : []),
      ...(came.length > 0 ? [`new: ${sayList(came)}`] : []),
      ...(still.length > 0 ? [`${sayCount(still.length, 'problem')} as before`] : []),
    ]
    const found = parts.length === 0 ? 'no problem' : parts.join('; ')
    return `Checked at ${saySecond(at)} in ${sayDuration(tookMs)}: ${found}.`
  },
} as const
