import { expect, test } from 'vitest'
import { newerSchema, updateSchema } from '../../../main/cli/json/update.ts'
import type { DataStep, DataStepped } from '../../../main/model/data-step.ts'
import type { ImageUpdated, NewerImage } from '../../../main/model/image-update.ts'
import { runCommand } from './run-command.ts'

const newer: readonly NewerImage[] = [
  { service: 'loki', title: 'Loki', image: 'grafana/loki:3.7.6', tag: '3.7.6' },
  {
    service: 'grafana',
    title: 'Grafana',
    image: 'grafana/grafana:13.2.1',
    tag: '13.2.1',
    within: '13.3.0',
    beyond: '14.0.1',
  },
  {
    service: 'powerdns-db',
    title: 'PowerDNS database',
    image: 'postgres:17.11',
    tag: '17.11',
    beyond: '18.1',
    held: 'PostgreSQL 18 cannot take over the data of PostgreSQL 17 as it is: dump it first',
  },
  {
    service: 'tempo',
    title: 'Tempo',
    image: 'grafana/tempo:3',
    tag: '3',
    unknown: 'the registry does not answer',
    silent: true,
  },
  {
    service: 'excalidraw',
    title: 'Excalidraw',
    image: 'excalidraw/excalidraw:latest',
    tag: 'latest',
    unknown: 'the tag latest is not a version',
  },
]
const updated: ImageUpdated = {
  outcome: 'updated',
  from: 'grafana/grafana:13.2.1',
  to: `grafana/grafana:13.3.0@sha256:${'a'.repeat(64)}`,
  kept: [],
  ok: true,
  done: ['grafana'],
  failed: [],
  skipped: [],
  ms: 3,
}

test('the list: what is newer first, with the commands and why not; the rest below', async () => {
  const one = runCommand({ newer })
  const { code, out, err } = await one.run('update', '--list')
  expect(code).toBe(4)
  expect(err.replaceAll(/\s+/g, ' ')).toContain(
    '1 image could not be checked: the registry does not answer. Not checked: Tempo. Check the network',
  )
  expect(out.trimEnd().split('\n')).toEqual([
    '▲ Grafana            13.2.1  13.3.0; 14.0.1 is a later major version',
    '    maculactl update grafana',
    '    maculactl update grafana --to 14.0.1',
    '▲ PowerDNS database  17.11   18.1, a later major version',
    '    PostgreSQL 18 cannot take over the data of PostgreSQL 17 as it is: dump it first.',
    '✔ Loki               3.7.6   nothing newer',
    '? Tempo              3       not known: the registry does not answer',
    '? Excalidraw         latest  not known: the tag latest is not a version',
    '',
    '2 of 5 images have newer versions. 1 has a tag that is not a version and cannot be compared.',
  ])
  const json = await runCommand({ newer }).run('update', '--list', '--json')
  expect(json.code).toBe(4)
  expect(newerSchema.parse(JSON.parse(json.out)).images.map(({ service }) => service)).toEqual(
    newer.map(({ service }) => service),
  )
})

test('where every registry answered, the list ends with 0', async () => {
  const { code, err } = await runCommand({ newer: newer.filter(({ silent }) => silent !== true) }).run(
    'update',
    '--list',
  )
  expect([code, err]).toEqual([0, ''])
})

test.each([
  [['update', 'grafana'], 'update grafana newest'],
  [['update', 'Grafana', '--to', '14.0.1'], 'update grafana 14.0.1'],
  [['update', 'grafana', '--back'], 'update grafana back'],
])('%j asks for that', async (words, asked) => {
  const one = runCommand({ updated })
  const { code, out } = await one.run(...words)
  expect(code).toBe(0)
  expect(one.standIn.asked).toContain(asked)
  expect(out).toContain('Grafana is 13.3.0 now; it was 13.2.1.')
})

test('a program is told what came of it', async () => {
  const { out } = await runCommand({ updated }).run('update', 'grafana', '--json')
  expect(updateSchema.parse(JSON.parse(out))).toMatchObject({
    service: 'grafana',
    outcome: 'updated',
    to: updated.to,
  })
})

