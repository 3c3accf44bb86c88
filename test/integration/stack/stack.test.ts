import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StackAdapter } from '../../../main/engine/adapters.ts'
import { namesOfContainer } from '../../../main/model/network-names.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import type { findTool } from '../../../main/system/host/tool.ts'
import { openStack } from '../../../main/system/stack/open-stack.ts'
import {
  CANARY,
  endpoint,
  fragmentText,
  openFixture,
  settings,
  type Fixture,
} from '../../unit/stack/fixture.ts'

const { project } = settings
const raw = new Docker()
const docker = await openDocker(settings, process.env)
const never = new AbortController().signal
const says: string[] = []
const onStep = (service: string, word: string): void => void says.push(`${service} ${word}`)

async function clear(): Promise<void> {
  const containers = await raw.listContainers({ all: true })
  const made = containers.filter(({ Names: names }) => names.some((name) => name.startsWith(`/${project}-`)))
  await Promise.all(made.map(({ Id: id }) => raw.getContainer(id).remove({ force: true })))
  const { Volumes: volumes } = await raw.listVolumes()
  const ours = volumes.filter(({ Name: name }) => name.startsWith(`${project}_`))
  await Promise.all(ours.map(({ Name: name }) => raw.getVolume(name).remove()))
}

let fixture: Fixture
let stack: StackAdapter
let services: readonly ServiceSpec[]

function open(
  env: Readonly<Record<string, string | undefined>> = process.env,
  find?: typeof findTool,
): StackAdapter {
  return openStack({ ...fixture, settings, env, now: () => Date.now(), ...(find ? { find } : {}) })
}

beforeAll(async () => {
  await clear()
  await docker.ensureNetwork()
})
beforeEach(() => {
  fixture = openFixture()
  stack = open()
  says.length = 0
  const more = `    volumes: [ 'data:/data', './app.conf:/etc/app.conf:ro' ]
    environment: { PASSWORD: '\${MACULA_SECRET_WEB_PASSWORD:?set by macula}', SUFFIX: '\${MACULA_SUFFIX:-none}' }
`
  services = [
    fixture.put('web', {
      'compose.yaml': `${fragmentText('web', more)}volumes:\n  data: {}\n`,
      'app.conf': 'one\n',
    }),
    fixture.put('web-ui', { 'compose.yaml': fragmentText('web-ui') }),
    fixture.put('other', { 'compose.yaml': fragmentText('other') }),
  ]
})
afterEach(async () => {
  await clear()
  fixture.clear()
})
afterAll(() => docker.removeNetwork())

async function idOf(id: string): Promise<string | undefined> {
  return (await docker.containers()).find((one) => one.service === id)?.id
}

