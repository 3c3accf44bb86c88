import type { BackupBack, BackupRestored } from '../../engine/backup-calls.ts'
import { sayCut } from '../../model/causes/restore.ts'
import { isWayBack, sayMoved } from '../../model/kept.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayDay } from '../../model/say.ts'
import type { Face, Session } from '../face.ts'
import { stateSign } from '../style.ts'
import { carryOut } from './run.ts'
import { needYes, usage, type SnapshotFlags } from './snapshot-ask.ts'
import { passphraseOf } from './snapshot-secrets.ts'
import { commandLine } from './up.ts'

/** Checks one, asks, and puts everything in place. */
export async function restore(
  face: Face,
  session: Session,
  word: string,
  flags: SnapshotFlags,
): Promise<number> {
  const { engine, clean } = session
  const found = await engine.backup(word)
  const { manifest } = found
  if (!manifest) return 1
  const titles = manifest.services.map(({ title }) => title).join(', ')
  await needYes(
    face,
    flags,
    [
      clean.text(
        `${manifest.name} of ${sayDay(Date.parse(manifest.at), face.host.now())} (${manifest.suffix}): ${titles}, your settings and own services.`,
      ),
      'It is checked first. Everything that runs is stopped meanwhile; what is replaced is moved aside, not removed.',
    ],
    'Restore it?',
    ['restore', word],
    'Restore it',
  )
  const passphrase = manifest.secrets === 'encrypted' ? await passphraseOf(face, flags, 'restore') : undefined
  let restored: BackupRestored | undefined
  let failure: MaculaError | undefined
  const code = await carryOut(face, session, {
    command: 'snapshot',
    resume: commandLine('snapshot', ['restore', word]),
    async work(tell, signal) {
      try {
        restored = await engine.restoreBackup(word, { passphrase }, tell, signal)
        return restored
      } catch (error) {
        if (error instanceof MaculaError) failure = error
        throw error
      }
    },
    json: async () => {
      if (!restored) return undefined
      const { snapshotJson } = await import('../json/snapshot.ts')
      return snapshotJson('restore', found, restored)
    },
    left: () =>
      Promise.resolve(
        [failure?.trouble.what ?? 'Stopped.', failure?.trouble.todo ?? '']
          .filter(Boolean)
          .map((text) => clean.text(text)),
      ),
  })
  if (restored && !face.json) tellRestored(face, session, restored)
  return code
}

function tellRestored(face: Face, session: Session, { moved, notes, manifest }: BackupRestored): void {
  const style = face.out.style()
  face.out.line(`${stateSign(style, 'works')} ${session.clean.text(manifest.name)} is restored.`)
  tellMoved(face, session, { moved, notes })
}

function tellMoved(
  face: Face,
  { clean }: Session,
  { moved, notes }: Pick<BackupRestored, 'moved' | 'notes'>,
): void {
  const style = face.out.style()
  for (const one of moved) face.out.line(clean.text(`  ${sayMoved(one)}`))
  // What is a part only is no way back for anybody.
  if (moved.some(isWayBack))
    face.out.line(
      '  maculactl reset SERVICE --back TIME puts the data of a service back; the name of its volume ends in the time.',
    )
  for (const note of notes) face.out.line(`${stateSign(style, 'degraded')} ${clean.text(note)}`)
}

/** Back to what was there before a restore that was cut. */
export async function bringBack(face: Face, session: Session, flags: SnapshotFlags): Promise<number> {
  const { engine, clean } = session
  const cut = await engine.cutRestore()
  if (!cut)
    throw usage(
      'No restore was cut off; there is nothing to bring back.',
      'After a restore that finished, maculactl reset SERVICE --back puts the data of a service back.',
    )
  await needYes(
    face,
    flags,
    [
      clean.text(`The restore of the snapshot ${cut.name} was cut off. ${sayCut(cut)}`),
      'What it began to replace becomes what it was: data, settings, your own services and passwords. What is there now is moved aside, not removed.',
    ],
    'Bring back what was there before?',
    ['restore', '--back'],
    'Bring it back',
  )
  let back: BackupBack | undefined
  const code = await carryOut(face, session, {
    command: 'snapshot',
    resume: commandLine('snapshot', ['restore', '--back']),
    async work(tell, signal) {
      back = await engine.restoreBack(tell, signal)
      return back
    },
    json: async () => {
      if (!back) return undefined
      const { snapshotJson } = await import('../json/snapshot.ts')
      return snapshotJson('back', { name: back.name, path: back.path, size: 0 }, back)
    },
  })
  if (back && !face.json) {
    const style = face.out.style()
    face.out.line(
      `${stateSign(style, 'works')} What was there before the restore of ${clean.text(back.name)} is back.`,
    )
    tellMoved(face, session, back)
  }
  return code
}
