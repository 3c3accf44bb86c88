import { sayOff, type MigrationResult, type MigrationView } from '../../model/migration.ts'
import { drawEnd } from '../draw/migration.ts'
import { complain, unwatched, waiting, writeJson, type Face, type Session } from '../face.ts'
import { INTERRUPTED } from '../interrupted.ts'
import { wrap } from '../layout.ts'
import { followMigration } from './migrate-progress.ts'

/** The exit code of what a person did not want. */
export const REFUSED = 3

/** Reads what is there of before. */
export async function look(face: Face, { engine }: Session): Promise<MigrationView> {
  return await waiting(face, 'Looking for what ran here before', engine.migration())
}

/** Writes what is there, and how it went, as JSON. */
export async function answer(
  face: Face,
  { clean }: Session,
  view: MigrationView,
  result: MigrationResult | null,
): Promise<void> {
  const { migrateJson } = await import('../json/migrate.ts')
  await writeJson(face.out, clean.concealDeep(migrateJson(view, result)), 'whole')
}

/** A sentence in lines that the terminal has room for. */
export const wrapped = (to: Face['out'], text: string): readonly string[] =>
  wrap(text, Math.min(to.style().width, 110))

/** Shows how it goes, and how it ended. */
export async function carry(
  face: Face,
  session: Session,
  view: MigrationView,
  work: (tell: Parameters<Session['engine']['migrate']>[1], signal: AbortSignal) => Promise<MigrationResult>,
  undoing: boolean,
): Promise<number> {
  const progress = followMigration(face, session, undoing)
  const result = await unwatched(face, async () => await work(progress.tell, progress.signal)).finally(() =>
    progress.end(),
  )
  if (face.json) await answer(face, session, view, result)
  else face.out.lines(drawEnd(face.out.style(), session.clean, result))
  if (result.off !== undefined && !face.json) face.err.lines(wrapped(face.err, sayOff(result)))
  if (progress.signal.aborted) {
    if (result.trouble) complain(face, session.clean.deep(result.trouble))
    return INTERRUPTED
  }
  if (result.trouble) {
    complain(face, session.clean.deep(result.trouble))
    return result.trouble.kind === 'refused' ? REFUSED : 1
  }
  return result.ok ? 0 : 1
}
