import { isDumpName, sayPart, type BackupPartSpec } from '../../../model/backup.ts'
import { MaculaError } from '../../../model/errors.ts'
import type { StepEvent } from '../../../model/run.ts'
import { sayBytes, sayList } from '../../../model/say.ts'
import type { ServiceSpec } from '../../../model/service.ts'
import type { BackupWriter } from '../../adapters.ts'
import type { RunContext } from '../context.ts'
import type { Runs } from '../runs.ts'
import type { TakingKeeping } from './taking.ts'
import { ACCOUNTS, imageFor, keyOf, REPOSITORIES, superuserOf, type BackupSource } from './sources.ts'

type Tell = (event: StepEvent) => void

/** What is at hand while parts are taken. */
export interface Taking {
  readonly context: RunContext
  readonly runs: Runs
  readonly writer: BackupWriter
  readonly tell: Tell
  readonly signal: AbortSignal
  readonly elapsed: () => number
  readonly keeping: TakingKeeping
  /** Bytes that were copied of each service, all its parts together; grows. */
  readonly copied: Map<string, number>
}

async function add(
  taking: Taking,
  title: string,
  spec: BackupPartSpec,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { writer, tell, signal, elapsed, copied } = taking
  const before = copied.get(spec.service) ?? 0
  tell({ kind: 'phase', ms: elapsed(), says: `Copying ${sayPart(spec, title)}` })
  const told = (bytes: number): void => {
    copied.set(spec.service, before + bytes)
    if (spec.service !== '')
      tell({
        kind: 'waiting',
        ms: elapsed(),
        service: spec.service,
        says: `${sayBytes(before + bytes)} copied`,
      })
  }
  await writer.add(spec, source, told, signal)
}

/** Dumps are taken while the database runs: each is consistent in itself. One that is stopped runs for its dump only. */
export async function takeDump(taking: Taking, service: ServiceSpec): Promise<void> {
  const { context, runs, tell, signal, keeping } = taking
  const { adapters, truth } = context
  const ran = truth.seen.containers.get(service.id)?.state === 'running'
  if (!ran) await keeping.starts(service)
  try {
    if (!ran) await startFor(taking, service)
    const container = truth.seen.containers.get(service.id)?.id ?? ''
    const user = await superuserOf(context, service)
    await add(
      taking,
      service.title,
      { kind: 'globals', service: service.id, name: '' },
      adapters.dumps.globals(container, user),
    )
    for (const { name, owner, extensions } of await adapters.inside.databases(container, {
      user,
      names: [],
      extensions: [],
    })) {
      if (!isDumpName(name) || !isDumpName(owner))
        throw new MaculaError({
          kind: 'failed',
          what: `The database ${JSON.stringify(name)} of ${service.title} cannot be copied.`,
          why: 'Names of databases and owners are taken with letters, digits, _ and - only.',
          todo: 'Rename it: ALTER DATABASE "…" RENAME TO …;',
        })
      await add(
        taking,
        service.title,
        { kind: 'database', service: service.id, name, owner, extensions: [...extensions] },
        adapters.dumps.database(container, user, name),
      )
    }
  } finally {
    if (!ran) {
      const stopped = await runs.stop([service.id], { also: false, remove: false }, tell, signal)
      if (stopped.ok) await keeping.putBack(service)
    }
  }
}

/** Starts what is needed, as `up` does. Throws MaculaError where it does not come to answer. */
export async function startFor(
  { runs, tell, signal }: Pick<Taking, 'runs' | 'tell' | 'signal'>,
  service: ServiceSpec,
): Promise<void> {
  const started = await runs.start([service.id], tell, signal)
  const [failed] = started.failed
  if (failed) throw new MaculaError(failed.trouble)
  if (!started.ok) throw new MaculaError({ kind: 'failed', what: `${service.title} could not be started.` })
}

/** Copies volumes while nothing writes to them: the service is stopped for as long as that takes, and no longer. */
export async function takeCopy(taking: Taking, { service, volumes }: BackupSource): Promise<void> {
  const { context, runs, tell, signal, keeping } = taking
  const { adapters, truth, settings } = context
  const ran = truth.seen.containers.get(service.id)?.state === 'running'
  if (ran) {
    await keeping.stops(service)
    await runs.stop([service.id], { also: false, remove: false, keepWanted: true }, tell, signal)
  }
  try {
    signal.throwIfAborted()
    for (const name of volumes) {
      const image = imageFor(context, service.id)
      if (image === undefined)
        throw new MaculaError({
          kind: 'failed',
          what: 'There is no container whose image could read volumes.',
          todo: 'maculactl up, then try again.',
        })
      const spec = { kind: 'volume', service: service.id, name: keyOf(name, settings.project) } as const
      await add(
        taking,
        service.title,
        spec,
        adapters.docker.volumes.pack({ name, image, without: [ACCOUNTS] }, signal),
      )
    }
  } finally {
    // It was stopped for us: also after Ctrl-C it runs again.
    if (ran) {
      const started = await runs.start([service.id], tell, new AbortController().signal)
      if (started.ok) await keeping.putBack(service)
    }
  }
}

/** Names, tags and digests of what is pushed, read from the volume while the registry runs. */
export async function takeReferences(taking: Taking, { service, volumes }: BackupSource): Promise<void> {
  const { context, signal } = taking
  const image = imageFor(context, service.id)
  const images: Record<string, string> = {}
  for (const name of image === undefined ? [] : volumes) {
    const found = await context.adapters.docker.volumes.contents(
      { name, image: image ?? '', path: REPOSITORIES },
      (path, bytes) => path.endsWith('/current/link') && bytes < 200,
      signal,
    )
    for (const [path, content] of found) {
      const [, repository, tag] =
        /^repositories\/(.+)\/_manifests\/tags\/([^/]+)\/current\/link$/.exec(path) ?? []
      if (repository !== undefined && tag !== undefined)
        images[`${repository}:${tag}`] = content.toString('utf8').trim()
    }
  }
  const text = Buffer.from(JSON.stringify(images, null, 1))
  await add(taking, service.title, { kind: 'images', service: service.id, name: '' }, once(text))
}

/** Settings and own services; passwords where they were asked for. */
export async function takeOwn(
  taking: Taking,
  passphrase: string | undefined,
): Promise<{ readonly notes: readonly string[] }> {
  const { backups, secrets } = taking.context.adapters
  const { tar, secret, notes } = await backups.own()
  await add(taking, '', { kind: 'files', service: '', name: '' }, tar)
  if (passphrase === undefined)
    return {
      notes: [
        ...notes,
        ...(secret.length === 0
          ? []
          : [
              `Left out with the passwords: ${sayList(
                secret.map(({ path }) => path),
                20,
              )}.`,
            ]),
      ],
    }
  const sealed = await backups.seal(
    { values: Object.fromEntries(await secrets.read()), files: secret },
    passphrase,
  )
  await add(taking, '', { kind: 'secrets', service: '', name: '' }, once(sealed))
  return { notes }
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(content)
}