describe('compose makes containers from the rendered copy', () => {
  it('only those that are named, not started, with our labels, secrets and files; a second time nothing', async () => {
    const { services: rendered } = await stack.render(services, { publish: false })
    await stack.create(['web', 'web-ui'], onStep, never)
    const seen = await docker.containers()
    expect(seen.map(({ service, state, name }) => `${service} ${state} ${name}`).sort()).toEqual([
      `web created ${project}-web-1`,
      `web-ui created ${project}-web-ui-1`,
    ])
    expect(says).toContain('web Created')
    expect(says).toContain('web-ui Created')
    for (const { service, config } of seen)
      expect(config).toBe(rendered.find(({ id }) => id === service)?.config)
    const web = await raw.getContainer((await idOf('web')) ?? '').inspect()
    expect(web.Config.Env).toContain(`PASSWORD=${CANARY}WEBPASSWORD`)
    expect(web.Config.Env).toContain('SUFFIX=macula.test')
    const volume = await raw.getVolume(`${project}_data`).inspect()
    expect(volume.Labels).toMatchObject({ 'dev.macula.project': project })
    await docker.start(web.Id)
    expect(execFileSync('docker', ['exec', web.Id, 'cat', '/etc/app.conf'], { encoding: 'utf8' })).toBe(
      'one\n',
    )

    says.length = 0
    await stack.create(['web', 'web-ui'], onStep, never)
    expect(says.filter((one) => one !== 'web Running')).toEqual([])
    expect((await docker.containers()).map(({ id }) => id).sort()).toEqual(seen.map(({ id }) => id).sort())
    expect(await docker.inspect(web.Id)).toMatchObject({ state: 'running' })
  })

  it('makes anew what changed, and nothing else; data stays', async () => {
    await stack.render(services, { publish: false })
    await stack.create(['web', 'web-ui'], onStep, never)
    const before = { web: await idOf('web'), ui: await idOf('web-ui') }
    await docker.start(before.web ?? '')
    execFileSync('docker', ['exec', before.web ?? '', 'sh', '-c', 'echo kept > /data/x'])
    writeFileSync(join(services[0]?.folder ?? '', 'app.conf'), 'two\n')
    const { services: rendered } = await stack.render(services, { publish: true })
    await stack.create(['web', 'web-ui'], onStep, never)
    const web = await idOf('web')
    expect(web).not.toBe(before.web)
    expect(await idOf('web-ui')).toBe(before.ui)
    expect(await docker.inspect(web ?? '')).toMatchObject({
      state: 'created',
      config: rendered[0]?.config,
    })
    expect(says).toContain('web Recreated')
    await docker.start(web ?? '')
    const read = execFileSync('docker', ['exec', web ?? '', 'cat', '/data/x', '/etc/app.conf'], {
      encoding: 'utf8',
    })
    expect(read).toBe('kept\ntwo\n')
  })

  it('by further names, beside its id, whatever way its fragment writes the network', async () => {
    const listed = fragmentText('web-ui').replace('networks: { macula: {} }', 'networks: [macula]')
    const named = [
      fixture.put(
        'web',
        { 'compose.yaml': fragmentText('web') },
        { aliases: ['macula-web'], endpoints: [endpoint({ name: 'web' })] },
      ),
      fixture.put(
        'web-ui',
        { 'compose.yaml': listed },
        { aliases: ['macula-web-ui'], endpoints: [endpoint({ name: 'web-ui' })] },
      ),
    ]
    await stack.render(named, { publish: false })
    await stack.create(['web', 'web-ui'], onStep, never)
    for (const id of ['web', 'web-ui']) {
      const made = await raw.getContainer((await idOf(id)) ?? '').inspect()
      const own = namesOfContainer(named, settings.suffix, id)
      expect(own).not.toEqual([])
      expect(made.NetworkSettings.Networks[project]?.Aliases).toEqual(
        expect.arrayContaining([id, `macula-${id}`, ...own]),
      )
    }
  })

  it('is not led astray by the person’s environment or a .env where they are', async () => {
    const env = {
      ...process.env,
      COMPOSE_FILE: '/nonexistent.yaml',
      COMPOSE_PROJECT_NAME: 'evil',
      MACULA_SUFFIX: 'evil.test',
      MACULA_SECRET_WEB_PASSWORD: 'evil',
      DOCKER_HOST: 'unix:///var/run/docker.sock',
    }
    stack = open(env)
    await stack.render(services, { publish: false })
    await stack.create(['web'], onStep, never)
    const web = await raw.getContainer((await idOf('web')) ?? '').inspect()
    expect(web.Config.Env?.join('\n')).not.toContain('evil')
  })
})

