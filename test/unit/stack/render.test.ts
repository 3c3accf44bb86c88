import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { ServiceSpec, Settings } from '../../../main/model/service.ts'
import { expectStack, renderStack, type Rendering } from '../../../main/system/stack/render.ts'
import {
  CANARY,
  endpoint,
  filesIn,
  fragmentText,
  openFixture,
  service,
  settings,
  type Fixture,
} from './fixture.ts'
import { clusterRuntime } from '../cluster/spec.ts'

let fixture: Fixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.clear())

async function render(services: readonly ServiceSpec[], more: Partial<Settings> = {}, publish = false) {
  const { paths, secrets, env } = fixture
  const now = Date.parse('2026-11-23T20:00:00.000Z')
  return await renderStack({ paths, secrets, env, settings: { ...settings, ...more }, now }, services, {
    publish,
  })
}

const configOf = (result: Awaited<ReturnType<typeof render>>, id: string): string | undefined =>
  result.services.find((one) => one.id === id)?.config

const rendered = (path: string): string => readFileSync(join(fixture.rendered, path), 'utf8')

const volume = `    volumes: [ 'data:/data', './app.conf:/etc/app.conf:ro' ]\n`
const secret = `    environment: { PASSWORD: '\${MACULA_SECRET_WEB_PASSWORD:?set by macula}' }\n`

function small(): readonly ServiceSpec[] {
  return [
    fixture.put(
      'web',
      {
        'compose.yaml': `${fragmentText('web', volume + secret)}volumes:\n  data: {}\n`,
        'app.conf': 'listen 80\n',
        'init/run.sh': '#!/bin/sh\n',
      },
      {
        endpoints: [
          endpoint({ name: 'web', target: 8080, ingress: '/' }),
          endpoint({ id: 'b', target: 8080 }),
        ],
      },
    ),
    fixture.put('ingress', { 'compose.yaml': fragmentText('ingress'), 'nginx.conf': 'events {}\n' }),
    service('console', { runtime: clusterRuntime('console') }),
  ]
}

