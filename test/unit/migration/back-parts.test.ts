/** What `--back` makes a container of, as values: the recipe, what Compose had written, what its files do not say, node order. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { byAddress } from '../../../main/system/migration/clusters-back.ts'
import { putsIn } from '../../../main/system/migration/compose-put.ts'
import { besideFiles, reasonIn, unsetIn } from '../../../main/system/migration/compose-values.ts'
import { withPath } from '../../../main/system/migration/one-tar.ts'
import { recipeOf } from '../../../main/system/migration/recipe.ts'
import type { ContainerRecord } from '../../../main/system/migration/record.ts'

const ID = '0123456789abcdef'.repeat(4)
const NAMELESS = 'ab'.repeat(32)

const end = (more: Partial<ContainerRecord['networks'][string]> = {}) => ({
  aliases: [],
  links: [],
  ipam: {},
  options: {},
  ...more,
})

function recipe(record: Partial<ContainerRecord>, volumes: readonly string[] = []) {
  return recipeOf(
    { config: {}, host: {}, networks: {}, mounts: [], shares: [], ...record },
    { oldId: ID, idOf: (old) => (old === 'old-id' ? 'new-id' : old), volumes: new Set(volumes) },
  )
}

describe('the recipe of a container', () => {
  test.each([
    ['its id’s beginning is no host name of its own', { Hostname: ID.slice(0, 12) }, {}, undefined],
    ['a host name of its own stays', { Hostname: 'db' }, {}, 'db'],
    ['in another’s network it has none', { Hostname: 'db' }, { NetworkMode: 'container:x' }, undefined],
  ])('%s', (_, config, host, name) => {
    expect(recipe({ config, host }).body['Hostname']).toBe(name)
  })

  test('it is made on its first network, by name, and joins the others with names and addresses', () => {
    const made = recipe({
      host: { NetworkMode: 'id-of-kind' },
      primary: 'kind',
      networks: {
        kind: end({ aliases: ['kind-registry'], ipam: { IPv4Address: '172.29.7.9' } }),
        own: end({ aliases: ['registry'], options: { a: 'b' } }),
      },
    })
    expect(made.body).toMatchObject({
      HostConfig: { NetworkMode: 'kind' },
      NetworkingConfig: {
        EndpointsConfig: { kind: { Aliases: ['kind-registry'], IPAMConfig: { IPv4Address: '172.29.7.9' } } },
      },
    })
    expect(made.joins).toEqual([
      { network: 'own', endpoint: { Aliases: ['registry'], DriverOpts: { a: 'b' } } },
    ])
  })

  test('whose network, processes and volumes it shares is called by the id of now', () => {
    const host = {
      NetworkMode: 'container:old-id',
      PidMode: 'container:old-id',
      IpcMode: 'private',
      VolumesFrom: ['old-id:ro'],
    }
    expect(recipe({ host, config: { ExposedPorts: { '1/tcp': {} } } }).body).toMatchObject({
      HostConfig: {
        NetworkMode: 'container:new-id',
        PidMode: 'container:new-id',
        IpcMode: 'private',
        VolumesFrom: ['new-id:ro'],
      },
    })
    expect(recipe({ host, config: { ExposedPorts: {} } }).body).not.toHaveProperty('ExposedPorts')
  })

  test.each([
    [
      'of its compose file',
      { Mounts: [{ Type: 'volume', Target: '/cache' }] },
      [NAMELESS],
      [{ Type: 'volume', Target: '/cache', Source: NAMELESS }],
    ],
    ['of its image', {}, [NAMELESS], [{ Type: 'volume', Source: NAMELESS, Target: '/cache' }]],
    ['that is gone', { Mounts: null }, [], null],
    ['that is bound already', { Binds: [`${NAMELESS}:/cache`] }, [NAMELESS], null],
    ['that comes from another container', { VolumesFrom: ['x'] }, [NAMELESS], null],
  ])('a volume without a name %s', (_, host, there, mounts) => {
    const record = { host, mounts: [{ name: NAMELESS, at: '/cache', writes: true }] }
    expect(recipe(record, there).body['HostConfig']).toMatchObject({ Mounts: mounts })
  })
})

test('what Compose writes itself: texts and values of variables, by service; what is mounted is none', () => {
  const base = `
services:
  a: { configs: [text, { source: value, target: etc/v }, file], secrets: [token, { source: other, target: /o }] }
  b: { secrets: [{ source: token, target: t }] }
configs: { text: { content: hello }, value: { environment: V }, file: { file: ./f } }
secrets: { token: { environment: T } }
`
  const more = 'secrets: { other: { environment: O } }\nservices: { b: { configs: [text] } }'
  expect([...putsIn([base, more, 'no: [yaml'])]).toEqual([
    ['a', ['/text', '/etc/v', '/run/secrets/token', '/o']],
    ['b', ['/text', '/run/secrets/t']],
  ])
})

test('Docker’s archive of a file is put by its whole path, however long, by whatever tar wrote it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'macula-tar-'))
  try {
    writeFileSync(join(folder, 'token'), 'secret', { mode: 0o440 })
    for (const form of ['ustar', 'gnu', 'pax']) {
      const tar = execFileSync('tar', ['-C', folder, `--format=${form}`, '-c', 'token'])
      const put = withPath(tar, '/run/secrets/token')
      const list = execFileSync('tar', ['-tv'], { input: put, encoding: 'utf8' })
      expect(list).toMatch(/^-r--r-----.* 6 .* run\/secrets\/token\n$/)
      expect(execFileSync('tar', ['-xO'], { input: put, encoding: 'utf8' })).toBe('secret')
    }
    // A header holds 100 bytes of a path; 99 and 101 digits of a record's length are its own trap.
    for (const path of [
      'd'.repeat(100),
      'd'.repeat(101),
      `${'deep/'.repeat(17)}token`,
      `${'deep/'.repeat(60)}${'ä'.repeat(40)}`,
    ]) {
      const tar = execFileSync('tar', ['-C', folder, '--format=gnu', '-c', 'token'])
      const put = withPath(tar, `/${path}`)
      const list = execFileSync('tar', ['-tv', '--quoting-style=literal'], { input: put, encoding: 'utf8' })
      expect(list).toMatch(new RegExp(`^-r--r-----.* 6 .* ${path}\\n$`))
      expect(execFileSync('tar', ['-xO'], { input: put, encoding: 'utf8' })).toBe('secret')
    }
    expect(() => withPath(Buffer.alloc(10), '/x')).toThrow('cannot be written as an archive')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('what its files do not say is told by name: variables and ports, never a value', () => {
  const container = {
    id: ID,
    name: 'macula-registry',
    service: 'registry',
    image: 'x',
    imageId: 'y',
    running: true,
    volumes: [],
    ports: [{ address: '0.0.0.0', port: 5999, protocol: 'tcp' as const }],
    record: {
      config: { Env: ['SAME=1', 'PASSWORD=of=shell', 'PASSED=x', 'BY=image'] },
      host: {},
      networks: {},
      mounts: [],
      shares: [],
    },
  }
  const read = (published: string) => ({
    services: {
      registry: {
        environment: { SAME: '1', PASSWORD: '', PASSED: null, ABSENT: null },
        ports: [{ published }],
      },
    },
  })
  expect(besideFiles(read('5001'), ['SECRET'], [container])).toEqual([
    'PASSED',
    'PASSWORD',
    'SECRET',
    'port 5999 of macula-registry',
  ])
  expect(besideFiles(read('5990-6000'), [], [container])).toEqual(['PASSED', 'PASSWORD'])
  expect(
    unsetIn('level=warning msg="The \\"SECRET\\" variable is not set. Defaulting to a blank string."'),
  ).toEqual(['SECRET'])
})

test('why Compose ended is its last line that is no warning', () => {
  const warning = 'time="now" level=warning msg="The \\"A\\" variable is not set."\n'
  const reason = 'error while interpolating services.a: required variable B is missing a value: say it'
  expect(reasonIn(`${warning}${reason}\n${warning}\n`)).toBe(reason)
  expect(reasonIn('')).toBe('')
})

test('nodes start in the order of their addresses', () => {
  const node = (name: string, addresses?: Readonly<Record<string, string>>) => ({ id: name, name, addresses })
  const nodes = [
    node('control-plane', { kind: '172.20.0.10', own: '172.23.0.2' }),
    node('worker', { kind: '172.20.0.9' }),
    node('old'),
  ]
  expect(byAddress(nodes).map(({ name }) => name)).toEqual(['old', 'worker', 'control-plane'])
})
