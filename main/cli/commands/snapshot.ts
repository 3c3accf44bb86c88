import type { BackupListed } from '../../engine/adapters.ts'
import type { BackupRestored } from '../../engine/backup-calls.ts'
import { BACKUP_END, backupNameTrouble, isBackupName, type BackupRegistry } from '../../model/backup.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayBytes, sayDay } from '../../model/say.ts'
import { sayContent, sayListed, sayPlan } from '../../model/say-backup.ts'
import { waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { canAsk } from '../host.ts'
import { pad, widthOf } from '../layout.ts'
import { stateSign } from '../style.ts'
import type { snapshotJson as SnapshotJson } from '../json/snapshot.ts'
import { carryOut } from './run.ts'
import { passphraseOf, type SecretsFlags } from './snapshot-secrets.ts'
import { commandLine } from './up.ts'

export interface SnapshotFlags extends SecretsFlags {
  readonly registry: BackupRegistry
  readonly verify?: boolean
  readonly yes?: boolean
}

/** Copies of everything in one file: created, listed, looked at, restored, deleted. */
export async function snapshot(face: Face, words: readonly string[], flags: SnapshotFlags): Promise<number> {
  const [verb = 'list', name, ...more] = words
  if (more.length > 0) throw usage('Name one snapshot.', `maculactl snapshot ${verb} NAME`)
  return await withEngine(face, async (session) => {
    if (verb === 'list') return await list(face, session)
    if (name === undefined) throw usage('Name a snapshot.', `maculactl snapshot ${verb} NAME`)
    switch (verb) {
      case 'create':
        return await create(face, session, name, flags)
      case 'show':
        return await show(face, session, name, flags.verify === true)
      case 'restore':
        return await restore(face, session, name, flags)
      case 'delete':
        return await remove(face, session, name, flags)
      default:
        throw usage(`There is no "snapshot ${verb}".`, 'There are create, list, show, restore and delete.')
    }
  })
}

const usage = (what: string, todo: string): MaculaError => new MaculaError({ kind: 'usage', what, todo })

async function list(face: Face, { engine, clean }: Session): Promise<number> {
  const all = await waiting(face, 'Looking at snapshots', engine.backups())
  if (face.json) {
    const { snapshotsJson } = await import('../json/snapshot.ts')
    await writeJson(face.out, clean.concealDeep(snapshotsJson(all)), 'whole')
    return 0
  }
  if (all.length === 0) face.err.line('There is no snapshot yet: maculactl snapshot create NAME')
  table(
    face,
    all.map((one) => clean.deep(sayListed(one, face.host.now()))),
  )
  return 0
}

/** Rows in columns; the second is of numbers, the last as long as it is. */
function table(face: Face, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ''))))
  for (const row of rows)
    face.out.line(
      row
        .map((cell, at) =>
          at === row.length - 1 ? cell : pad(cell, widths[at] ?? 0, at === 1 ? 'right' : undefined),
        )
        .join('  ')
        .trimEnd(),
    )
}

async function tellJson(
  face: Face,
  { clean }: Session,
  ...[did, listed, more]: Parameters<typeof SnapshotJson>
): Promise<void> {
  const { snapshotJson } = await import('../json/snapshot.ts')
  await writeJson(face.out, clean.concealDeep(snapshotJson(did, listed, more)), 'whole')
}

async function create(face: Face, session: Session, name: string, flags: SnapshotFlags): Promise<number> {
  const { engine, clean } = session
  // Before anything is measured or asked.
  if (!isBackupName(name)) throw new MaculaError({ kind: 'usage', ...backupNameTrouble(name) })
  const plan = await waiting(face, 'Measuring data', engine.planBackup(flags.registry))
  face.err.lines(sayPlan(plan).map((text) => clean.text(text)))
  const passphrase = await passphraseOf(face, flags, 'create')
  let made: BackupListed | undefined
  const code = await carryOut(face, session, {
    command: 'snapshot',
    resume: commandLine('snapshot', ['create', name]),
    async work(tell, signal) {
      const { manifest, path, size, ...result } = await engine.createBackup(
        { name, registry: flags.registry, passphrase },
        tell,
        signal,
      )
      made = { name, path, size, manifest }
      return result
    },
    json: async () => {
      if (!made) return undefined
      const { snapshotJson } = await import('../json/snapshot.ts')
      return snapshotJson('create', made)
    },
    left: () =>
      Promise.resolve(['Stopped. Nothing of the snapshot is left, and what was stopped for it runs again.']),
  })
  if (made && !face.json) {
    face.out.line(`${stateSign(face.out.style(), 'works')} ${clean.text(made.path)}: ${sayBytes(made.size)}`)
    for (const note of made.manifest?.notes ?? []) face.err.line(clean.text(note))
  }
  return made ? 0 : code
}

