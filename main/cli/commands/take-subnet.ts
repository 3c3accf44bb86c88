import type { Face, Session } from '../face.ts'
import { stateSign } from '../style.ts'

/** An end of a round of set-up that is none: a setting changed, and it goes on with an engine of the new ones. */
export const AGAIN = -1

/** Saves another subnet and says so; all that is done from then on is done with it. Throws MaculaError `invalid`. */
export async function takeSubnet(face: Face, { save }: Session, subnet: string): Promise<typeof AGAIN> {
  await save({ subnet })
  face.err.line(
    `${stateSign(face.err.style(), 'works')} The container network is ${subnet} from the next start on.`,
  )
  return AGAIN
}
