/**
 * One run of a take-over or give-back of the Compose project and the KinD cluster by the product's own parts, journal and order: back-run.ts WORK.
 * KILL_AT: it is killed (SIGKILL) before its n-th call that changes something in the engine; its calls go to /tmp/calls then. Root and our own services are not
 * part of it.
 */
import { appendFileSync } from 'node:fs'
import Docker from 'dockerode'
import { giveBack } from '../../../../main/engine/migration/back.ts'
import { openKeeping } from '../../../../main/engine/migration/journal.ts'
import { take } from '../../../../main/engine/migration/take.ts'
import { troubleOf } from '../../../../main/model/errors.ts'
import type { Catalog } from '../../../../main/model/service.ts'
import { defaultSettings } from '../../../../main/system/keep/settings.ts'
import { openMigration } from '../../../../main/system/migration/open-migration.ts'
import { pathsOf } from '../../../../main/system/paths.ts'

const [work = ''] = process.argv.slice(2)
const killAt = Number(process.env['KILL_AT'] ?? 0)
const calls: string[] = []
// Every engine that is spoken to, also those that are opened later.
const prototype = Object.getPrototypeOf(new Docker().modem) as {
  dial: (options: Asked, ...rest: unknown[]) => unknown
}
interface Asked {
  readonly method: string
  readonly path: string
}
const { dial } = prototype
prototype.dial = function counted(options, ...rest) {
  if (options.method !== 'GET') {
    const call = `${options.method} ${options.path}`
    calls.push(call)
    if (killAt > 0) appendFileSync('/tmp/calls', `${call}\n`)
    if (calls.length === killAt) process.kill(process.pid, 'SIGKILL')
  }
  return dial.call(this, options, ...rest)
}

const signal = new AbortController().signal
const paths = pathsOf(process.env, '/nowhere')
const migration = openMigration({
  paths,
  settings: defaultSettings,
  catalog: { services: [] } as unknown as Catalog,
  env: process.env,
  root: { ledger: () => Promise.resolve([]) },
  data: [],
  now: Date.now,
})
const keeping = await openKeeping(migration.journal, Date.now)
const told: string[] = []
const tell = (event: { readonly kind: string; readonly says?: string }): void =>
  void (event.says === undefined || told.push(event.says))
const root = {
  apply: () => Promise.reject(new Error('root is no part of this')),
  undo: () => Promise.reject(new Error('root is no part of this')),
  ledger: () => Promise.resolve([]),
}
const parts = migration.parts.filter(({ id }) => id === 'compose' || id === 'clusters')
const plan = async () => (await Promise.all(parts.map(async (part) => await part.plan()))).flat()

async function run(): Promise<unknown> {
  switch (work) {
    case 'plan':
      return { steps: await plan(), found: await parts[0]?.detect() }
    case 'take': {
      const steps = await plan()
      const result = await take(
        { migration, root, keeping, now: Date.now },
        { steps, left: [], data: [] },
        tell,
        signal,
      )
      return { steps, result }
    }
    case 'back':
      return {
        result: await giveBack(
          { migration, root, keeping, stopOurs: () => Promise.resolve(undefined) },
          tell,
          signal,
        ),
      }
    case 'rest': {
      const [project] = await migration.projects([])
      if (!project) throw new Error('no project')
      const resting = await migration.rest(project, signal)
      return { names: resting.names, trouble: resting.trouble, failed: await resting.again() }
    }
    default:
      throw new Error(`there is no ${work}`)
  }
}

const answer = await run().catch((error: unknown) => ({ trouble: troubleOf(error) }))
process.stdout.write(`${JSON.stringify({ ...(answer as object), told, calls })}\n`)
// Connections that are kept alive would hold it for seconds.
process.exit(0)
