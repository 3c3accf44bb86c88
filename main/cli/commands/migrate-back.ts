import { MaculaError } from '../../model/errors.ts'
import { drawBack } from '../draw/migration.ts'
import type { Face, Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { NOTHING_CHANGED } from '../words.ts'
import { answer, carry, look, REFUSED } from './migrate-carry.ts'

/** Brings back what was there: what stops and what comes is shown first. */
export async function back(face: Face, session: Session, yes: boolean): Promise<number> {
  const { engine, clean } = session
  const view = await look(face, session)
  const entries = await engine.migrationEntries()
  if (view.done.length === 0 && entries.length === 0) {
    if (face.json) await answer(face, session, view, null)
    else face.out.line('Nothing was taken over, so there is nothing to bring back.')
    return 0
  }
  if (!face.json) face.out.lines(drawBack(face.out.style(), clean, view.done, entries, face.host.now()))
  if (!yes) {
    if (!canAsk(face.host))
      throw new MaculaError({
        kind: 'usage',
        what: 'Nothing was brought back: that needs a confirmation, and this is not a terminal.',
        todo: 'Run maculactl migrate --back --yes.',
      })
    const go = await face.host.ask.one({
      message: 'Stop Macula’s services and bring this back?',
      options: [
        { value: 'no', label: 'No, change nothing' },
        { value: 'yes', label: 'Bring it back' },
      ],
    })
    if (go !== 'yes') {
      face.err.line(NOTHING_CHANGED)
      return REFUSED
    }
  }
  return await carry(
    face,
    session,
    view,
    async (tell, signal) => await engine.migrateBack(tell, signal),
    true,
  )
}
