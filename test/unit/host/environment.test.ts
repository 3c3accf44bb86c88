import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLink } from '../../../main/system/docker/link.ts'
import { ownDockerConfig } from '../../../main/system/docker/own-config.ts'
import { endpointEnvironment, proxiesFor, toolEnvironment } from '../../../main/system/host/environment.ts'
import { findTool, findTools, searchPath } from '../../../main/system/host/tool.ts'
import { openNode, openKind } from '../../../main/system/kind/commands.ts'
import { composeConfig, composeCreate, composeVersion } from '../../../main/system/stack/compose.ts'
import { openMachine } from '../../../main/system/setup/machine.ts'

/** Variables of a person's shell that steer node, docker, compose, kind, kubectl or what they load. */
const foreign = {
  NODE_OPTIONS: '--require=/evil.js',
  NODE_EXTRA_CA_CERTS: '/x',
  DOCKER_DEFAULT_PLATFORM: 'linux/s390x',
  DOCKER_API_VERSION: '1.12',
  DOCKER_CONTEXT: 'far',
  DOCKER_HOST: 'tcp://far:1',
  DOCKER_CONFIG: '/far',
  DOCKER_CONTENT_TRUST: '1',
  DOCKER_CUSTOM_HEADERS: 'a=b',
  DOCKER_BUILDKIT: '0',
  BUILDKIT_PROGRESS: 'plain',
  COMPOSE_FILE: '/evil.yaml',
  COMPOSE_PROJECT_NAME: 'other',
  COMPOSE_PROFILES: 'x',
  COMPOSE_DISABLE_ENV_FILE: '1',
  MACULA_SUFFIX: 'evil.test',
  MACULA_SECRET_X: 'y',
  KUBECONFIG: '/evil',
  KIND_EXPERIMENTAL_DOCKER_NETWORK: 'other',
  KIND_EXPERIMENTAL_PROVIDER: 'podman',
  HTTP_PROXY: 'http://proxy:3128',
  https_proxy: 'http://proxy:3128',
  ALL_PROXY: 'socks5://proxy',
  NO_PROXY: 'a.b',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://far',
  GODEBUG: 'netdns=go',
  LD_PRELOAD: '/evil.so',
  LANG: 'de_DE.UTF-8',
  TAG: 'mine',
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-env-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A program that writes what it was run with beside itself. */
function spy(name: string, more = ''): { readonly path: string; readonly seen: () => string } {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const path = join(bin, name)
  const seen = join(folder, `${name}.seen`)
  writeFileSync(path, `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } > '${seen}'\n${more}`)
  chmodSync(path, 0o755)
  return { path, seen: () => readFileSync(seen, 'utf8') }
}

/** Names of variables in the output of env that none of ours is. */
function foreignIn(text: string): readonly string[] {
  return Object.keys(foreign).filter((name) => new RegExp(`^${name}=`, 'm').test(text))
}

describe('what docker, compose and kind get of the environment', () => {
  const socket = { kind: 'socket', path: '/run/x.sock' } as const

  it('is who the person is and where tools lie, and nothing else', () => {
    const own = { HOME: '/home/ann', USER: 'ann', LOGNAME: '', XDG_RUNTIME_DIR: '/run/user/7' }
    const { PATH, ...rest } = toolEnvironment({ ...own, ...foreign, PATH: '/opt/x' })
    expect(rest).toEqual({ HOME: '/home/ann', USER: 'ann', XDG_RUNTIME_DIR: '/run/user/7' })
    expect(PATH?.split(':').slice(0, 2)).toEqual(['/opt/x', '/usr/local/sbin'])
  })

  it.each([
    [socket, { DOCKER_HOST: 'unix:///run/x.sock' }],
    [{ kind: 'tcp', host: 'far', port: 2375 }, { DOCKER_HOST: 'tcp://far:2375' }],
    [{ kind: 'tcp', host: '::1', port: 2375 }, { DOCKER_HOST: 'tcp://[::1]:2375' }],
    [
      {
        kind: 'tcp',
        host: 'far',
        port: 2376,
        tls: { folder: '/certs', ca: Buffer.of(), cert: Buffer.of(), key: Buffer.of() },
      },
      { DOCKER_HOST: 'tcp://far:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' },
    ],
    [{ kind: 'unusable', says: '', todo: '' }, {}],
  ] as const)('leads to the engine that we speak to: %j', (endpoint, expected) => {
    expect(endpointEnvironment(endpoint)).toEqual(expected)
  })

  it('compose create: none of the shell’s variables, our own configuration', async () => {
    const docker = spy('docker', 'cat > /dev/null\n')
    const made = await composeCreate({
      folder,
      project: 'services: {}',
      services: ['web'],
      endpoint: socket,
      env: { HOME: folder, ...foreign },
      docker: docker.path,
      config: join(folder, 'ours'),
      progress: 'json',
      onStep: () => undefined,
      signal: new AbortController().signal,
    })
    expect(made).toEqual({ kind: 'done', errors: [] })
    expect(foreignIn(docker.seen()).filter((name) => !/^DOCKER_(?:HOST|CONFIG)$/.test(name))).toEqual([])
    expect(docker.seen()).toContain(`DOCKER_CONFIG=${join(folder, 'ours')}\n`)
    expect(docker.seen()).toContain('DOCKER_HOST=unix:///run/x.sock\n')
  })

  it('compose config: what the file of variables cannot hold, and none of the shell’s variables', async () => {
    const docker = spy('docker', 'cat > /dev/null; echo "{}"\n')
    const read = await composeConfig({
      folder,
      project: 'services: {}',
      env: { HOME: folder, ...foreign },
      variables: { PASSWORD: "a'b\\c" },
      docker: docker.path,
      config: join(folder, 'ours'),
      signal: new AbortController().signal,
    })
    expect(read).toEqual({ text: '{}', errors: [] })
    expect(docker.seen()).toContain("PASSWORD=a'b\\c\n")
    expect(foreignIn(docker.seen())).toEqual(['DOCKER_CONFIG'])
  })

  it('compose version, and docker in a node', async () => {
    const docker = spy('docker', 'echo 2.30.1\n')
    expect(await composeVersion(docker.path, { HOME: folder, ...foreign }, '/ours')).toBe('2.30.1')
    expect(foreignIn(docker.seen())).toEqual(['DOCKER_CONFIG'])
    const env = { ...foreign, HOME: folder, PATH: join(folder, 'bin') }
    const node = openNode({ env, endpoint: socket, config: '/ours', direct: [] })
    expect((await node.kubectl('n', ['get'])).ok).toBe(true)
    expect(foreignIn(docker.seen())).toEqual(['DOCKER_HOST', 'DOCKER_CONFIG'])
  })

  it('kind: its nodes get the proxies, and nothing of ours goes through them', async () => {
    const kind = spy('kind')
    const tools = {
      env: { HOME: folder, ...foreign },
      endpoint: { kind: 'tcp', host: 'engine', port: 2375 },
      config: '/ours',
      direct: ['.macula.local', '172.23.0.0/16'],
    } as const
    await openKind(kind.path, tools).kubeconfig('macula')
    expect(kind.seen()).toContain('HTTP_PROXY=http://proxy:3128\n')
    expect(kind.seen()).toContain('HTTPS_PROXY=http://proxy:3128\n')
    expect(kind.seen()).toContain('NO_PROXY=a.b,engine,.macula.local,172.23.0.0/16\n')
    expect(kind.seen()).toContain('KIND_EXPERIMENTAL_PROVIDER=docker\n')
    expect(kind.seen()).not.toMatch(/^(?:KIND_EXPERIMENTAL_DOCKER_NETWORK|KUBECONFIG|ALL_PROXY)=/m)
  })

  it.each([
    [{ HTTP_PROXY: 'http://127.0.0.1:3128' }, {}],
    [{ http_proxy: 'http://localhost:3128', HTTPS_PROXY: '' }, {}],
    [{ HTTPS_PROXY: 'http://[::1]:1' }, {}],
    [{ NO_PROXY: 'x' }, {}],
    [{ https_proxy: 'http://p:1' }, { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'ours' }],
  ])('proxies %j in a node: %j', (env, expected) => {
    expect(proxiesFor(env, ['ours'])).toEqual(expected)
  })

  it('a program of set-up speaks English whatever the locale is', async () => {
    const tool = spy('resolvectl', 'echo "$LC_ALL"\n')
    expect(await openMachine().output(tool.path, [])).toBe('C\n')
  })
})

describe('docker’s configuration', () => {
  it('is ours; of the person’s only the places of plugins are taken over', async () => {
    const home = join(folder, 'home')
    mkdirSync(join(home, '.docker'), { recursive: true })
    writeFileSync(
      join(home, '.docker', 'config.json'),
      JSON.stringify({
        proxies: { default: { httpProxy: 'http://proxy:3128' } },
        currentContext: 'far',
        credsStore: 'x',
        plugins: { x: { hooks: 'create' } },
        cliPluginsExtraDirs: ['/opt/plugins'],
      }),
    )
    const ours = await ownDockerConfig(folder, { HOME: home })
    expect(JSON.parse(readFileSync(join(ours, 'config.json'), 'utf8'))).toEqual({
      cliPluginsExtraDirs: [join(home, '.docker', 'cli-plugins'), '/opt/plugins'],
    })
  })

  it.each([
    ['none', undefined],
    ['one that is no JSON', '{'],
    ['one with plugins of another kind', '{"cliPluginsExtraDirs": 7}'],
  ])('%s is no failure, and neither is a folder that cannot be written', async (_, text) => {
    if (text !== undefined) writeFileSync(join(folder, 'config.json'), text)
    const ours = await ownDockerConfig(folder, { DOCKER_CONFIG: folder })
    expect(JSON.parse(readFileSync(join(ours, 'config.json'), 'utf8'))).toEqual({
      cliPluginsExtraDirs: [join(folder, 'cli-plugins')],
    })
    const file = join(folder, 'docker', 'config.json')
    expect(await ownDockerConfig(file, { DOCKER_CONFIG: folder })).toBe(join(file, 'docker'))
  })

  it.each([
    { DOCKER_HOST: 'nonsense' },
    { DOCKER_HOST: 'tcp://far:2376', DOCKER_CERT_PATH: '/nowhere', DOCKER_TLS_VERIFY: '1' },
    { DOCKER_HOST: 'tcp://far:1', DOCKER_PATH_PREFIX: '/evil', DOCKER_CLIENT_TIMEOUT: '1' },
  ])('what docker-modem reads by itself has no effect: %j', async (variables) => {
    const before = { ...process.env }
    Object.assign(process.env, variables)
    try {
      const { calls } = await openLink('tcp://near:2375', {})
      expect(calls.modem).toMatchObject({ host: 'near', port: 2375, protocol: 'http' })
      expect(JSON.stringify(calls.modem)).not.toContain('evil')
      expect(calls.modem).toMatchObject({ timeout: undefined, ca: undefined })
      expect(process.env).toMatchObject(variables)
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name]
      Object.assign(process.env, before)
    }
  })
})

