import { backupBytes, CUT_FILES, type BackupManifest } from '../../../model/backup.ts'
import { sayCut, sayCutTodo } from '../../../model/causes/restore.ts'
import { MaculaError, troubleOf } from '../../../model/errors.ts'
import { orderOf } from '../../../model/image-version.ts'
import type { StepEvent } from '../../../model/run.ts'
import { sayBytes, sayList } from '../../../model/say.ts'
import type { BackupSecrets } from '../../adapters.ts'
import type { BackupRestored, RestoreWish } from '../../backup-calls.ts'
import type { RunContext } from '../context.ts'
import type { Runs } from '../runs.ts'
import { changeSecrets } from '../secrets/change.ts'
import { keepingOf, tellAll } from '../secrets/keepers.ts'
import { keepCut, type CutKeeping } from './cut.ts'
import { putService, type Putting } from './put.ts'
import { superuserOf } from './sources.ts'
import { startFor } from './take.ts'

type Tell = (event: StepEvent) => void
type Begun = Omit<Putting, 'keeping'>

/** Told at most this often (ms). */
const TELL_EVERY_MS = 200

/** Checks a file wholly, then puts everything in place; what that replaces is moved aside first. */
export async function restoreBackup(
  context: RunContext,
  runs: Runs,
  path: string,
  wish: RestoreWish,
  tell: Tell,
  signal: AbortSignal,
): Promise<BackupRestored> {
  const { adapters } = context
  const began = adapters.clock.now()
  const elapsed = (): number => adapters.clock.now() - began
  const opened = await adapters.backups.open(path)
  const begun = { context, runs, opened, tell, signal, elapsed, moved: [], notes: [] }
  try {
    await checkAll(begun)
    const secrets = await secretsOf(begun, wish.passphrase)
    const keeping = await keepCut(context, path, opened.manifest, runningOf(context))
    return await putAll({ ...begun, keeping }, keeping, secrets)
  } finally {
    await opened.close()
  }
}

/** Everything that can be known before anything is changed. */
async function checkAll({ context, opened, tell, signal, elapsed }: Begun): Promise<void> {
  const { truth, adapters } = context
  refuseNewer(context, opened.manifest)
  tell({ kind: 'phase', ms: elapsed(), says: 'Checking the snapshot' })
  const all = sayBytes(backupBytes(opened.manifest))
  let told = 0
  await opened.check((bytes) => {
    if (elapsed() - told < TELL_EVERY_MS) return
    told = elapsed()
    tell({ kind: 'phase', ms: told, says: `Checking the snapshot, ${sayBytes(bytes)} of ${all}` })
  }, signal)
  await truth.observe.docker().then(truth.observe.containers)
  await context.needDocker('nothing can be restored')
  await refuseUnreadable(context, opened.manifest)
  await adapters.docker.volumes.sweep()
}

/** Data of a newer version than there is here would be refused, or spoilt, by its program. Dumps go to other versions. */
function refuseNewer({ catalog }: RunContext, { services, parts }: BackupManifest): void {
  const tagOf = (image: string): string => /:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? ''
  for (const { id, title, image } of services) {
    const here = catalog().services.find((one) => one.id === id)?.runtime
    if (here?.kind !== 'container' || parts.every(({ service, kind }) => service !== id || kind !== 'volume'))
      continue
    if (orderOf(tagOf(image), tagOf(here.image)) !== 'newer') continue
    throw new MaculaError({
      kind: 'invalid',
      what: `The snapshot has data of a newer ${title} (${tagOf(image)}) than there is here (${tagOf(here.image)}).`,
      why: 'Programs do not read what a newer version of theirs wrote.',
      todo: `maculactl update ${id} --to ${tagOf(image)}, then try again. Nothing was changed.`,
    })
  }
}

/** A dump of TimescaleDB goes into the version that wrote it, which the image has to bring. Only a server that runs tells. */
async function refuseUnreadable(context: RunContext, { parts, services }: BackupManifest): Promise<void> {
  const { adapters, truth, catalog } = context
  for (const { service: id, name, extensions = [] } of parts) {
    const container = truth.seen.containers.get(id)
    const version = extensions.find((one) => one.startsWith('timescaledb '))?.split(' ')[1]
    const service = catalog().services.find((one) => one.id === id)
    if (version === undefined || !service || container?.state !== 'running') continue
    const here = await adapters.dumps.versions(
      container.id,
      await superuserOf(context, service),
      'timescaledb',
    )
    if (here.includes(version)) continue
    const title = services.find((one) => one.id === id)?.title ?? id
    throw new MaculaError({
      kind: 'invalid',
      what: `The database ${name} was written with TimescaleDB ${version}, which the image of ${title} here does not bring.`,
      why: `It brings ${sayList(here, 8)}.`,
      todo: `maculactl update ${id} --to a version that has it, then try again. Nothing was changed.`,
    })
  }
}

async function secretsOf(
  { opened, context }: Begun,
  passphrase: string | undefined,
): Promise<BackupSecrets | undefined> {
  const part = opened.manifest.parts.find(({ kind }) => kind === 'secrets')
  if (passphrase === undefined || !part) return undefined
  const content: Buffer[] = []
  for await (const chunk of opened.read(part)) content.push(chunk)
  return await context.adapters.backups.unseal(Buffer.concat(content), passphrase)
}

/** Ids of what runs. */
const runningOf = ({ truth }: RunContext): readonly string[] =>
  [...truth.seen.containers].filter(([, { state }]) => state === 'running').map(([id]) => id)

