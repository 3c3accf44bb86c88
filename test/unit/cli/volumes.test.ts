import { expect, test } from 'vitest'
import type { ServiceFacts } from '../../../main/model/facts.ts'
import { volumeFilesSchema, volumesSchema } from '../../../main/cli/json/volumes.ts'
import { runCommand } from './run-command.ts'

test('what is in the volumes of a service, by folder; names of others do nothing', async () => {
  const { out, err, code } = await runCommand().run('volumes', 'grafana')
  expect(code).toBe(0)
  const lines = out.split('\n')
  expect(lines[0]).toContain('macula_grafana')
  expect(lines[1]).toBe('/')
  expect(lines[2]).toMatch(/^ {2}data\/ +24 Nov 2025|^ {2}data\/ +2\d Nov/)
  expect(lines[3]).toBe('  now -> data/one')
  expect(lines[4]).toBe('/data')
  expect(lines[5]).toMatch(/^ {2}evil\S* ?txt.*fake row +2(?:\.0)? kB +2\d Nov/)
  expect(lines[6]).toContain('and 1,200 more')
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001F\u202E]/)
  expect(err).toContain('3 of 1,203 entries are shown.')
})

test('of a volume that is named, in JSON', async () => {
  const { out } = await runCommand().run('volumes', 'grafana', 'macula_grafana_before-1', '--json')
  const json = volumeFilesSchema.parse(JSON.parse(out))
  expect([json.service, json.volumes[0]?.volume]).toEqual(['grafana', 'macula_grafana_before-1'])
})

test('all volumes with their services', async () => {
  const volume = { kind: 'volume', at: '/data', readOnly: false } as const
  const facts = (id: string) =>
    Promise.resolve(
      id === 'grafana' || id === 'loki'
        ? ({
            service: id,
            volumes: [
              { ...volume, name: `macula_${id}`, ...(id === 'loki' ? {} : { bytes: 5_000_000 }) },
              { ...volume, name: '/etc/loki.yaml', kind: 'bind' },
            ],
          } as unknown as ServiceFacts)
        : undefined,
    )
  const { out, code } = await runCommand({ over: { facts } }).run('volumes')
  expect(code).toBe(0)
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual(
    expect.arrayContaining([
      ['Service', 'Volume', 'Size', 'In its container'],
      ['grafana', 'macula_grafana', '5 MB', '/data'],
      ['loki', 'macula_loki', 'not measured yet', '/data'],
    ]),
  )
  expect(out).not.toContain('/etc')
  const json = await runCommand({ over: { facts } }).run('volumes', '--json')
  expect(volumesSchema.parse(JSON.parse(json.out)).volumes).toHaveLength(2)
})

test('of several services none is listed', async () => {
  const { code, err } = await runCommand().run('volumes', 'data')
  expect(code).not.toBe(0)
  expect(err).toContain('Name one service whose volumes to list.')
})
