import { planStep } from '../../../main/engine/run/major/plan.ts'
import { refuseHalf } from '../../../main/engine/run/major/journal.ts'
import { stepMajor } from '../../../main/engine/run/major/step.ts'
import type { Adapters } from '../../../main/engine/adapters.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import {
  contentOf,
  docker,
  left,
  OLD,
  openOursIn,
  psql,
  settings,
  startDatabase,
  stopDatabase,
  temporaryFolder,
} from '../migration-data/world.ts'

/** Volumes of ours that hold what an older PostgreSQL wrote, and a Macula over them. */

export const OLDS = {
  timescaledb: 'macula-test/before/timescaledb:pg16',
  'powerdns-db': 'macula-test/before/postgres:15',
}
export type Id = keyof typeof OLDS
export const SERVES = { timescaledb: 'timescale/timescaledb:2.29.2-pg17', 'powerdns-db': 'postgres:17.11' }
const users = { timescaledb: 'macula', 'powerdns-db': 'pdns' }
export const volumeOf = (id: Id): string => `${settings.project}_${id}`
const templateOf = (id: Id): string => `${OLD}_major-${id}`
export const folder = temporaryFolder()
const unended: AbortSignal = new AbortController().signal

export const rows = `
CREATE EXTENSION timescaledb;
CREATE ROLE reader LOGIN PASSWORD 'reads';
CREATE ROLE macula_app LOGIN PASSWORD 'of-before';
ALTER ROLE reader SET default_transaction_read_only = on;
CREATE SCHEMA events;
CREATE TABLE events.events (at timestamptz NOT NULL, stream text, version bigint);
SELECT create_hypertable('events.events', 'at', chunk_time_interval => interval '1 day');
INSERT INTO events.events SELECT timestamptz '2026-01-01' + n * interval '10 minutes', 's' || n % 7, n FROM generate_series(1, 5000) n;
CREATE TABLE "Odd Table" (id serial PRIMARY KEY, note text);
INSERT INTO "Odd Table" (note) VALUES ('it''s'), (E'two\\nlines');
GRANT SELECT ON ALL TABLES IN SCHEMA events TO reader;
ALTER DATABASE macula SET search_path = macula, public;
CREATE DATABASE shop OWNER reader TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE CONNECT ON DATABASE shop FROM PUBLIC;
GRANT CONNECT ON DATABASE shop TO macula_app;`

/** Makes a database of the old version in a volume of its own, from which each test begins. */
export async function makeOld(id: Id, fill: (name: string) => void): Promise<void> {
  const name = `${OLD}-${id}`
  const user = users[id]
  const env = [`POSTGRES_USER=${user}`, 'POSTGRES_PASSWORD=old', `POSTGRES_DB=${user}`]
  const volume = ['--volume', `${templateOf(id)}:/var/lib/postgresql/data`]
  docker('run', '-d', '--name', name, ...env.flatMap((one) => ['--env', one]), ...volume, OLDS[id])
  await startDatabase(name, user, 'running')
  fill(name)
  stopDatabase(name)
  docker('rm', name)
}

/** A volume of ours, as compose makes it, with what the old version wrote. */
export function layOld(id: Id): string {
  const project = settings.project
  const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.volume=${id}`]
  const all = [...labels, `dev.macula.project=${project}`].flatMap((label) => ['--label', label])
  docker('volume', 'create', ...all, volumeOf(id))
  const mounts = ['--volume', `${templateOf(id)}:/from:ro`, '--volume', `${volumeOf(id)}:/to`]
  docker('run', '--rm', '--network', 'none', ...mounts, 'macula-test/base', 'cp', '-a', '/from/.', '/to/')
  return contentOf(volumeOf(id))
}

type Box = Awaited<ReturnType<Parameters<Parameters<Adapters['data']['session']>[0]>[0]['box']>>
type Run = Box['run']

/** A Macula whose programs in helpers are seen before (and instead) they run. */
export async function open(over?: (run: Run) => Run) {
  const real = await openOursIn(folder.path)
  const opened = await openOursIn(folder.path, {
    session: async (work) =>
      await real.adapters.data.session(
        async (hands) =>
          await work({
            ...hands,
            async box(wish, ending) {
              const box = await hands.box(wish, ending)
              const run: Run = async (...given) => await box.run(...given)
              return over ? { ...box, run: over(run) } : box
            },
          }),
      ),
  })
  const specOf = (id: Id) => {
    const found = opened.context.catalog().services.find((one) => one.id === id)
    if (!found) throw new Error(`no ${id}`)
    return found
  }
  const told: StepEvent[] = []
  const started: string[] = []
  const start = async (ids: readonly string[]) => {
    started.push(...ids)
    return await Promise.resolve({ ok: true, done: ids, failed: [], skipped: [], ms: 1 })
  }
  return {
    ...opened,
    told,
    started,
    plan: async (id: Id) => (await planStep(opened.context, specOf(id), OLDS[id]))?.step,
    step: async (id: Id, stop: AbortSignal = unended, image: string = OLDS[id]) =>
      await stepMajor(
        opened.context,
        { start: async (ids) => await start(ids === 'all' ? [] : ids) },
        specOf(id),
        image,
        (event) => told.push(event),
        stop,
      ),
    mayStart: async (id: Id) => await refuseHalf(opened.adapters, specOf(id)),
  }
}

/** Serves what is in ours, for a look. */
export async function look(
  id: Id,
  asked: readonly (readonly [string, string])[],
): Promise<readonly string[]> {
  const name = `${OLD}-look`
  const preload = id === 'timescaledb' ? ['postgres', '-cshared_preload_libraries=timescaledb'] : []
  const mount = ['--volume', `${volumeOf(id)}:/var/lib/postgresql/data`]
  docker('run', '-d', '--name', name, '--network', 'none', ...mount, SERVES[id], ...preload)
  try {
    await startDatabase(name, users[id], 'running')
    return asked.map(([database, sql]) => psql(name, users[id], database, sql))
  } finally {
    docker('rm', '-f', name)
  }
}

export const copies = async (id: Id): Promise<readonly string[]> =>
  (await left()).volumes.filter((name) => name.startsWith(`${volumeOf(id)}_before-`))
