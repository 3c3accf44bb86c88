import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { renderStack } from '../../../main/system/stack/render.ts'
import { filesIn, fragmentText, openFixture, settings, type Fixture } from './fixture.ts'

/** What a container may write to is the person's from the first start. */

let fixture: Fixture
beforeEach(() => {
  fixture = openFixture()
})
afterEach(() => fixture.clear())

const now = Date.parse('2026-11-26T12:00:00.000Z')
const render = async (services: readonly ServiceSpec[]) =>
  await renderStack({ ...fixture, settings, now }, services, { publish: false })

const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const volumes = (...lines: string[]): string =>
  `    volumes: [${lines.map((line) => `'${line}'`).join(', ')}]\n`

function notes(more = volumes('./data:/data', './conf:/conf:ro'), files = {}): ServiceSpec {
  return fixture.put(
    'notes',
    {
      'compose.yaml': fragmentText('notes', more),
      'data/seed.txt': 'seed\n',
      'conf/a.conf': 'a\n',
      ...files,
    },
    { origin: 'user' },
  )
}

const web = (): ServiceSpec => fixture.put('web', { 'compose.yaml': fragmentText('web') })

/** The mounts that do not lead into the copy. */
const mounts = (): unknown => {
  const text = readFileSync(join(fixture.rendered, 'notes/macula.override.yaml'), 'utf8')
  const { volumes } = (parse(text) as { services: { notes: { volumes?: readonly { source: string }[] } } })
    .services.notes
  return volumes?.filter(({ source }) => !source.startsWith('./'))
}

describe('a folder that a container may write to', () => {
  it('is mounted from where it was described, and neither copied nor read', async () => {
    const service = notes()
    const first = await render([service, web()])
    expect([...filesIn(fixture.rendered).keys()].filter((path) => path.startsWith('notes/'))).toEqual([
      'notes/compose.yaml',
      'notes/conf/a.conf',
      'notes/macula.override.yaml',
    ])
    expect(mounts()).toEqual([
      {
        type: 'bind',
        source: join(service.folder, 'data'),
        target: '/data',
        bind: { create_host_path: true },
      },
    ])
    // What the program writes later is nothing to us: neither rolled back, nor a reason to make it anew, nor too large.
    const before = filesIn(fixture.rendered)
    put(join(service.folder, 'data/seed.txt'), 'newer\n')
    writeFileSync(join(service.folder, 'data/huge'), Buffer.alloc(9 * 1024 * 1024))
    const second = await render([service, web()])
    expect(second).toMatchObject({ refused: [], keptAside: [], notes: [] })
    expect(second.services).toEqual(first.services)
    expect(filesIn(fixture.rendered)).toEqual(before)
    expect(readFileSync(join(service.folder, 'data/seed.txt'), 'utf8')).toBe('newer\n')
  })

  it('may be the whole folder: only what describes the service is copied', async () => {
    const service = notes(volumes('.:/app'))
    await render([service])
    expect([...filesIn(join(fixture.rendered, 'notes')).keys()]).toEqual([
      'compose.yaml',
      'macula.override.yaml',
    ])
    expect(mounts()).toMatchObject([{ source: service.folder, target: '/app' }])
  })

  it('of a service of ours lies beside what is laid over it', async () => {
    const service = web()
    fixture.overlay('web/compose.override.yaml', `services: { web: { volumes: ['./data:/data'] } }\n`)
    fixture.overlay('web/data/seed.txt', 'seed\n')
    await render([service])
    const text = readFileSync(join(fixture.rendered, 'web/macula.override.yaml'), 'utf8')
    expect(text).toContain(`source: ${join(fixture.paths.config, 'stack/web/data')}\n`)
    expect(existsSync(join(fixture.rendered, 'web/data'))).toBe(false)
  })
})