describe('what compose refuses is told, and the others are made (faults 6, 28, 29)', () => {
  it('a fragment that compose cannot read', async () => {
    const bad = fixture.put('bad', { 'compose.yaml': fragmentText('bad', '    imge: x\n') })
    await stack.render([...services, bad], { publish: false })
    await expect(stack.create(['web-ui', 'bad'], onStep, never)).rejects.toMatchObject({
      trouble: { what: '2 containers cannot be created.', why: expect.stringContaining('imge') },
    })
    await stack.create(['web-ui'], onStep, never)
    expect(await idOf('web-ui')).toBeDefined()
    await expect(stack.create(['bad'], onStep, never)).rejects.toMatchObject({
      trouble: { kind: 'failed', what: 'bad cannot be created.', why: expect.stringContaining('imge') },
    })
  })

  it('an image that is not there', async () => {
    const [web] = services
    if (!web) throw new Error('no service')
    const text = readFileSync(join(web.folder, 'compose.yaml'), 'utf8')
    writeFileSync(join(web.folder, 'compose.yaml'), text.replace('macula-test/base', 'macula-test/absent:1'))
    // As the catalog reads it.
    const changed = { ...web, runtime: { kind: 'container', image: 'macula-test/absent:1' } } as const
    await stack.render([changed, ...services.slice(1)], { publish: false })
    const failed = stack.create(['web'], onStep, never)
    await expect(failed).rejects.toMatchObject({
      trouble: { what: expect.stringContaining('macula-test/absent:1') },
    })
    await failed.catch((error: Error) => expect(error.message).not.toContain(CANARY))
  })

  it('an interruption, before and in the middle; the next run makes what is missing', async () => {
    await stack.render(services, { publish: false })
    await expect(stack.create(['web'], onStep, AbortSignal.abort())).rejects.toMatchObject({
      trouble: { kind: 'refused' },
    })
    expect(await idOf('web')).toBeUndefined()
    const stop = new AbortController()
    const running = stack.create(['web', 'web-ui', 'other'], () => stop.abort(), stop.signal)
    await running.catch((error: unknown) => expect(error).toMatchObject({ trouble: { kind: 'refused' } }))
    await stack.create(['web', 'web-ui', 'other'], onStep, never)
    expect((await docker.containers()).map(({ name }) => name).sort()).toEqual([
      `${project}-other-1`,
      `${project}-web-1`,
      `${project}-web-ui-1`,
    ])
  })

  it('no docker command, and no compose plugin', async () => {
    const bin = join(fixture.paths.config, 'bin')
    mkdirSync(bin, { recursive: true })
    const program = join(bin, 'docker')
    writeFileSync(program, '#!/bin/sh\necho "unknown flag: --progress" >&2\nexit 125\n')
    chmodSync(program, 0o755)
    stack = open({ HOME: fixture.paths.config, PATH: bin })
    await stack.render(services, { publish: false })
    await expect(stack.create(['web'], onStep, never)).rejects.toMatchObject({
      trouble: { kind: 'outside', todo: expect.stringContaining('Compose plugin') },
    })
    rmSync(program)
    // The machine that runs this test has one in the usual folders.
    stack = open({ HOME: fixture.paths.config, PATH: bin }, () => Promise.resolve(undefined))
    await stack.render(services, { publish: false })
    await expect(stack.create(['web'], onStep, never)).rejects.toMatchObject({
      trouble: { kind: 'outside' },
    })
  })

  it('the person’s proxies, platform, API version and context change nothing of what is made', async () => {
    const home = fixture.paths.config
    const proxies = { default: { httpProxy: 'http://proxy.test:3128', noProxy: 'x.test' } }
    mkdirSync(join(home, '.docker'), { recursive: true })
    writeFileSync(join(home, '.docker', 'config.json'), JSON.stringify({ proxies, currentContext: 'gone' }))
    const env = {
      HOME: home,
      PATH: '',
      DOCKER_HOST: process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock',
      DOCKER_DEFAULT_PLATFORM: 'linux/s390x',
      DOCKER_API_VERSION: '1.12',
      HTTP_PROXY: 'http://proxy.test:3128',
      ALL_PROXY: 'socks5://proxy.test:1',
      COMPOSE_PROJECT_NAME: 'other',
    }
    stack = open(env)
    await stack.render(services, { publish: false })
    await stack.create(['web'], onStep, never)
    const made = await raw.getContainer((await idOf('web')) ?? '').inspect()
    expect(made.Config.Env.filter((one) => /proxy/i.test(one))).toEqual([])
    expect(made.Config.Labels['com.docker.compose.project']).toBe(project)
    expect(await stack.composeVersion()).toMatch(/^\d+\.\d+/)
  })

  it('speaks compose 5’s JSON, and gives it no secret by argument or environment (fault 35)', async () => {
    const bin = join(fixture.paths.config, 'bin')
    mkdirSync(bin, { recursive: true })
    const program = join(bin, 'docker')
    const seen = join(fixture.paths.config, 'seen')
    writeFileSync(
      program,
      `#!/bin/sh
{ printf '%s\\n' "$@"; env; cat; } > '${seen}'
echo '{"id":"Container ${project}-web-1","status":"Working","text":"Creating"}' >&2
echo '{"id":"Container ${project}-web-1","status":"Done","text":"Created"}' >&2
echo '{"error":true,"message":"it hates ${CANARY}WEBPASSWORD"}' >&2
exit 1
`,
    )
    chmodSync(program, 0o755)
    stack = open({ HOME: fixture.paths.config, PATH: `${bin}:/usr/bin:/bin` })
    await stack.render(services, { publish: false })
    const failed = stack.create(['web'], onStep, never)
    await expect(failed).rejects.toMatchObject({ trouble: { why: 'Compose says: it hates ••••' } })
    expect(says).toEqual(['web Creating', 'web Created'])
    expect(readFileSync(seen, 'utf8')).toContain('--progress\njson\n')
    expect(readFileSync(seen, 'utf8')).not.toContain('Canary')
  })
})

