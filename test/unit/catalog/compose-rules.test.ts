import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processorTime } from '../../cpu.ts'
import { isImageName } from '../../../main/model/atoms.ts'
import { ownBinds } from '../../../main/system/stack/own-binds.ts'
import { parseFile } from '../../../main/system/catalog/fragment.ts'
import { parseFragment } from '../../../main/system/catalog/parse.ts'
import { variablesFor } from '../../../main/system/catalog/variables.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

const variables = variablesFor(defaultSettings, { HOME: '/home/p' }, 'TAG=1.2\nODD="a b"\n')

function fragment(keys: string, top = ''): string {
  const image = /^image:/m.test(keys) ? '' : '    image: redis:8.2\n'
  const networks = /^networks:/m.test(keys) ? '' : '    networks: { macula: {} }\n'
  const indented = keys === '' ? '' : `${keys.replaceAll(/^/gm, '    ')}\n`
  return `services:\n  redis:\n${image}${networks}${indented}    x-macula: { tier: tools, title: Redis, purpose: Cache, address: none }\nnetworks: { macula: { name: macula, external: true } }\n${top}`
}

const parse = (text: string) =>
  parseFragment(
    { service: 'redis', origin: 'user', folder: '/s/redis', file: '/s/redis/compose.yaml', text },
    variables,
  )

describe('what Compose knows and cannot work here is refused with its place and what to write', () => {
  test.each([
    ['build: .', 5, 5, 'build cannot be used here', 'write image: NAME:TAG'],
    ['container_name: mine', 5, 5, 'container_name cannot be used here', 'others reach it as redis'],
    ['depends_on: [grafana, loki]', 5, 5, 'depends_on cannot', 'write needs: [grafana, loki] in x-macula'],
    ['depends_on: { loki: { condition: service_healthy } }', 5, 5, 'depends_on', 'needs: [loki]'],
    ['develop: { watch: [] }', 5, 5, 'develop cannot', 'Leave it out'],
    ['extends: { file: gone.yaml, service: x }', 5, 5, 'extends cannot', 'into this one'],
    ['external_links: [x]', 5, 5, 'external_links cannot', 'by their names'],
    ['links: [loki]', 5, 5, 'links cannot', 'by their names'],
    ['network_mode: host', 5, 5, 'network_mode cannot', 'networks: { macula: {} }'],
    ['network_mode: "service:loki"', 5, 5, 'network_mode cannot', 'networks: { macula: {} }'],
    ['pid: "service:loki"', 5, 5, 'pid cannot', 'Leave it out'],
    ['ipc: "container:x"', 5, 5, 'ipc cannot', 'Leave it out'],
    ['post_start: [{ command: x }]', 5, 5, 'post_start cannot', 'command or entrypoint'],
    ['pre_stop: [{ command: x }]', 5, 5, 'pre_stop cannot', 'command or entrypoint'],
    ['profiles: [dev]', 5, 5, 'profiles cannot', 'maculactl up redis'],
    ['provider: { type: x }', 5, 5, 'provider cannot', 'name an image'],
    ['pull_policy: always', 5, 5, 'pull_policy cannot', 'Leave it out'],
    ['pull_policy: build', 5, 5, 'pull_policy cannot', 'Leave it out'],
    ['scale: 2', 5, 5, 'scale cannot', 'one container'],
    ['scale: 0', 5, 5, 'scale cannot', 'one container'],
    ['volumes_from: [loki]', 5, 5, 'volumes_from cannot', 'under volumes'],
    ['deploy:\n  replicas: 2', 6, 7, 'deploy.replicas cannot', 'one container'],
    ['deploy:\n  mode: global', 6, 7, 'deploy.mode cannot', 'one container'],
    ['deploy:\n  placement: {}', 6, 7, 'deploy.placement cannot', 'deploy.resources'],
    ['labels:\n  dev.macula.project: x', 6, 7, 'dev.macula.project cannot', 'Choose another name'],
    ['labels:\n  - a=b\n  - dev.macula.owner=x', 7, 9, 'dev.macula.owner cannot', 'Choose another name'],
    ['environment:\n  TOKEN:', 6, 7, 'environment: TOKEN has no value', 'TOKEN=value into a file .env'],
    ['environment:\n  - A=b\n  - TOKEN', 7, 9, 'environment: TOKEN has no value', '.env'],
    ['command: [a, "${TAGG}"]', 5, 18, 'TAGG has no value', '${TAGG:-value}'],
    ['command: "${ODD:-x}"', 5, 14, 'ODD cannot be read', 'ODD=value'],
    ['command: "${A B}"', 5, 14, '${A B} is not a variable', ''],
    ['image: "${TAGG}"', 4, 12, 'TAGG has no value', ''],
    ['image: "redis:${TAG:-latest"', 4, 12, 'is not a variable', ''],
    ['image: Redis:8', 4, 12, '"Redis:8" is not the name of an image', 'in lower case'],
    ['image: "redis:"', 4, 12, '"redis:" is not the name of an image', ''],
    ['image: "redis:${MACULA_SECRET_X}"', 4, 12, 'a secret cannot be a part of its name', ''],
    [
      'networks: { macula: { ipv4_address: 10.0.0.9 } }',
      4,
      41,
      '"10.0.0.9" is not an address of the network',
      '${MACULA_SUBNET_PREFIX}.NUMBER',
    ],
    ['networks: { macula: { ipv4_address: "${MACULA_SUBNET_PREFIX}.1" } }', 4, 41, 'not an address', ''],
    ['networks: { macula: { ipv4_address: "${MACULA_SUBNET_PREFIX}.256" } }', 4, 41, 'not an address', ''],
  ])('%s', (keys, line, column, what, todo) => {
    const read = parse(fragment(keys))
    if (!('reason' in read)) throw new Error('accepted')
    expect({ line: read.line, column: read.column }).toEqual({ line, column })
    expect(read.reason).toContain(what)
    expect(read.reason).toContain(todo)
  })

  test.each([
    ['include: [x.yaml]\n', 'include cannot be used here'],
    ['name: mine\n', 'name cannot be used here: the project is named by "project" in settings.json'],
    ['models: {}\n', 'models cannot be used here'],
  ])('at the top: %j', (top, says) => {
    const read = parse(fragment('', top))
    expect(read).toMatchObject({ line: 7, column: 1, reason: expect.stringContaining(says) })
  })

  test('several services in one file', () => {
    const read = parse(
      fragment('').replace('networks: { macula: { name', '  other: { image: x }\nnetworks: { macula: { name'),
    )
    expect(read).toMatchObject({ line: 6, column: 3, reason: expect.stringContaining('a folder of its own') })
  })
})

