import { expect, test } from 'vitest'
import type { Machine } from '../../../main/system/setup/machine.ts'
import { meansOf } from '../../../main/system/docker/means.ts'
import { enginePackages, readPolicy } from '../../../main/system/setup/engine-packages.ts'
import { dockerEngine } from '../../../main/system/setup/docker-engine.ts'

/** What brings an engine, by the machine and the socket in use. */

interface Given {
  readonly tools?: readonly string[]
  readonly lists?: Readonly<Record<string, readonly string[]>>
  readonly files?: Readonly<Record<string, string>>
  readonly platform?: NodeJS.Platform
  readonly policy?: string
  readonly answers?: boolean
  readonly compose?: string
  readonly uid?: number
  readonly groups?: readonly number[]
}

function machine(given: Given): Machine {
  return {
    platform: given.platform ?? 'linux',
    person: { uid: given.uid ?? 1000, user: 'anna' },
    ...(given.groups === undefined ? {} : { groups: given.groups }),
    text: async (path) => await Promise.resolve(given.files?.[path]),
    list: async (path) => await Promise.resolve(given.lists?.[path] ?? []),
    link: async () => await Promise.resolve(undefined),
    answers: async () => await Promise.resolve(given.answers === true),
    tool: async (name) =>
      await Promise.resolve(given.tools?.includes(name) === true ? `/usr/bin/${name}` : undefined),
    output: async (tool) =>
      await Promise.resolve(
        tool === 'apt-cache' ? given.policy : tool === 'docker' ? given.compose : undefined,
      ),
  }
}

