import Docker from 'dockerode'
import { execa } from 'execa'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { parse } from 'yaml'
import { makeDatabases } from '../../../main/engine/run/databases.ts'
import type { RunContext } from '../../../main/engine/run/context.ts'
import type { InsideAdapter, ServiceRecord } from '../../../main/engine/adapters.ts'
import type { Lack } from '../../../main/model/lack.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { openInside } from '../../../main/system/inside/open-inside.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

/** The real PostgreSQL with TimescaleDB, started as the stack starts it, and what a start of ours does in it. */

const folder = new URL('../../../assets/stack/timescaledb/', import.meta.url)
export const SHIPPED = fileURLToPath(new URL('migrations', folder))
const fragment = parse(readFileSync(new URL('compose.yaml', folder), 'utf8')) as {
  services: {
    timescaledb: { image: string; command: string[]; 'x-macula': { secrets: ServiceSpec['secretUses'] } }
  }
}
const { image, command, 'x-macula': block } = fragment.services.timescaledb
const PASSWORDS = {
  POSTGRES_PASSWORD: 'of-the-superuser',
  POSTGRES_OWNER_PASSWORD: 'of-the-owner',
  POSTGRES_APP_PASSWORD: 'of-the-app',
  POSTGRES_READ_PASSWORD: 'of-the-reader',
  POSTGRES_MONITOR_PASSWORD: 'of-who-watches',
}
const raw = new Docker()

/** A role as which SQL is asked, over the network where it needs its password. */
export type Role = 'macula' | 'macula_owner' | 'macula_app' | 'macula_read' | 'macula_monitor'
const passwordOf: Readonly<Record<Role, string>> = {
  macula: PASSWORDS.POSTGRES_PASSWORD,
  macula_owner: PASSWORDS.POSTGRES_OWNER_PASSWORD,
  macula_app: PASSWORDS.POSTGRES_APP_PASSWORD,
  macula_read: PASSWORDS.POSTGRES_READ_PASSWORD,
  macula_monitor: PASSWORDS.POSTGRES_MONITOR_PASSWORD,
}

/** What a start of ours sees to in a database. Returns what it told, and what the row lacks then. */
async function seeTo(inside: InsideAdapter, id: string, database: string, migrations: string) {
  const notes: string[] = []
  const record = new Map<string, ServiceRecord>()
  const context = {
    adapters: {
      inside,
      secrets: { ensure: async () => await Promise.resolve(new Map(Object.entries(PASSWORDS))) },
      record: {
        read: async () => await Promise.resolve(record),
        keep: async (changes: ReadonlyMap<string, ServiceRecord>) => {
          for (const [key, value] of changes) record.set(key, value)
          await Promise.resolve()
        },
      },
    },
    truth: { observe: { failures: async () => await Promise.resolve() } },
  } as unknown as RunContext
  const service = {
    id: 'timescaledb',
    title: 'TimescaleDB',
    databases: { user: 'macula', names: [database], extensions: ['timescaledb'], migrations },
    secretUses: block.secrets,
  } as unknown as ServiceSpec
  await makeDatabases(
    context,
    service,
    id,
    (event) => event.kind === 'note' && notes.push(event.says),
    () => 0,
  )
  const lacks: Lack | undefined = record.get('timescaledb')?.lacks
  return { notes, lacks }
}

export async function startServer(project: string) {
  const docker = await openDocker({ ...defaultSettings, project }, process.env)
  const inside = openInside(docker)
  const clear = async (): Promise<void> => {
    const all = await raw.listContainers({ all: true, filters: { label: [`dev.macula.project=${project}`] } })
    for (const one of all) await raw.getContainer(one.Id).remove({ force: true, v: true })
  }
  await clear()
  const container = await raw.createContainer({
    name: `${project}-timescaledb-1`,
    Image: image,
    Cmd: command,
    Env: ['POSTGRES_USER=macula', `POSTGRES_PASSWORD=${PASSWORDS.POSTGRES_PASSWORD}`, 'POSTGRES_DB=macula'],
    Labels: { 'dev.macula.project': project, 'dev.macula.service': 'timescaledb' },
    HostConfig: { Memory: 1024 ** 3, ShmSize: 128 * 1024 ** 2 },
  })
  const { id } = container

  /** Runs statements by psql, each a transaction of its own; never throws. */
  async function sql(role: Role, database: string, ...statements: readonly string[]) {
    // prettier-ignore
    const argv = [
      'exec', '--env', 'PGPASSWORD', id, 'psql', '-X', '-A', '-t', '-q', '-h', '127.0.0.1', '-U', role, '-d', database,
      '-v', 'ON_ERROR_STOP=1', ...statements.flatMap((one) => ['-c', one]),
    ]
    return await execa('docker', argv, { env: { PGPASSWORD: passwordOf[role] }, reject: false })
  }
  /** As the superuser; throws what PostgreSQL says. */
  async function rows(database: string, ...statements: readonly string[]): Promise<readonly string[]> {
    const { stdout, stderr, exitCode } = await sql('macula', database, ...statements)
    if (exitCode !== 0) throw new Error(stderr)
    return stdout.split('\n')
  }
  async function start(): Promise<void> {
    await container.start()
    await vi.waitFor(async () => await rows('postgres', 'SELECT 1'), { timeout: 180_000, interval: 200 })
  }
  const migrate = async (database: string, migrations = SHIPPED) =>
    await seeTo(inside, id, database, migrations)
  await start()
  return { id, container, docker, inside, sql, rows, start, migrate, clear }
}

export type Server = Awaited<ReturnType<typeof startServer>>
