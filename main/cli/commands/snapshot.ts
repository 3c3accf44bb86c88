import type { BackupListed } from '../../engine/adapters.ts'
import { BACKUP_END, backupNameTrouble, backupTaken, isBackupName } from '../../model/backup.ts'
import { sayCut, sayCutTodo } from '../../model/causes/restore.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayBytes, sayDay } from '../../model/say.ts'
import { sayContent, sayListed, sayPlan } from '../../model/say-backup.ts'
import { waiting, withEngine, writeJson, type Face, type Session } from '../face.ts'
import { drawList } from '../draw/list.ts'
import { stateSign } from '../style.ts'
import { typed } from '../typed.ts'
import type { snapshotJson as SnapshotJson } from '../json/snapshot.ts'
import { carryOut } from './run.ts'
import { needYes, usage, type SnapshotFlags } from './snapshot-ask.ts'
import { bringBack, restore } from './snapshot-restore.ts'
import { passphraseOf } from './snapshot-secrets.ts'
import { commandLine } from './up.ts'

/** Copies of everything in one file: created, listed, looked at, restored, deleted. */
export async function snapshot(face: Face, words: readonly string[], flags: SnapshotFlags): Promise<number> {
  const [verb = 'list', name, ...more] = words
  if (more.length > 0) throw usage('Name one snapshot.', `maculactl snapshot ${verb} NAME`)
  return await withEngine(face, async (session) => {
    if (verb === 'list') return await list(face, session)
    if (verb === 'restore' && flags.back === true && name === undefined)
      return await bringBack(face, session, flags)
    if (name === undefined || (name === '' && verb !== 'create'))
      throw usage('Name a snapshot.', `maculactl snapshot ${verb} NAME`)
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

async function list(face: Face, { engine, clean }: Session): Promise<number> {
  const all = await waiting(face, 'Looking at snapshots', engine.backups())
  if (face.json) {
    const { snapshotsJson } = await import('../json/snapshot.ts')
    await writeJson(face.out, clean.concealDeep(snapshotsJson(all)), 'whole')
    return 0
  }
  const cut = await engine.cutRestore()
  if (cut)
    face.err.lines(
      [`The restore of the snapshot ${cut.name} was cut off. ${sayCut(cut)}`, sayCutTodo(cut)].map((text) =>
        clean.text(text),
      ),
    )
  if (all.length === 0) face.err.line('There is no snapshot yet: maculactl snapshot create NAME')
  const columns = [
    { head: 'Snapshot' },
    { head: 'Size', side: 'right' },
    { head: 'Created' },
    { head: 'Holds' },
  ] as const
  const rows = all.map((one) => clean.deep(sayListed(one, face.host.now())))
  face.out.lines(drawList(face.out.style(), columns, rows))
  for (const { cut: half, trouble } of all)
    if (half && trouble?.todo !== undefined) face.err.line(clean.text(trouble.todo))
  return 0
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
  if ((await engine.backups()).some((one) => one.name === name && !one.cut))
    throw new MaculaError(backupTaken(name))
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
  const columns = [{ head: 'Part' }, { head: 'Size', side: 'right' }, { head: 'SHA-256' }] as const
  const rows = sayContent(manifest).map((row) => clean.deep(row))
  face.out.lines(drawList(face.out.style(), columns, rows))
  for (const note of manifest.notes) face.out.line(clean.text(note))
  if (verify) face.out.line(`${stateSign(face.out.style(), 'works')} Everything in it is as it was written.`)
  return 0
}

async function remove(face: Face, session: Session, name: string, flags: SnapshotFlags): Promise<number> {
  const { engine, clean } = session
  const listed = (await engine.backups()).find((one) => one.name === name)
  if (!listed)
    throw usage(
      `There is no snapshot "${typed(name)}".`,
      name.includes('/') || name.endsWith(BACKUP_END)
        ? 'Only snapshots that maculactl snapshot list shows can be deleted.'
        : 'maculactl snapshot list names them.',
    )
  await needYes(
    face,
    flags,
    [clean.text(`${listed.path}: ${sayBytes(listed.size)}`)],
    `Delete the snapshot ${name}?`,
    ['delete', name],
    'Delete it',
  )
  await engine.deleteBackup(name)
  if (face.json) await tellJson(face, session, 'delete', listed)
  else face.out.line(`${stateSign(face.out.style(), 'works')} ${clean.text(name)} is deleted.`)
  return 0
}