test.each([
  'scale: 1',
  'deploy: { replicas: 1, resources: { limits: { memory: 64m } } }',
  'pull_policy: missing',
  'pid: host',
  'labels: { mine: x }',
  'environment: { TAG: , HOME: , B: "${TAG}" }',
  'environment: [TAG, "A=$$5"]',
  'ports: ["127.0.0.1:9999:9999"]',
  'restart: "no"',
])('%s stays possible', (keys) => {
  expect(parse(fragment(keys))).not.toHaveProperty('reason')
})

test.each([
  ['name:${TAG:-latest}', 'name:1.2'],
  ['name:${OTHER:-latest}', 'name:latest'],
  ['registry.${MACULA_SUFFIX}/shop/web:${OTHER-dev}', 'registry.macula.local/shop/web:dev'],
])('an image with variables (%s) is the one that Compose will take (%s)', (written, image) => {
  const read = parse(fragment(`image: "${written}"`))
  expect('spec' in read && read.spec.runtime).toEqual({ kind: 'container', image })
})

test.each([
  ['redis', true],
  ['redis:8.2', true],
  ['grafana/grafana:13.2.1', true],
  ['pgsty/silo:RELEASE.2026-09-03T13-18-01Z', true],
  ['registry.macula.local/me/shop:dev', true],
  ['localhost:5000/x', true],
  ['localhost/x', true],
  ['Host/x', true],
  ['[::1]:5000/x', true],
  ['a__b/c--d.e', true],
  [`redis@sha256:${'a'.repeat(64)}`, true],
  [`redis:8@sha256:${'0'.repeat(64)}`, true],
  ['Redis', false],
  ['a/B', false],
  ['redis:', false],
  ['redis:-x', false],
  ['redis::8', false],
  ['a//b', false],
  ['/a', false],
  ['a/', false],
  ['-a', false],
  ['a..b', false],
  ['a___b', false],
  ['-host.x/a', false],
  ['host.x:port/a', false],
  ['redis@sha256:abc', false],
  ['a'.repeat(256), false],
  ['0'.repeat(64), false],
  ['redis ', false],
  ['redis\n', false],
  ['redis:8\nx', false],
  ['', false],
  ['$(x)', false],
  ['${TAG}', false],
])('%j is the name of an image: %s', (text, expected) => {
  expect(isImageName(text)).toBe(expected)
})

