import { isDatabaseName } from '../../model/atoms.ts'
import { MaculaError, troubleOf, type Trouble } from '../../model/errors.ts'
import type { DatabasesView } from '../../model/database.ts'
import type { StepEvent } from '../../model/run.ts'
import { sayList } from '../../model/say.ts'
import { rolesSetAtStart } from '../../model/roles.ts'
import type { DatabasesSpec, ServiceSpec } from '../../model/service.ts'
import { pendingOf } from '../../model/sql-migration.ts'
import type { Adapters } from '../adapters.ts'
import type { RunContext } from './context.ts'

/** What a service lacks that has databases, and why. */
interface Wanting {
  readonly says: string
  readonly trouble: Trouble
  readonly todo: (id: string) => string
}

/**
 * Makes the databases of a service that just answered, as far as they are missing, applies the migrations that they have not
 * had, and gives roles their passwords: also in data that is older than the list, and in what a take-over brought. What fails is
 * no failure of the service: it is told, at its row too, and tried again by the next start.
 */
export async function makeDatabases(
  context: RunContext,
  service: ServiceSpec,
  container: string,
  tell: (event: StepEvent) => void,
  elapsed: () => number,
): Promise<void> {
  const { adapters, truth } = context
  const { id, title, databases } = service
  if (!databases || databases.names.length === 0) return
  const note = (says: string): void => tell({ kind: 'note', done: true, ms: elapsed(), says })
  const slow = (says: string): void => tell({ kind: 'starting', ms: elapsed(), service: id, says })
  const wanting = (await isComplete(adapters, service, databases, container))
    ? undefined
    : ((await makeMissing(adapters, service, databases, container, note)) ??
      (await migrate(adapters, service, databases, container, note, slow)) ??
      (await tellPasswords(adapters, service, databases, container)))
  const why = wanting && [wanting.trouble.what, wanting.trouble.why].filter(Boolean).join(' ')
  if (why !== undefined)
    tell({ kind: 'note', ms: elapsed(), says: [why, `${title} works without.`].join(' ') })
  const { lacks, ...rest } = (await adapters.record.read()).get(id) ?? { volumes: [] }
  if (!wanting && !lacks) return
  const now = wanting && { says: wanting.says, why: why ?? '', todo: wanting.todo(id) }
  await adapters.record.keep(new Map([[id, now ? { ...rest, lacks: now } : rest]])).catch(() => undefined)
  await truth.observe.failures()
}

/** What most starts find: nothing to do, seen in one look, which also gives roles their passwords. */
async function isComplete(
  { inside, secrets }: Adapters,
  service: ServiceSpec,
  databases: DatabasesSpec,
  container: string,
): Promise<boolean> {
  try {
    const { migrations } = databases
    const [shipped, passwords] = await Promise.all([
      migrations === undefined ? [] : inside.migrations(migrations),
      passwordsOf(secrets, service),
    ])
    return await inside.stands(container, databases, shipped, passwords)
  } catch {
    // The step that does not work tells it, with what to do.
    return false
  }
}

async function makeMissing(
  { inside }: Adapters,
  { title }: ServiceSpec,
  databases: DatabasesSpec,
  container: string,
  note: (says: string) => void,
): Promise<Wanting | undefined> {
  try {
    const made = await inside.ensureDatabases(container, databases, databases.names)
    if (made.length > 0)
      note(`${title} has ${made.length === 1 ? 'a new database' : 'new databases'}: ${sayList(made)}.`)
    return undefined
  } catch (error) {
    return {
      says: 'databases that belong there are missing',
      trouble: troubleOf(error),
      todo: (id) => `Repair what it names; maculactl up ${id} creates them.`,
    }
  }
}

async function migrate(
  { inside }: Adapters,
  { title }: ServiceSpec,
  { user, names, migrations }: DatabasesSpec,
  container: string,
  note: (says: string) => void,
  slow: (says: string) => void,
): Promise<Wanting | undefined> {
  const [database] = names
  if (migrations === undefined || database === undefined) return undefined
  const at = { user, database }
  const done: string[] = []
  const tellDone = (): void => {
    if (done.length > 0)
      note(
        `The database ${database} of ${title} has ${done.length === 1 ? 'a new migration' : 'new migrations'}: ${sayList(done)}.`,
      )
  }
  try {
    const shipped = await inside.migrations(migrations)
    const pending = pendingOf(database, shipped, await inside.appliedMigrations(container, at))
    for (const one of pending) {
      slow(`applying migration ${one.number} of ${shipped.length} (${one.name}) to its database ${database}`)
      if (await inside.applyMigration(container, at, one)) done.push(`${one.number} (${one.name})`)
    }
    tellDone()
    return undefined
  } catch (error) {
    tellDone()
    const trouble = troubleOf(error)
    // What PostgreSQL refused is tried again; where nothing was tried, the advice is its own.
    const own = trouble.kind === 'failed' ? undefined : trouble.todo
    return {
      says: `its database ${database} is not as this version expects it`,
      trouble,
      todo: (id) => own ?? `Repair what it names; maculactl up ${id} goes on with it.`,
    }
  }
}