describe('where tools are found', () => {
  it.each([
    ['no PATH', {}],
    ['an empty one', { PATH: '' }],
    ['a relative one', { PATH: '.:bin:' }],
    ['a cron’s', { PATH: '/usr/bin:/bin' }],
  ])('with %s they are looked for in the usual folders', async (_, env) => {
    const machine = join(folder, 'machine')
    for (const place of ['/usr/sbin', '/usr/bin', '/usr/local/bin', '/home/ann/.local/bin']) {
      mkdirSync(join(machine, place), { recursive: true })
      writeFileSync(join(machine, place, `tool${place.replaceAll('/', '-')}`), '', { mode: 0o755 })
    }
    const all = { HOME: '/home/ann', ...env }
    for (const name of ['tool-usr-sbin', 'tool-usr-bin', 'tool-usr-local-bin', 'tool-home-ann-.local-bin'])
      expect(await findTool(name, all, machine), name).toBeDefined()
    expect(searchPath(all).filter((place) => !place.startsWith('/'))).toEqual([])
  })

  it('PATH comes first, each folder once, and what cannot be run is none', async () => {
    spy('tool')
    writeFileSync(join(folder, 'tool'), '', { mode: 0o644 })
    const found = await findTools('tool', { PATH: `${folder}:${folder}/bin:${folder}/bin` })
    expect(found).toEqual([join(folder, 'bin', 'tool')])
  })

  it('set-up looks where everything else does', async () => {
    const machine = join(folder, 'machine')
    mkdirSync(join(machine, '/usr/local/sbin'), { recursive: true })
    writeFileSync(join(machine, '/usr/local/sbin/only-there'), '', { mode: 0o755 })
    expect(await openMachine(machine).tool('only-there')).toBe(join(machine, '/usr/local/sbin/only-there'))
  })
})