async function putAll(
  putting: Putting,
  keeping: CutKeeping,
  secrets: BackupSecrets | undefined,
): Promise<BackupRestored> {
  const { context, runs, opened, tell, signal, elapsed, moved, notes } = putting
  const { manifest } = opened
  const running = runningOf(context)
  // After a cut one nothing of it runs any more.
  const ran = [...new Set([...(keeping.before?.ran ?? []), ...running])]
  const known = (id: string): boolean => context.catalog().services.some((one) => one.id === id)
  const done: string[] = []
  try {
    signal.throwIfAborted()
    const stopped = await runs.stop(
      running.filter(known),
      { also: false, remove: false, keepWanted: true },
      tell,
      signal,
    )
    if (stopped.failed[0]) throw new MaculaError(stopped.failed[0].trouble)
    await putFiles(putting, secrets)
    for (const { id, title } of manifest.services) {
      signal.throwIfAborted()
      const service = context.catalog().services.find((one) => one.id === id)
      if (!service) notes.push(`${title} is not known here, so its data was not restored.`)
      else if (
        await putService(
          putting,
          service,
          manifest.parts.filter(({ service: of }) => of === id),
        )
      )
        done.push(id)
    }
    signal.throwIfAborted()
    if (secrets) await keepPasswords(context, secrets)
    await settle(putting, ran.filter(known), done, secrets)
    const started = await runs.start(ran.filter(known), tell, signal)
    await keeping.end()
    sayNames(putting)
    await context.truth.look()
    return {
      ok: started.ok,
      done,
      failed: started.failed,
      skipped: started.skipped,
      ms: elapsed(),
      manifest,
      moved,
      notes,
    }
  } catch (error) {
    const trouble = troubleOf(error)
    const cut = await keeping.broken()
    throw new MaculaError(
      {
        ...(signal.aborted ? { kind: 'refused' as const, what: 'The restore was interrupted.' } : trouble),
        todo: [
          signal.aborted ? '' : trouble.todo,
          sayBack(moved),
          cut === undefined
            ? 'maculactl up starts what was stopped; the same restore can be run again.'
            : `${sayCut(cut)} ${sayCutTodo(cut)}`,
        ]
          .filter(Boolean)
          .join(' '),
      },
      { cause: error },
    )
  }
}

/** Passwords that are about to become others, for the way back. Those of a first run that was cut are what was there. */
async function keepPasswords({ adapters }: RunContext, { values }: BackupSecrets): Promise<void> {
  if ((await adapters.restores?.passwords()) !== undefined) return
  const here = await adapters.secrets.read()
  await adapters.restores?.keepPasswords(new Map([...here].filter(([name]) => Object.hasOwn(values, name))))
}

/** The way back. */
const sayBack = (moved: Putting['moved']): string =>
  moved.length === 0
    ? 'Nothing was replaced.'
    : `What was there is kept: ${sayList(
        moved.map(({ from, to }) => `${from} as ${to}`),
        20,
      )}.`

async function putFiles(
  { context, opened, moved, notes, keeping }: Putting,
  secrets: BackupSecrets | undefined,
): Promise<void> {
  const part = opened.manifest.parts.find(({ kind }) => kind === 'files')
  if (!part) return
  await keeping.enter({ id: CUT_FILES, title: 'settings and your own services' }, true)
  await keeping.tear()
  const put = await context.adapters.backups.putOwn(opened.read(part), secrets?.files ?? [], keeping.at)
  if (put.movedTo !== undefined) {
    const aside = { from: 'settings and your own services', to: put.movedTo }
    moved.push(aside)
    await keeping.moved([aside])
  }
  await keeping.leave()
  notes.push(...put.notes)
  await context.reread()
}

/** Programs that keep passwords themselves are given those of this instance; then those of the snapshot where they were asked for. */
export async function settle(
  putting: Pick<Putting, 'context' | 'runs' | 'tell' | 'signal' | 'notes'>,
  ran: readonly string[],
  done: readonly string[],
  secrets: BackupSecrets | undefined,
): Promise<void> {
  const { context, runs, tell, signal, notes } = putting
  const { adapters } = context
  // A password may be kept in the database of another service (PowerDNS-Admin's).
  const services = context
    .catalog()
    .services.filter(
      (one) =>
        done.includes(one.id) ||
        (one.needs.some((id) => done.includes(id)) && keepingOf([one], one.secrets).length > 0),
    )
  const here = await adapters.secrets.read()
  const keeping = keepingOf(services, here.keys())
  for (const service of services.filter(({ id }) => keeping.some((one) => one.service.id === id)))
    await startFor(putting, service)
  const { failed } = await tellAll(context, keeping, here)
  if (failed) throw failed
  if (secrets) {
    const names = new Set(context.catalog().services.flatMap((one) => one.secrets))
    const values = new Map(Object.entries(secrets.values).filter(([name]) => names.has(name)))
    const changed = await changeSecrets(context, values, tell, signal)
    notes.push(...changed.also)
    if (changed.failed[0]) throw new MaculaError(changed.failed[0].trouble)
  }
  const extra = services.map(({ id }) => id).filter((id) => !ran.includes(id))
  if (extra.length > 0) await runs.stop(extra, { also: false, remove: false }, tell, signal)
}

/** What carries the names of the instance that it comes from. */
function sayNames({ context, opened, notes }: Putting): void {
  const { suffix } = context.settings
  if (opened.manifest.suffix === suffix) return
  notes.push(
    `The snapshot is of ${opened.manifest.suffix}, this instance is ${suffix}: suffix, subnet, addresses and ports stay those of this one. Zones in PowerDNS keep the names that they had, and so does what you wrote into dashboards, databases and objects.`,
  )
}