describe('data that an earlier version kept in the rendered copy', () => {
  /** The copy as an earlier version left it. */
  function earlier(files: Readonly<Record<string, string>>): ServiceSpec {
    const service = notes()
    for (const [path, text] of Object.entries(files)) put(join(fixture.rendered, 'notes', path), text)
    return service
  }
  const kept = (path: string): string => readFileSync(join(fixture.rendered, '.kept/notes', path), 'utf8')

  it('is moved to the person’s folder; what lay there is kept aside', async () => {
    const service = earlier({ 'data/seed.txt': 'newer\n', 'data/db': 'rows\n' })
    const result = await render([service, web()])
    const data = join(service.folder, 'data')
    expect(readFileSync(join(data, 'seed.txt'), 'utf8')).toBe('newer\n')
    expect(readFileSync(join(data, 'db'), 'utf8')).toBe('rows\n')
    expect(result.keptAside).toEqual([join(fixture.rendered, '.kept/notes/data.2026-11-26T12-00-00-000Z')])
    expect(kept('data.2026-11-26T12-00-00-000Z/seed.txt')).toBe('seed\n')
    expect(existsSync(join(fixture.rendered, 'notes/data'))).toBe(false)
    expect((await render([service, web()])).keptAside).toEqual([])
    expect(readFileSync(join(data, 'db'), 'utf8')).toBe('rows\n')
  })

  it('that is only what we copied stays until its container is made anew, and nothing is moved', async () => {
    const service = notes(volumes('./data:/data:ro'))
    await render([service])
    notes()
    const result = await render([service])
    expect(result).toMatchObject({ keptAside: [], notes: [] })
    expect(mounts()).toMatchObject([{ source: join(service.folder, 'data') }])
    expect(readFileSync(join(fixture.rendered, 'notes/data/seed.txt'), 'utf8')).toBe('seed\n')
    // Once more: what we wrote is still known as ours.
    expect((await render([service])).keptAside).toEqual([])
    expect(readFileSync(join(service.folder, 'data/seed.txt'), 'utf8')).toBe('seed\n')
  })

  it('that cannot be moved is used where it is, and told', async () => {
    const service = earlier({ 'data/db': 'rows\n' })
    // What lies in its place cannot be put aside.
    put(join(fixture.rendered, '.kept/notes'), 'a file in the place of a folder\n')
    const old = join(fixture.rendered, 'notes/data')
    const result = await render([service, web()])
    expect(mounts()).toMatchObject([{ source: old, target: '/data' }])
    expect(result.notes).toEqual([expect.stringContaining(`${old} stays where it is and is used there`)])
    expect(readFileSync(join(old, 'db'), 'utf8')).toBe('rows\n')
    expect(readFileSync(join(service.folder, 'data/seed.txt'), 'utf8')).toBe('seed\n')
    expect(result.services.map(({ id }) => id)).toEqual(['notes', 'web'])
  })

  it('is left alone while the service cannot be read, or is not in the catalog', async () => {
    const service = notes()
    put(join(fixture.rendered, 'notes/data/seed.txt'), 'seed\n')
    writeFileSync(
      join(fixture.rendered, '.manifest.json'),
      JSON.stringify({ 'notes/data/seed.txt': '0'.repeat(64) }),
    )
    fixture.overlay('notes/compose.override.yaml', 'services: [1]\n')
    expect(await render([service, web()])).toMatchObject({ refused: [{ service: 'notes' }], keptAside: [] })
    expect(await render([web()])).toMatchObject({ refused: [], keptAside: [] })
    expect(readFileSync(join(fixture.rendered, 'notes/data/seed.txt'), 'utf8')).toBe('seed\n')
  })
})

describe('one bad thing stops itself alone', () => {
  it.each([
    [
      'a file whose name leaves no room for another while it is written',
      { [`conf/${'n'.repeat(255)}`]: '' },
      'could not be written',
    ],
    [
      'more files than configuration has',
      Object.fromEntries(Array.from({ length: 2001 }, (_, at) => [`conf/${at}`, ''])),
      'too large',
    ],
    [
      'a secret with a name that is none',
      { 'compose.override.yaml': 'services: { notes: { environment: { A: "${MACULA_SECRET_x:-}" } } }\n' },
      'MACULA_SECRET_x',
    ],
    [
      'an image that is none',
      { 'compose.override.yaml': 'services: { notes: { image: "A B" } }\n' },
      'compose.override.yaml:1:29',
    ],
    [
      'a variable without a value',
      { 'compose.override.yaml': 'services: { notes: { command: "${X}" } }\n' },
      'compose.override.yaml:1:31',
    ],
    [
      'what cannot work here',
      { 'compose.override.yaml': 'services: { notes: { depends_on: [web] } }\n' },
      'compose.override.yaml:1:22',
    ],
    [
      'a mounted file that is not there',
      { 'compose.override.yaml': 'services: { notes: { volumes: ["./gone.conf:/g:ro"] } }\n' },
      'compose.override.yaml:1:32',
    ],
    [
      'a file of variables that is not there',
      { 'compose.override.yaml': 'services: { notes: { env_file: gone.env } }\n' },
      'gone.env is not there. Make it, or leave it out',
    ],
    [
      'one of several',
      {
        'compose.override.yaml':
          'services: { notes: { env_file: [{ path: a, required: false }, { path: b }] } }\n',
      },
      'compose.override.yaml:1:63',
    ],
  ])('%s', async (_, files, says) => {
    const result = await render([notes(undefined, files), web()])
    expect(result.services.map(({ id }) => id)).toEqual(['web'])
    expect(result.fragments.map(({ id }) => id)).toEqual(['web'])
    expect(result.refused.map(({ service }) => service)).toEqual(['notes'])
    const { what, why = '' } = result.refused[0]?.trouble ?? { what: '' }
    expect(`${what} ${why}`).toContain(says)
  })
})