test('what was put back says so, and ends with 1', async () => {
  const put: ImageUpdated = {
    ...updated,
    outcome: 'put back',
    ok: false,
    done: [],
    failed: [
      {
        service: 'grafana',
        trouble: { kind: 'failed', what: 'Grafana 13.3.0 does not work.', why: 'It ends.' },
      },
    ],
  }
  const { code, out } = await runCommand({ updated: put }).run('update', 'grafana')
  expect(code).toBe(1)
  expect(out).toContain('Grafana 13.3.0 does not work.')
  expect(out).toContain('✖ Grafana is 13.2.1 as before.')
})

test.each([
  [['update'], 'Name one service to update.'],
  [['update', 'data'], 'Name one service to update.'],
  [['update', '--list', '--back'], '--list changes nothing, so it cannot be used with --back.'],
  [['update', '--list', '--to', '3'], '--list changes nothing, so it cannot be used with --to.'],
  [['update', 'grafana', '--to', '14', '--back'], '--to and --back cannot be used together.'],
])('%j is refused', async (words, what) => {
  const one = runCommand({ updated })
  const { code, err } = await one.run(...words)
  expect(code).toBe(2)
  expect(err).toContain(what)
  expect(one.standIn.asked.filter((asked) => asked.startsWith('update'))).toEqual([])
})

const step: DataStep = {
  service: 'timescaledb',
  title: 'TimescaleDB',
  from: 16,
  to: 17,
  old: 'timescale/timescaledb:2.29.2-pg16',
  isHere: true,
  stops: [],
}
const stepped: DataStepped = {
  ok: true,
  done: ['timescaledb'],
  failed: [],
  skipped: [],
  ms: 5,
  from: 16,
  to: 17,
  says: '2 databases, 9 tables, 1 hypertable, 5003 rows: all counts equal',
  kept: [{ from: 'macula_timescaledb', to: 'macula_timescaledb_before-20261127-2300' }],
}

test('data of another major version: said first, then done, with the way back', async () => {
  const one = runCommand({ step, stepped })
  const { code, out, err } = await one.run('update', 'timescaledb', '--data', '--yes')
  expect(code).toBe(0)
  expect(err).toContain('The data of TimescaleDB was written by PostgreSQL 16; its image runs PostgreSQL 17.')
  const said = out.replaceAll(/\s+/g, ' ')
  expect(said).toContain(
    'was upgraded to PostgreSQL 17: 2 databases, 9 tables, 1 hypertable, 5003 rows: all counts equal.',
  )
  expect(said).toContain('kept as macula_timescaledb_before-20261127-2300')
  expect(said).toContain('maculactl reset timescaledb --back puts it back')
  expect(one.standIn.asked).toContain('bring data of timescaledb')
})

test('without a terminal it is not done unasked', async () => {
  const one = runCommand({ step, stepped })
  const { code, err } = await one.run('update', 'timescaledb', '--data', '--image', 'mine:16')
  expect(code).toBe(2)
  expect(err).toContain('Run maculactl update timescaledb --data --image mine:16 --yes')
  expect(one.standIn.asked.filter((what) => what.startsWith('bring'))).toEqual([])
})

test('nothing to do is told, and is no failure', async () => {
  const one = runCommand({})
  const { code, out } = await one.run('update', 'timescaledb', '--data')
  expect([code, out.trim().replaceAll(/\s+/g, ' ')]).toEqual([
    0,
    'There is nothing to do: TimescaleDB has no data of another major version of PostgreSQL.',
  ])
  const json = await runCommand({}).run('update', 'timescaledb', '--data', '--json')
  expect(JSON.parse(json.out)).toMatchObject({ service: 'timescaledb', from: null, to: null })
})

test('as JSON: versions, what was compared, and what is kept', async () => {
  const { out } = await runCommand({ step, stepped }).run(
    'update',
    'timescaledb',
    '--data',
    '--yes',
    '--json',
  )
  expect(JSON.parse(out)).toMatchObject({
    service: 'timescaledb',
    from: 16,
    to: 17,
    says: stepped.says,
    kept: stepped.kept,
  })
})

test.each([
  [['--data', '--to', '14'], '--data and --to cannot be used together'],
  [['--data', '--back'], '--data and --back cannot be used together'],
  [['--data', '--list'], '--data and --list cannot be used together'],
  [['--image', 'x:1'], 'it is used with --data only'],
])('%j is refused', async (flags, says) => {
  const one = runCommand({ step, stepped })
  const { code, err } = await one.run('update', 'timescaledb', ...flags)
  expect([code, err.replaceAll(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(says)])
  expect(one.standIn.asked).toEqual([])
})