describe('what is not ours is never changed (fault 30)', () => {
  const base = { Image: 'macula-test/base', Entrypoint: ['sleep', 'infinity'] }

  it.each([
    [
      'of another project with our name',
      `${project}-web-9`,
      { 'com.docker.compose.project': project, 'com.docker.compose.service': 'web' },
    ],
    ['with the name ours would have', `${project}-web-1`, {}],
  ])('a container %s', async (_, name, labels) => {
    const foreign = await raw.createContainer({ ...base, name, Labels: labels })
    await foreign.start()
    await stack.render(services, { publish: false })
    await expect(stack.create(['web'], onStep, never)).rejects.toMatchObject({
      trouble: { what: expect.stringContaining(`a container ${name} that Macula did not create`) },
    })
    expect((await foreign.inspect()).State.Running).toBe(true)
    // Others do not suffer.
    await stack.create(['web-ui'], onStep, never)
    expect(await idOf('web-ui')).toBeDefined()
  })

  it('a volume with the name ours would have', async () => {
    await raw.createVolume({ Name: `${project}_data`, Labels: { 'com.docker.compose.project': project } })
    const before = await raw.getVolume(`${project}_data`).inspect()
    await stack.render(services, { publish: false })
    await expect(stack.create(['web'], onStep, never)).rejects.toMatchObject({
      trouble: { what: expect.stringContaining(`a volume ${project}_data that Macula did not create`) },
    })
    expect(await raw.getVolume(`${project}_data`).inspect()).toEqual(before)
    expect(await idOf('web')).toBeUndefined()
  })
})

describe('our own catalog', () => {
  it('is rendered whole, compose accepts it, and nginx its routes', async () => {
    const assets = join(import.meta.dirname, '..', '..', '..', 'assets')
    const { services: all, problems } = await readCatalog({ ...fixture.paths, assets }, settings, process.env)
    expect(problems).toEqual([])
    const { services: rendered, refused } = await stack.render(all, { publish: true })
    expect(refused).toEqual([])
    expect(rendered.length).toBeGreaterThanOrEqual(14)
    const args = ['compose', '--project-directory', fixture.rendered, 'config', '--services']
    const names = execFileSync('docker', args, { encoding: 'utf8', cwd: fixture.rendered }).trim().split('\n')
    expect(names.sort()).toEqual(rendered.map(({ id }) => id).sort())
    const ingress = join(fixture.rendered, 'ingress')
    const mounts = [
      `${ingress}/nginx.conf:/etc/nginx/nginx.conf:ro`,
      `${ingress}/snippets:/etc/nginx/snippets:ro`,
      `${ingress}/routes:/etc/nginx/macula:ro`,
    ]
    const check = [
      'run',
      '--rm',
      '--network',
      'none',
      ...mounts.flatMap((mount) => ['-v', mount]),
      '--entrypoint',
      'nginx',
      'macula-test/base',
      '-t',
    ]
    execFileSync('docker', check, { stdio: 'pipe' })
  })
})