test('what asks for much is shown, however it is written', () => {
  const top = 'volumes: { whole: { driver_opts: { type: none, o: bind, device: / } } }\n'
  const warnings = (keys: string, more = '') => {
    const read = parse(fragment(keys, more))
    return 'spec' in read ? read.spec.warnings : [read.reason]
  }
  expect(warnings('volumes: ["whole:/w"]', top)).toEqual(['It mounts the whole file system of this machine.'])
  for (const source of ['/', '//', '/.', '/var/..', '${ROOT:-/}'])
    expect(warnings(`volumes: ["${source}:/host:ro"]`)).toEqual([
      'It mounts the whole file system of this machine.',
    ])
  expect(warnings('volumes: ["/var/run/../run/docker.sock:/x"]')).toHaveLength(1)
  expect(warnings('use_api_socket: true')).toHaveLength(1)
  expect(warnings('devices: [/dev/kvm]')).toEqual(['It uses devices of this machine: /dev/kvm.'])
  expect(warnings('volumes: ["./data:/data"]')).toEqual([])
})

describe('mounts that stay in the person’s folder', () => {
  const places = (...volumes: unknown[]) =>
    ownBinds([{ volumes }], variables, '/home/p/s').map(({ bind, path }) => `${bind.target} ${path}`)
  test.each([
    ['what may be written', ['./data:/data'], ['/data /home/p/s/data']],
    ['what is read only lies in the copy', ['./conf:/conf:ro'], []],
    ['the long form', [{ type: 'bind', source: './d', target: '/d' }], ['/d /home/p/s/d']],
    ['the long form, read only', [{ type: 'bind', source: './d', target: '/d', read_only: true }], []],
    ['a named volume, an absolute path, the home folder', ['v:/v', '/srv:/s', '~/x:/x', '/anonymous'], []],
    [
      'what lies in one that may be written',
      ['./d:/d', './d/c:/c:ro'],
      ['/d /home/p/s/d', '/c /home/p/s/d/c'],
    ],
    ['what it lies in', ['./d/e:/e', './d:/d:ro'], ['/e /home/p/s/d/e', '/d /home/p/s/d']],
    ['a neighbour with a like name is another', ['./data:/d', './data2:/e:ro'], ['/d /home/p/s/data']],
    ['the whole folder', ['.:/app', './c:/c:ro'], ['/app /home/p/s', '/c /home/p/s/c']],
    ['what lies beside it', ['../other:/o:ro'], ['/o /home/p/other']],
    ['a variable', ['${D:-./data}:/data'], ['/data /home/p/s/data']],
  ])('%s', (_, volumes, expected) => {
    expect(places(...volumes)).toEqual(expected)
  })
  test('a later file replaces the mount of an earlier one', () => {
    const own = ownBinds([{ volumes: ['./a:/x'] }, { volumes: ['./b:/x:ro'] }], variables, '/s')
    expect(own).toEqual([])
  })
})

test('of ours no container writes below its folder', () => {
  const stack = join(import.meta.dirname, '../../../assets/stack')
  for (const service of readdirSync(stack)) {
    const text = readFileSync(join(stack, service, 'compose.yaml'), 'utf8')
    const parsed = parseFile({ service, origin: 'ours', folder: '', file: '', text })
    if ('reason' in parsed) throw new Error(parsed.reason)
    const services = (parsed.value as { services: Record<string, unknown> }).services
    expect(ownBinds([services[service]], variables, '/x')).toEqual([])
  }
})

test.each(['[', '{a: ', '- ', '? '])(
  'fault 6: a file of nothing but %j is refused within a second',
  (part) => {
    const text = fragment(`command: ${part.repeat(60_000)}`)
    const took = processorTime()
    const read = parse(text)
    expect(took()).toBeLessThan(1000)
    expect(read).toMatchObject({ line: 5, reason: 'it nests more than 200 times' })
  },
)