const SYSTEMD = { '/run/systemd': ['system'], '/usr/lib/systemd/system': ['docker.service'] }
const policy = (versions: Readonly<Record<string, string>>): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name}:\n  Installed: (none)\n  Candidate: ${version}\n  Version table:\n`)
    .join('')
const TRIXIE = policy({
  'docker.io': '26.1.5+dfsg1-9+b1',
  'docker-cli': '26.1.5',
  'docker-compose': '2.26.1-4',
})

test.each<[string, string, Given, object | undefined]>([
  [
    'Docker with systemd',
    '/var/run/docker.sock',
    { tools: ['dockerd'], lists: SYSTEMD },
    { kind: 'start', by: 'root', title: 'Docker', argv: ['systemctl', 'start', 'docker'] },
  ],
  [
    'Docker whose group the person joined since signing in: its socket comes anew and is lent again',
    '/run/docker.sock',
    { tools: ['dockerd'], lists: SYSTEMD, files: { '/etc/group': 'docker:x:9:anna\n' }, groups: [1000] },
    { kind: 'start', by: 'root', title: 'Docker', argv: ['systemctl', 'start', 'docker'], lends: true },
  ],
  [
    'Docker with a script',
    '/run/docker.sock',
    { tools: ['dockerd'], lists: { '/etc/init.d': ['docker'] } },
    { kind: 'start', by: 'root', argv: ['/etc/init.d/docker', 'start'] },
  ],
  ['Docker that nothing starts', '/run/docker.sock', { tools: ['dockerd'] }, undefined],
  [
    'no Docker, and a distribution that has one',
    '/run/docker.sock',
    { tools: ['apt-get'], policy: TRIXIE },
    { kind: 'install' },
  ],
  [
    'no Docker, and none that is new enough',
    '/run/docker.sock',
    { tools: ['apt-get'], policy: policy({ 'docker.io': '20.10.24+dfsg1' }) },
    undefined,
  ],
  ['no Docker and an unknown package manager', '/run/docker.sock', {}, undefined],
  [
    'rootless',
    '/run/user/1000/docker.sock',
    { tools: ['systemctl'] },
    { by: 'user', argv: ['systemctl', '--user', 'start', 'docker'] },
  ],
  [
    'Docker Desktop',
    '/home/anna/.docker/desktop/docker.sock',
    { tools: ['systemctl'] },
    { title: 'Docker Desktop', by: 'user' },
  ],
  [
    'Colima',
    '/home/anna/.colima/default/docker.sock',
    { tools: ['colima'] },
    { title: 'Colima', argv: ['colima', 'start'] },
  ],
  [
    'a profile of Colima',
    '/home/anna/.colima/big/docker.sock',
    { tools: ['colima'] },
    { argv: ['colima', 'start', '--profile', 'big'] },
  ],
  [
    'a profile of Colima that is an option',
    '/home/anna/.colima/-x/docker.sock',
    { tools: ['colima'] },
    undefined,
  ],
  ['Colima that is gone', '/home/anna/.colima/default/docker.sock', {}, undefined],
  [
    'Lima',
    '/home/anna/.lima/docker/sock/docker.sock',
    { tools: ['limactl'] },
    { argv: ['limactl', 'start', 'docker'] },
  ],
  ['Rancher Desktop', '/home/anna/.rd/docker.sock', { tools: ['rdctl'] }, { argv: ['rdctl', 'start'] }],
  ['OrbStack', '/Users/anna/.orbstack/run/docker.sock', { tools: ['orbctl'] }, { argv: ['orbctl', 'start'] }],
  [
    'Podman of the person',
    '/run/user/1000/podman/podman.sock',
    { tools: ['systemctl'] },
    { title: 'Podman', by: 'user' },
  ],
  [
    'Podman of the machine',
    '/run/podman/podman.sock',
    { lists: { '/run/systemd': ['system'], '/lib/systemd/system': ['podman.socket'] } },
    { title: 'Podman', by: 'root', argv: ['systemctl', 'start', 'podman.socket'] },
  ],
  ['a socket that nobody knows', '/tmp/docker.sock', { tools: ['dockerd'], lists: SYSTEMD }, undefined],
  [
    'Docker Desktop on a Mac',
    '/var/run/docker.sock',
    { platform: 'darwin', lists: { '/Applications': ['Docker.app'] } },
    { title: 'Docker Desktop', argv: ['open', '-g', '-a', 'Docker'] },
  ],
])('%s', async (_, path, given, means) => {
  const found = await meansOf({ kind: 'socket', path }, 'absent', machine(given))
  if (means === undefined) expect(found).toBeUndefined()
  else expect(found).toMatchObject(means)
})

test.each([
  ['may not be used', 'denied', { kind: 'join' }],
  ['is too old', 'old', undefined],
  ['is slow', 'slow', undefined],
] as const)('an engine that runs and %s is not started', async (_, code, means) => {
  const given = { tools: ['dockerd', 'apt-get'], lists: SYSTEMD, policy: TRIXIE }
  expect(await meansOf({ kind: 'socket', path: '/run/docker.sock' }, code, machine(given))).toEqual(means)
})

test('an engine on another machine is not ours to start', async () => {
  expect(await meansOf({ kind: 'tcp', host: 'nas', port: 2375 }, 'absent', machine({}))).toBeUndefined()
})

test.each<[string, Given, readonly string[] | undefined]>([
  ['Debian 13', { tools: ['apt-get'], policy: TRIXIE }, ['docker.io', 'docker-cli', 'docker-compose']],
  [
    'Ubuntu',
    {
      tools: ['apt-get'],
      policy: policy({
        'docker.io': '27.5.1-0ubuntu3',
        'docker-compose-v2': '2.33.0',
        'docker-compose': '1.29.2-6',
      }),
    },
    ['docker.io', 'docker-compose-v2'],
  ],
  [
    'Debian without a Compose that would do',
    { tools: ['apt-get'], policy: policy({ 'docker.io': '26.1.5', 'docker-compose': '1.29.2-3' }) },
    ['docker.io'],
  ],
  ['Fedora', { tools: ['dnf'] }, ['moby-engine', 'docker-cli', 'docker-compose']],
  ['openSUSE', { tools: ['zypper'] }, ['docker', 'docker-compose']],
  ['Arch', { tools: ['pacman'] }, ['docker', 'docker-compose']],
  ['Alpine', { tools: ['apk'] }, ['docker', 'docker-cli-compose']],
  ['a Mac', { platform: 'darwin', tools: ['dnf'] }, undefined],
])('the packages of %s', async (_, given, names) => {
  expect((await enginePackages(machine(given)))?.names).toEqual(names)
})

test('a package that has no candidate is none, and an epoch is no version', () => {
  expect([...readPolicy(policy({ a: '(none)', b: '5:27.0.1-1' }))]).toEqual([['b', '27.0.1-1']])
})

const usual = async (): Promise<boolean> => await Promise.resolve(true)
const step = async (given: Given, isUsual = usual) => await dockerEngine(machine(given), isUsual).plan()

test('where there is none it is one change: packages, unit, group, with what membership means', async () => {
  const plan = await step({ tools: ['apt-get'], policy: TRIXIE })
  expect(plan).toMatchObject({
    inPlace: false,
    change: {
      id: 'docker',
      title: 'Install Docker and Compose',
      verbs: [
        { verb: 'install', names: ['docker.io', 'docker-cli', 'docker-compose'] },
        { verb: 'enable', unit: 'docker.service' },
        { verb: 'group', group: 'docker' },
      ],
    },
  })
  expect(plan?.change.price).toContain('what root can')
  expect(plan?.change.price).toContain('/var/lib/docker stay')
})

test.each<[string, Given, string | undefined]>([
  [
    'that the person may not use: they join',
    { tools: ['dockerd'], lists: { '/run': ['docker.sock'] }, compose: '2.26.1' },
    'Let you use Docker',
  ],
  [
    'of which they are a member in a session from before',
    {
      tools: ['dockerd'],
      lists: { '/run': ['docker.sock'] },
      files: { '/etc/group': 'docker:x:9:bob,anna\n' },
      compose: '2.26.1',
    },
    undefined,
  ],
  [
    'of which they became a member since signing in, and whose socket came anew: it is lent again',
    {
      tools: ['dockerd'],
      lists: { '/run': ['docker.sock'] },
      files: { '/etc/group': 'docker:x:9:bob,anna\n' },
      groups: [1000],
      compose: '2.26.1',
    },
    'Let you use Docker',
  ],
  [
    'whose group the session has: what its socket then refuses has another cause',
    {
      tools: ['dockerd'],
      lists: { '/run': ['docker.sock'] },
      files: { '/etc/group': 'docker:x:9:bob,anna\n' },
      groups: [1000, 9],
      compose: '2.26.1',
    },
    undefined,
  ],
  [
    'that answers',
    { tools: ['dockerd'], lists: { '/run': ['docker.sock'] }, answers: true, compose: 'v2.26.1' },
    undefined,
  ],
  ['that does not run', { tools: ['dockerd'], compose: '2.26.1' }, undefined],
  [
    'without Compose',
    { tools: ['dockerd', 'apt-get'], answers: true, policy: TRIXIE },
    'Install Docker Compose',
  ],
])('of a Docker %s', async (_, given, title) => {
  expect((await step(given))?.change.title).toBe(title)
})

test('who is a member since signing in is told so, and what the socket is until then', async () => {
  const plan = await step({
    tools: ['dockerd'],
    lists: { '/run': ['docker.sock'] },
    files: { '/etc/group': 'docker:x:9:bob,anna\n' },
    groups: [1000],
    compose: '2.26.1',
  })
  expect(plan?.change.price).toMatch(/^Until your next sign-in its socket belongs to you/)
  expect(plan?.says).toContain('because you signed in before you were in the group docker')
})

test('root joins no group, and an engine that somebody else keeps is not installed', async () => {
  const plan = await step({ tools: ['dnf'], uid: 0 })
  expect(plan?.change.verbs.map(({ verb }) => verb)).toEqual(['install', 'enable'])
  expect(await step({ tools: ['dnf'] }, async () => await Promise.resolve(false))).toBeUndefined()
})
