import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { actionSchema, actionsSchema } from '../../../main/cli/json/action.ts'
import { activitySchema } from '../../../main/cli/json/activity.ts'
import { appSchema, appsSchema } from '../../../main/cli/json/app.ts'
import { clustersSchema, eventsSchema, kubeconfigSchema } from '../../../main/cli/json/cluster.ts'
import { databaseSchema, databasesSchema } from '../../../main/cli/json/db.ts'
import { bucketSchema, bucketsSchema } from '../../../main/cli/json/s3.ts'
import { dockerSchema } from '../../../main/cli/json/docker.ts'
import { doctorSchema } from '../../../main/cli/json/doctor.ts'
import { ejectSchema } from '../../../main/cli/json/eject.ts'
import { envSchema } from '../../../main/cli/json/env.ts'
import { fixesSchema } from '../../../main/cli/json/fix.ts'
import { logSchema } from '../../../main/cli/json/logs.ts'
import { migrateSchema } from '../../../main/cli/json/migrate.ts'
import { openSchema } from '../../../main/cli/json/open.ts'
import { runSchema } from '../../../main/cli/json/run.ts'
import { secretsSchema } from '../../../main/cli/json/secrets.ts'
import { setupSchema } from '../../../main/cli/json/setup.ts'
import { errorSchema } from '../../../main/cli/json/shape.ts'
import { snapshotSchema, snapshotsSchema } from '../../../main/cli/json/snapshot.ts'
import { statusSchema } from '../../../main/cli/json/status.ts'
import { uiSchema } from '../../../main/cli/json/ui.ts'
import { certSchema, tlsSchema } from '../../../main/cli/json/tls.ts'
import { newerSchema, updateDataSchema, updateSchema } from '../../../main/cli/json/update.ts'
import { undoSchema } from '../../../main/cli/json/undo.ts'
import { versionSchema } from '../../../main/cli/json/version.ts'
import { volumeFilesSchema, volumesSchema } from '../../../main/cli/json/volumes.ts'
import { createProgram } from '../../../main/cli/program.ts'
import { thisMachine } from '../../../main/cli/this-machine.ts'

const text = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8')

const schemas: Readonly<Record<string, z.ZodType>> = {
  error: errorSchema,
  status: statusSchema,
  run: runSchema,
  fix: fixesSchema,
  newer: newerSchema,
  update: updateSchema,
  updateData: updateDataSchema,
  open: openSchema,
  logs: logSchema,
  activity: activitySchema,
  env: envSchema,
  action: actionSchema,
  actions: actionsSchema,
  databases: databasesSchema,
  buckets: bucketsSchema,
  bucket: bucketSchema,
  database: databaseSchema,
  secrets: secretsSchema,
  app: appSchema,
  apps: appsSchema,
  kubeconfig: kubeconfigSchema,
  clusters: clustersSchema,
  events: eventsSchema,
  docker: dockerSchema,
  doctor: doctorSchema,
  setup: setupSchema,
  migrate: migrateSchema,
  undo: undoSchema,
  tls: tlsSchema,
  cert: certSchema,
  eject: ejectSchema,
  ui: uiSchema,
  version: versionSchema,
  volumes: volumesSchema,
  snapshots: snapshotsSchema,
  snapshot: snapshotSchema,
  files: volumeFilesSchema,
}

/** Which examples show what a command prints under --json; `null`: it prints what a program prints, or a script. */
const printedBy: Readonly<Record<string, readonly string[] | null>> = {
  status: ['status'],
  doctor: ['doctor'],
  logs: ['logs'],
  activity: ['activity'],
  up: ['run'],
  down: ['run'],
  restart: ['run'],
  fix: ['fix', 'run'],
  pull: ['run'],
  update: ['newer', 'update', 'updateData'],
  reset: ['run'],
  cluster: ['clusters', 'kubeconfig', 'events', 'run'],
  app: ['app', 'apps'],
  open: ['open'],
  ui: ['ui'],
  env: ['env'],
  action: ['action', 'actions'],
  shell: null,
  exec: null,
  volumes: ['volumes', 'files'],
  db: ['databases', 'database'],
  s3: ['buckets', 'bucket'],
  snapshot: ['snapshots', 'snapshot'],
  tls: ['tls'],
  cert: ['cert'],
  secrets: ['secrets'],
  setup: ['setup'],
  undo: ['undo'],
  docker: ['docker'],
  migrate: ['migrate'],
  eject: ['eject'],
  version: ['version'],
  completion: null,
}

describe('docs/cli.md', () => {
  const examples = [...text.matchAll(/^```json (\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    name: match[1] ?? '',
    body: match[2] ?? '',
  }))

  test('has an example of every schema', () => {
    expect(examples.map(({ name }) => name).sort()).toEqual(Object.keys(schemas).sort())
  })

  test('every command has an example of what it prints under --json, and a part of its own', () => {
    const commands = createProgram(thisMachine(), () => undefined)
      .commands.map((command) => command.name())
      .filter((name) => !name.startsWith('_'))
    expect(Object.keys(printedBy).sort()).toEqual(commands.sort())
    const shown = Object.values(printedBy).flatMap((names) => names ?? [])
    expect([...new Set([...shown, 'error'])].sort()).toEqual(Object.keys(schemas).sort())
    const titles = [...text.matchAll(/^### (.*)$/gm)].map(([, title]) => title ?? '')
    for (const name of commands)
      expect(titles, name).toContainEqual(expect.stringMatching(new RegExp(`(?:^|, )${name}\\b`)))
  })

  test.each(examples)('its example of $name follows the schema, whole', ({ name, body }) => {
    const value: unknown = JSON.parse(body)
    expect(schemas[name]?.parse(value)).toEqual(value)
  })

  test('names every command and every option', () => {
    const program = createProgram(thisMachine(), () => undefined)
    const help = program.createHelp()
    for (const command of help.visibleCommands(program)) {
      if (command.name() === 'help') continue
      for (const option of help.visibleOptions(command))
        if (option.long !== undefined && option.long !== '--help')
          expect(text, `${command.name()} ${option.long}`).toMatch(
            new RegExp(`${option.long}|${option.short ?? option.long}\\b`),
          )
    }
  })
})
