import { isDatabaseName } from '../../model/atoms.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import type { DatabasesView } from '../../model/database.ts'
import type { StepEvent } from '../../model/run.ts'
import { sayList } from '../../model/say.ts'
import type { DatabasesSpec, ServiceSpec } from '../../model/service.ts'
import type { RunContext } from './context.ts'

/**
 * Makes the databases of a service that just answered, as far as they are missing: also in data that is older than the list,
 * and in what a take-over brought. What fails is no failure of the service: it is told, at its row too, and tried again by the
 * next start.
 */
export async function makeDatabases(
  { adapters, truth }: RunContext,
  { id, title, databases }: ServiceSpec,
  container: string,
  tell: (event: StepEvent) => void,
  elapsed: () => number,
): Promise<void> {
  if (!databases || databases.names.length === 0) return
  const trouble = await adapters.inside.ensureDatabases(container, databases, databases.names).then(
    (made) => {
      if (made.length > 0)
        tell({
          kind: 'note',
          done: true,
          ms: elapsed(),
          says: `${title} has ${made.length === 1 ? 'a new database' : 'new databases'}: ${sayList(made)}.`,
        })
      return undefined
    },
    (error: unknown) => troubleOf(error),
  )
  if (trouble)
    tell({
      kind: 'note',
      ms: elapsed(),
      says: [trouble.what, trouble.why, `${title} works without.`].filter(Boolean).join(' '),
    })
  const { lacks, ...rest } = (await adapters.record.read()).get(id) ?? { volumes: [] }
  if (!trouble && !lacks) return
  const now = trouble && {
    says: 'databases that belong there are missing',
    why: [trouble.what, trouble.why].filter(Boolean).join(' '),
    todo: `Repair what it names; maculactl up ${id} creates them.`,
  }
  await adapters.record.keep(new Map([[id, now ? { ...rest, lacks: now } : rest]])).catch(() => undefined)
  await truth.observe.failures()
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
  const found = word === undefined ? all[0] : all.find(({ one }) => one.id === word)
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