async function show(face: Face, session: Session, word: string, verify: boolean): Promise<number> {
  const { engine, clean } = session
  const abort = new AbortController()
  const undo = face.host.onInterrupt(() => abort.abort(), 'ends')
  const looking = engine.backup(word, verify ? { onBytes: () => undefined, signal: abort.signal } : undefined)
  const found = await waiting(
    face,
    verify ? 'Reading all of it' : 'Looking at the snapshot',
    looking,
  ).finally(undo)
  if (face.json) {
    await tellJson(face, session, verify ? 'verify' : 'show', found)
    return 0
  }
  const { manifest } = found
  if (!manifest) return 1
  face.out.lines(
    [
      `${manifest.name}  ${sayBytes(found.size)}  ${sayDay(Date.parse(manifest.at), face.host.now())}`,
      `Written by Macula Desktop ${manifest.product}, ${manifest.suffix}, ${manifest.subnet}. Passwords are ${manifest.secrets}.`,
    ].map((text) => clean.text(text)),
  )
  table(
    face,
    sayContent(manifest).map((row) => clean.deep(row)),
  )
  for (const note of manifest.notes) face.out.line(clean.text(note))
  if (verify) face.out.line(`${stateSign(face.out.style(), 'works')} Everything in it is as it was written.`)
  return 0
}

/** Asked before; without a terminal only with --yes. */
async function needYes(
  face: Face,
  flags: SnapshotFlags,
  says: readonly string[],
  question: string,
  again: readonly string[],
): Promise<void> {
  if (flags.yes === true) return
  if (!canAsk(face.host))
    throw usage(
      'Nothing was done: this has to be confirmed, and this is not a terminal.',
      `Run ${commandLine('snapshot', again)} --yes`,
    )
  face.err.lines(says)
  const answer = await face.host.ask.one({
    message: question,
    options: [
      { value: 'no', label: 'No' },
      { value: 'yes', label: 'Yes' },
    ],
  })
  if (answer !== 'yes')
    throw new MaculaError({ kind: 'refused', what: 'Nothing was done. Everything is as it was.' })
}

async function restore(face: Face, session: Session, word: string, flags: SnapshotFlags): Promise<number> {
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
        `${manifest.name} of ${sayDay(Date.parse(manifest.at), face.host.now())} (${manifest.suffix}): ${titles}, settings and own services.`,
      ),
      'It is checked first. Everything that runs is stopped meanwhile; what is replaced is moved aside, not removed.',
    ],
    'Restore it?',
    ['restore', word],
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

function tellRestored(face: Face, { clean }: Session, { moved, notes, manifest }: BackupRestored): void {
  const style = face.out.style()
  face.out.line(`${stateSign(style, 'works')} ${clean.text(manifest.name)} is restored.`)
  for (const { from, to } of moved)
    face.out.line(clean.text(`  What ${from} held until now is kept as ${to}.`))
  if (moved.length > 0) face.out.line('  maculactl reset SERVICE --back puts the data of a service back.')
  for (const note of notes) face.out.line(`${stateSign(style, 'degraded')} ${clean.text(note)}`)
}

async function remove(face: Face, session: Session, name: string, flags: SnapshotFlags): Promise<number> {
  const { engine, clean } = session
  const listed = (await engine.backups()).find((one) => one.name === name)
  if (!listed)
    throw usage(
      `There is no snapshot ${name}.`,
      name.includes('/') || name.endsWith(BACKUP_END)
        ? 'Only those that maculactl snapshot list names are deleted.'
        : 'maculactl snapshot list names them.',
    )
  await needYes(
    face,
    flags,
    [clean.text(`${listed.path}: ${sayBytes(listed.size)}`)],
    `Delete the snapshot ${name}?`,
    ['delete', name],
  )
  await engine.deleteBackup(name)
  if (face.json) await tellJson(face, session, 'delete', listed)
  else face.out.line(`${stateSign(face.out.style(), 'works')} ${clean.text(name)} is deleted.`)
  return 0
}