describe('the rendered copy', () => {
  it('names volumes as Compose does, with variables filled in', async () => {
    const named = `${fragmentText('web', volume)}volumes:\n  data: { name: '\${MACULA_NETWORK:-macula}_own' }\n`
    const result = await render([fixture.put('web', { 'compose.yaml': named, 'app.conf': '' })])
    expect(result.services[0]?.volumes).toEqual(['macula-it-stack_own'])
  })

  it('is the fragments with their files, an override each, a project that includes them, and variables', async () => {
    const result = await render(small())
    expect(result.keptAside).toEqual([])
    expect(result.refused).toEqual([])
    expect(result.services).toEqual([
      {
        id: 'web',
        image: 'macula-test/base',
        config: expect.stringMatching(/^[0-9a-f]{16}$/),
        labels: expect.objectContaining({ 'dev.macula.service': 'web' }),
        volumes: ['macula-it-stack_data'],
      },
      {
        id: 'ingress',
        image: 'macula-test/base',
        config: expect.stringMatching(/^[0-9a-f]{16}$/),
        labels: expect.objectContaining({ 'dev.macula.service': 'ingress' }),
        volumes: [],
        revision: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    ])
    const files = filesIn(fixture.rendered)
    expect([...files].map(([path, { mode }]) => `${mode} ${path}`)).toEqual([
      '600 .env',
      '600 .manifest.json',
      '644 compose.yaml',
      '644 ingress/compose.yaml',
      '644 ingress/home/-/nowhere.html',
      '644 ingress/home/-/page/window.css',
      '644 ingress/home/-/unanswered.html',
      '644 ingress/home/-/unanswered.txt',
      '644 ingress/home/-/unknown.html',
      '644 ingress/home/index.html',
      '644 ingress/macula.override.yaml',
      '644 ingress/nginx.conf',
      '644 ingress/routes/services.conf',
      '644 web/app.conf',
      '644 web/compose.yaml',
      '755 web/init/run.sh',
      '644 web/macula.override.yaml',
    ])
    expect(rendered('compose.yaml')).toBe(`name: macula-it-stack
include:
  - path:
      - web/compose.yaml
      - web/macula.override.yaml
  - path:
      - ingress/compose.yaml
      - ingress/macula.override.yaml
`)
    expect(rendered('web/macula.override.yaml')).toBe(`services:
  web:
    image: macula-test/base
    labels:
      dev.macula.project: macula-it-stack
      dev.macula.owner: "${process.getuid?.() ?? 0}"
      dev.macula.service: web
      dev.macula.config: ${configOf(result, 'web')}
      dev.macula.tier: tools
    volumes:
      - type: bind
        source: ./app.conf
        target: /etc/app.conf
        read_only: true
        bind:
          create_host_path: false
volumes:
  data:
    labels:
      dev.macula.project: macula-it-stack
      dev.macula.owner: "${process.getuid?.() ?? 0}"
`)
    expect(rendered('.env')).toBe(`MACULA_NETWORK=macula-it-stack
MACULA_SECRET_WEB_PASSWORD=${CANARY}WEBPASSWORD
MACULA_SUBNET_PREFIX=172.28.81
MACULA_SUFFIX=macula.test
`)
    expect(rendered('ingress/routes/services.conf')).toContain('server_name web.macula.test;')
  })

  it.each([
    [5354, 5356],
    [65_534, 65_532],
  ])(
    'PowerDNS’ own port is the same for UDP and TCP, beside our name server’s: %d, %d',
    async (dnsPort, port) => {
      const services = [fixture.put('powerdns', { 'compose.yaml': fragmentText('powerdns', '') }, {})]
      await render(services, { dnsPort }, true)
      for (const protocol of ['udp', 'tcp'])
        expect(rendered('powerdns/macula.override.yaml')).toContain(`127.0.0.1:${port}:53/${protocol}`)
    },
  )

  it('publishes each port once where container addresses cannot be reached', async () => {
    const [native, vm] = [await render(small()), await render(small(), {}, true)]
    expect(rendered('web/macula.override.yaml')).toContain(
      '    ports:\n      - 127.0.0.1::8080\n    volumes:\n',
    )
    expect(rendered('ingress/macula.override.yaml')).not.toContain('ports')
    expect(configOf(vm, 'web')).not.toBe(configOf(native, 'web'))
    expect(configOf(vm, 'ingress')).toBe(configOf(native, 'ingress'))
  })

  it('keeps secrets in a file of this user only (fault 35)', async () => {
    await render(small())
    for (const [path, { mode, text }] of filesIn(fixture.rendered))
      if (text.includes(CANARY)) expect([path, mode]).toEqual(['.env', '600'])
    expect(statSync(fixture.rendered).mode & 0o777).toBe(0o700)
  })

  it('makes passwords that only programs are handed, before anybody asks for them', async () => {
    const asked: string[] = []
    const secrets: Fixture['secrets'] = {
      ...fixture.secrets,
      ensure: async (names) => {
        asked.push(...names)
        return await fixture.secrets.ensure(names)
      },
    }
    const services = small().map((one) => ({ ...one, secrets: [...one.secrets, 'WEB_READER_PASSWORD'] }))
    await renderStack({ ...fixture, secrets, settings, now: 0 }, services, { publish: false })
    expect(asked).toContain('WEB_READER_PASSWORD')
    expect(rendered('.env')).not.toContain('WEB_READER_PASSWORD')
  })

  it('can be read by containers whatever the umask', async () => {
    const before = process.umask(0o077)
    try {
      await render(small())
    } finally {
      process.umask(before)
    }
    expect(filesIn(fixture.rendered).get('web/app.conf')?.mode).toBe('644')
    expect(statSync(join(fixture.rendered, 'web', 'init')).mode & 0o777).toBe(0o755)
  })

  it('is not touched by a second rendering', async () => {
    const services = small()
    const first = await render(services)
    const before = filesIn(fixture.rendered)
    expect(await render(services)).toEqual(first)
    expect(filesIn(fixture.rendered)).toEqual(before)
  })

  it('loses what a service does not have any more; one that is gone is left alone: its container may still write', async () => {
    const [web, ingress] = small()
    if (!web || !ingress) throw new Error('no services')
    await render([web, ingress])
    rmSync(join(web.folder, 'init'), { recursive: true })
    await render([web])
    expect([...filesIn(fixture.rendered).keys()]).toEqual([
      '.env',
      '.manifest.json',
      'compose.yaml',
      'ingress/compose.yaml',
      'ingress/home/-/nowhere.html',
      'ingress/home/-/page/window.css',
      'ingress/home/-/unanswered.html',
      'ingress/home/-/unanswered.txt',
      'ingress/home/-/unknown.html',
      'ingress/home/index.html',
      'ingress/macula.override.yaml',
      'ingress/nginx.conf',
      'ingress/routes/services.conf',
      'web/app.conf',
      'web/compose.yaml',
      'web/macula.override.yaml',
    ])
    expect(existsSync(join(fixture.rendered, 'web/init'))).toBe(false)
    expect(rendered('compose.yaml')).not.toContain('ingress')
  })
})

it('what nginx served goes when it is rendered without TLS, also where the ingress was away as that was turned off', async () => {
  const served = join(fixture.rendered, 'ingress', 'routes', 'tls', 'served.pem')
  const put = (): void => {
    mkdirSync(join(served, '..'), { recursive: true })
    writeFileSync(served, 'a certificate and its key')
  }
  put()
  await render(small(), { tls: true })
  expect(existsSync(served)).toBe(true)
  await render(small(), { tls: false })
  expect(existsSync(served)).toBe(false)
})

describe('the hash of a service', () => {
  it('changes with its files, their modes, the variables it uses and its secrets, and with nothing else', async () => {
    const services = small()
    const first = await render(services)
    const web = services[0]
    if (!web) throw new Error('no service')
    const renderings = [
      await render(services, { suffix: 'other.test' }),
      await render(services, { project: 'other' }),
      await render([web, { ...web, id: 'nothing', runtime: clusterRuntime() }]),
    ]
    // The suffix stands in the routes of the ingress only; the project names the network of all.
    expect(renderings.map((one) => configOf(one, 'web') === configOf(first, 'web'))).toEqual([
      true,
      false,
      true,
    ])
    // nginx reads its routes again: that makes no container anew, and the revision says which it is to have.
    const renamed = await render(services.map((one) => ({ ...one, title: 'Another' })))
    expect(configOf(renamed, 'ingress')).toBe(configOf(first, 'ingress'))
    const revisionOf = ({ services: all }: Rendering) => all.find(({ id }) => id === 'ingress')?.revision
    expect(revisionOf(first)).toMatch(/^[0-9a-f]{16}$/)
    expect(revisionOf(renamed)).not.toBe(revisionOf(first))
    expect(revisionOf(await render(services))).toBe(revisionOf(first))
    writeFileSync(join(web.folder, 'app.conf'), 'listen 81\n')
    const changed = await render(services)
    expect(configOf(changed, 'web')).not.toBe(configOf(first, 'web'))
    expect(configOf(changed, 'ingress')).toBe(configOf(first, 'ingress'))
    const other = {
      ...fixture.secrets,
      ensure: async () => await Promise.resolve(new Map([['WEB_PASSWORD', 'x']])),
    }
    const rotated = await renderStack({ ...fixture, settings, secrets: other, now: 0 }, services, {
      publish: false,
    })
    expect(configOf(rotated, 'web')).not.toBe(configOf(changed, 'web'))
  })
})

it('what of a folder is not copied is a note of the rendering', async () => {
  const web = fixture.put('web', { 'compose.yaml': fragmentText('web') })
  symlinkSync(join(web.folder, 'is-not-there'), join(web.folder, 'lost'))
  expect((await render([web])).notes).toEqual([
    `${join(web.folder, 'lost')} is left out: it is a link to something that does not exist.`,
  ])
})

describe('a password that data does not want', () => {
  const refused = { kind: 'refused', what: 'The password WEB_PASSWORD is gone.' } as const
  const asked: string[] = []
  const renderHeld = async (services: readonly ServiceSpec[]) =>
    await renderStack(
      {
        ...fixture,
        secrets: {
          ...fixture.secrets,
          held: async () => await Promise.resolve((name) => (name === 'WEB_PASSWORD' ? refused : undefined)),
          ensure: async (names) => {
            asked.push(...names)
            return await fixture.secrets.ensure(names)
          },
        },
        settings,
        now: 0,
      },
      services,
      { publish: false },
    )

  it('keeps what hangs on it from being created, and nothing else; none is made, and the copy keeps the old one', async () => {
    const services = small()
    await render(services)
    const before = rendered('.env')
    expect(before).toContain('MACULA_SECRET_WEB_PASSWORD=')
    asked.length = 0
    const result = await renderHeld(services)
    expect(result.refused).toEqual([{ service: 'web', trouble: refused }])
    expect(result.services.map(({ id }) => id)).toEqual(['ingress'])
    expect(asked).not.toContain('WEB_PASSWORD')
    expect(rendered('.env').split('\n').sort()).toEqual(before.split('\n').sort())
  })
})

describe('how often Docker asks for the health of what starts', () => {
  const check = '    healthcheck: { test: [CMD, x], interval: 15s, start_period: 90s, start_interval: 1s }\n'
  const web = (more: string, also: Partial<ServiceSpec> = {}): ServiceSpec =>
    fixture.put('web', { 'compose.yaml': fragmentText('web', more) }, also)
  const override = (): string => rendered('web/macula.override.yaml')

  it('is seldom for ours, and no reason to make a container anew', async () => {
    await render([web(check)])
    expect(parse(override())).toMatchObject({
      services: { web: { healthcheck: { start_interval: '5s' } } },
    })
    // The fragment stays as it is: who waits by Compose alone waits by it.
    expect(rendered('web/compose.yaml')).toContain('start_interval: 1s')
  })

  it.each([
    ['of a service that has no check', '', {}],
    ['of one that is not asked more often at its start', '    healthcheck: { test: [CMD, x] }\n', {}],
    ['of a person’s own service', check, { origin: 'user' as const }],
  ])('is left as it is %s', async (_, more, also) => {
    await render([web(more, also)])
    expect(override()).not.toContain('healthcheck')
  })

  it.each([
    ['compose.override.yaml', 'services:\n  web:\n    healthcheck: { start_interval: 2s }\n'],
    ['compose.yaml', fragmentText('web', check)],
  ])('is left as it is where a person laid %s over it', async (name, text) => {
    fixture.overlay(`web/${name}`, text)
    await render([web(check)])
    expect(override()).not.toContain('healthcheck')
  })
})

describe('a person’s overlay', () => {
  it('lies over ours file by file, in their own words for image and secrets', async () => {
    fixture.overlay('web/app.conf', 'listen 99\n')
    fixture.overlay('web/extra.conf', 'more\n')
    fixture.overlay(
      'web/compose.override.yaml',
      'services:\n  web:\n    image: other/image:2\n    environment: { A: "${MACULA_SECRET_MINE}" }\n',
    )
    const result = await render(small())
    expect(rendered('web/app.conf')).toBe('listen 99\n')
    expect(rendered('web/extra.conf')).toBe('more\n')
    expect(rendered('compose.yaml')).toContain(
      '- web/compose.yaml\n      - web/compose.override.yaml\n      - web/macula.override.yaml\n',
    )
    expect(result.services[0]?.image).toBe('other/image:2')
    expect(rendered('.env')).toContain('MACULA_SECRET_MINE=')
    rmSync(join(fixture.paths.config, 'stack'), { recursive: true })
    await render(small())
    expect(rendered('web/app.conf')).toBe('listen 80\n')
    expect(existsSync(join(fixture.rendered, 'web/extra.conf'))).toBe(false)
  })

  it('may replace the fragment', async () => {
    fixture.overlay('web/compose.yaml', fragmentText('web').replace('macula-test/base', 'mine:1'))
    const result = await render(small())
    expect(result.services[0]).toMatchObject({ id: 'web', image: 'mine:1' })
    expect(rendered('web/macula.override.yaml')).not.toContain('volumes')
  })

  it.each([
    ['compose.yaml', 'services:\n  web: [', /web\/compose\.yaml:2:\d+ cannot be used/],
    ['compose.yaml', fragmentText('other'), /compose\.yaml:3:3 cannot be used/],
    ['compose.override.yaml', 'services:\n  other: {}\n', /compose\.override\.yaml:2:3 cannot be used/],
    ['compose.override.yaml', 'services: [1]\n', /compose\.override\.yaml:1:1\d* cannot be used/],
  ])('that is broken (%s: %j) leaves out its service, told with file and line', async (file, text, says) => {
    fixture.overlay(`web/${file}`, text)
    const result = await render(small())
    expect(result.services.map(({ id }) => id)).toEqual(['ingress'])
    expect(result.refused).toEqual([
      {
        service: 'web',
        trouble: expect.objectContaining({ kind: 'invalid', what: expect.stringMatching(says) }),
      },
    ])
    expect(rendered('compose.yaml')).not.toContain('web/')
  })
})

describe('an edit of the rendered copy', () => {
  it('is kept aside, told, and replaced', async () => {
    const services = small()
    await render(services)
    writeFileSync(join(fixture.rendered, 'web/app.conf'), 'by hand\n')
    writeFileSync(join(fixture.rendered, 'compose.yaml'), 'by hand too\n')
    writeFileSync(join(fixture.rendered, 'web/note.txt'), 'mine\n')
    const { keptAside } = await render(services)
    const kept = join(fixture.rendered, '.kept')
    expect(keptAside).toEqual([
      join(kept, 'web/app.conf.2026-11-23T20-00-00-000Z'),
      join(kept, 'compose.yaml.2026-11-23T20-00-00-000Z'),
    ])
    expect(readFileSync(keptAside[0] ?? '', 'utf8')).toBe('by hand\n')
    expect(rendered('web/app.conf')).toBe('listen 80\n')
    expect(rendered('web/note.txt')).toBe('mine\n')
    expect((await render(services)).keptAside).toEqual([])
  })

  it('stays when its service is gone, is kept when it comes back, and when the manifest is damaged', async () => {
    const services = small()
    await render(services)
    writeFileSync(join(fixture.rendered, 'ingress/nginx.conf'), 'by hand\n')
    expect((await render(services.slice(0, 1))).keptAside).toEqual([])
    expect(rendered('ingress/nginx.conf')).toBe('by hand\n')
    const back = await render(services)
    expect(back.keptAside.map((path) => readFileSync(path, 'utf8'))).toEqual(['by hand\n'])
    writeFileSync(join(fixture.rendered, 'web/app.conf'), 'again\n')
    truncateSync(join(fixture.rendered, '.manifest.json'), 10)
    const damaged = await render(services)
    expect(damaged.keptAside.map((path) => readFileSync(path, 'utf8'))).toEqual(['again\n'])
  })

  it('to a link or a folder is no way out of the copy', async () => {
    const services = small()
    await render(services)
    const outside = join(fixture.paths.config, 'outside')
    mkdirSync(fixture.paths.config, { recursive: true })
    writeFileSync(outside, 'precious\n')
    const file = join(fixture.rendered, 'web/app.conf')
    unlinkSync(file)
    symlinkSync(outside, file)
    expect((await render(services)).keptAside).toHaveLength(1)
    expect(readFileSync(outside, 'utf8')).toBe('precious\n')
    expect(rendered('web/app.conf')).toBe('listen 80\n')
    unlinkSync(file)
    mkdirSync(join(file, 'full'), { recursive: true })
    expect((await render(services)).keptAside).toHaveLength(1)
    expect(rendered('web/app.conf')).toBe('listen 80\n')
  })

  it('that puts a link or a file in the place of a folder is kept aside too', async () => {
    const services = small()
    await render(services)
    const outside = join(fixture.paths.config, 'outside')
    mkdirSync(outside, { recursive: true })
    rmSync(join(fixture.rendered, 'web'), { recursive: true })
    symlinkSync(outside, join(fixture.rendered, 'web'))
    rmSync(join(fixture.rendered, 'ingress/routes'), { recursive: true })
    writeFileSync(join(fixture.rendered, 'ingress/routes'), 'a file\n')
    expect((await render(services)).keptAside).toHaveLength(2)
    expect(existsSync(join(outside, 'app.conf'))).toBe(false)
    expect(rendered('web/app.conf')).toBe('listen 80\n')
    expect(rendered('ingress/routes/services.conf')).toContain('server_name')
  })

  it('does not hinder a folder that comes in the place of a file', async () => {
    const [web] = small()
    if (!web) throw new Error('no service')
    await render([web])
    unlinkSync(join(web.folder, 'app.conf'))
    mkdirSync(join(web.folder, 'app.conf'))
    writeFileSync(join(web.folder, 'app.conf/part'), 'x\n')
    expect((await render([web])).keptAside).toEqual([])
    expect(rendered('web/app.conf/part')).toBe('x\n')
  })

  it('the empty folder that Docker makes in the place of a missing file is nobody’s', async () => {
    const services = small()
    await render(services)
    unlinkSync(join(fixture.rendered, 'web/app.conf'))
    mkdirSync(join(fixture.rendered, 'web/app.conf'))
    expect((await render(services)).keptAside).toEqual([])
    expect(rendered('web/app.conf')).toBe('listen 80\n')
  })
})

describe('what a hostile folder holds never gets far (faults 1, 6)', () => {
  it.each(['../up', 'a/b', 'A', '', '.kept', 'x\ny', '-x', 'é', 'a'.repeat(64)])(
    'a service named %j is left out',
    async (id) => {
      const [web] = small()
      if (!web) throw new Error('no service')
      const result = await render([{ ...web, id }, web])
      expect(result.services.map((one) => one.id)).toEqual(['web'])
      expect(result.refused.map((one) => one.service)).toEqual([id])
      expect(rendered('compose.yaml')).not.toContain(id === '' ? 'undefined' : `${id}/compose`)
    },
  )

  it('links are not followed out of a service’s folder; a person’s overlay may lead elsewhere', async () => {
    const services = small()
    const folder = services[0]?.folder ?? ''
    const outside = join(fixture.paths.config, 'outside')
    mkdirSync(join(fixture.paths.config, 'stack', 'web'), { recursive: true })
    writeFileSync(outside, 'precious\n')
    symlinkSync(outside, join(folder, 'stolen'))
    symlinkSync('/', join(folder, 'root'))
    symlinkSync('app.conf', join(folder, 'same'))
    symlinkSync('nowhere', join(folder, 'dangling'))
    symlinkSync(outside, join(fixture.paths.config, 'stack', 'web', 'wanted'))
    await render(services)
    const files = [...filesIn(join(fixture.rendered, 'web')).keys()]
    expect(files).toContain('same')
    expect(files).toContain('wanted')
    expect(files).not.toContain('stolen')
    expect(files).not.toContain('dangling')
    expect(files.filter((path) => path.startsWith('root'))).toEqual([])
  })

  it('a folder of 50 MB leaves out its service, at once and without being read', async () => {
    const services = small()
    const file = join(services[0]?.folder ?? '', 'data.bin')
    writeFileSync(file, '')
    truncateSync(file, 50 * 1024 * 1024)
    const result = await render(services)
    expect(result.services.map(({ id }) => id)).toEqual(['ingress'])
    expect(result.refused[0]?.trouble).toMatchObject({ kind: 'invalid', todo: 'Keep data in a volume.' })
  })

  it('its own macula.override.yaml does not stand in for ours', async () => {
    const services = small()
    writeFileSync(
      join(services[0]?.folder ?? '', 'macula.override.yaml'),
      'services: { web: { privileged: true } }\n',
    )
    await render(services)
    expect(rendered('web/macula.override.yaml')).not.toContain('privileged')
  })

  it('a secret that compose would read as syntax leaves out the services that use it, and is written nowhere', async () => {
    const secrets = {
      ...fixture.secrets,
      ensure: async () => await Promise.resolve(new Map([['WEB_PASSWORD', 'a\nCOMPOSE_FILE=/x']])),
    }
    const rendering = await renderStack({ ...fixture, settings, secrets, now: 0 }, small(), {
      publish: false,
    })
    expect(rendering.services.map(({ id }) => id)).toEqual(['ingress'])
    expect(rendering.refused).toMatchObject([
      { service: 'web', trouble: { kind: 'invalid', what: expect.stringContaining('WEB_PASSWORD') } },
    ])
    expect([...filesIn(fixture.rendered)].filter(([, { text }]) => text.includes('COMPOSE_FILE'))).toEqual([])
  })
})

describe('what would be made now is told without writing', () => {
  it('as a rendering would tell it, and of a service whose secret does not exist without its hash', async () => {
    const services = small()
    const { paths, secrets } = fixture
    const expected = async () =>
      await expectStack({ paths, secrets, settings, env: {} }, services, { publish: false })
    expect((await expected()).map(({ id, config }) => [id, typeof config])).toEqual([
      ['web', 'undefined'],
      ['ingress', 'string'],
    ])
    expect(existsSync(fixture.rendered)).toBe(false)
    const { services: rendered } = await render(services)
    expect(await expected()).toEqual(rendered)
  })

  it('another data folder is another configuration: the files are mounted from there', async () => {
    const services = small()
    const { paths, secrets } = fixture
    const at = async (data: string) =>
      (
        await expectStack({ paths: { ...paths, data }, secrets, settings, env: {} }, services, {
          publish: false,
        })
      ).map(({ config }) => config)
    await render(services)
    const [web, ingress] = await at(paths.data)
    expect(await at(`${paths.data}-moved`)).not.toContain(web)
    expect(await at(`${paths.data}-moved`)).not.toContain(ingress)
  })
})