/** Passwords of roles that migrations made: data that was made with others, or before they were, follows. */
async function tellPasswords(
  { inside, secrets }: Adapters,
  service: ServiceSpec,
  { user: admin, migrations }: DatabasesSpec,
  container: string,
): Promise<Wanting | undefined> {
  if (migrations === undefined) return undefined
  try {
    await inside.setPasswords(container, admin, await passwordsOf(secrets, service))
    return undefined
  } catch (error) {
    return {
      says: 'its roles may have other passwords than programs are given',
      trouble: troubleOf(error),
      todo: (id) => `Repair what it names; maculactl up ${id} sets them.`,
    }
  }
}

/** The passwords of the roles that migrations made, by role. No variable of a container has them: they are wanted here first. */
async function passwordsOf(
  secrets: Adapters['secrets'],
  service: ServiceSpec,
): Promise<ReadonlyMap<string, string>> {
  const roles = rolesSetAtStart(service)
  if (roles.size === 0) return new Map()
  const values = await secrets.ensure([...roles.keys()])
  return new Map([...roles].map(([name, role]) => [role, values.get(name) ?? '']))
}

/** The service that has databases, with its running container. Throws MaculaError when there is none that runs. */
async function where(
  context: RunContext,
  word: string | undefined,
): Promise<{ readonly service: ServiceSpec; readonly spec: DatabasesSpec; readonly container: string }> {
  const { adapters, truth } = context
  const all = context
    .catalog()
    .services.flatMap((one) => (one.databases ? [{ one, spec: one.databases }] : []))
  // Nobody's databases are made where nobody comes to by an address: that one belongs to another service of the stack.
  const found =
    word === undefined
      ? (all.find(({ one }) => one.address !== null) ?? all[0])
      : all.find(({ one }) => one.id === word)
  if (!found)
    throw new MaculaError({
      kind: 'usage',
      what: word === undefined ? 'No service has databases.' : `${word} has no databases.`,
      todo:
        all.length === 0
          ? 'maculactl doctor names files that cannot be used.'
          : `There are: ${sayList(all.map(({ one }) => one.id))}.`,
    })
  await truth.observe.docker()
  await context.needDocker('nothing is known of databases')
  const container = (await adapters.docker.containers()).find(({ service }) => service === found.one.id)
  if (container?.state !== 'running')
    throw new MaculaError({
      kind: 'failed',
      what: `${found.one.title} does not run.`,
      todo: `Start it: maculactl up ${found.one.id}`,
    })
  return { service: found.one, spec: found.spec, container: container.id }
}

/** All databases of the service that has some (or of the one named), with what each takes. */
export async function listDatabases(context: RunContext, word: string | undefined): Promise<DatabasesView> {
  const { service, spec, container } = await where(context, word)
  return { service: service.id, databases: await context.adapters.inside.databases(container, spec) }
}

/** Makes a database with its extensions, as far as it is not there; returns whose it is. Throws MaculaError `usage` for a bad name. */
export async function createDatabase(
  context: RunContext,
  name: string,
  word: string | undefined,
): Promise<{ readonly service: string; readonly made: boolean }> {
  if (!isDatabaseName(name) || name === 'postgres' || name.startsWith('template') || name.startsWith('pg_'))
    throw new MaculaError({
      kind: 'usage',
      what: `${JSON.stringify(name)} cannot be the name of a database.`,
      why: 'It is 1 to 63 of a-z, 0-9 and _, beginning with a letter or _, and none of PostgreSQL’s own (postgres, template…, pg_…).',
    })
  const { service, spec, container } = await where(context, word)
  const made = await context.adapters.inside.ensureDatabases(container, spec, [name])
  return { service: service.id, made: made.length > 0 }
}
