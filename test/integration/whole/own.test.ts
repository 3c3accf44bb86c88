import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newerSchema, updateSchema } from '../../../main/cli/json/update.ts'
import {
  docker,
  done,
  fresh,
  home,
  maculactl,
  run,
  serviceOf,
  until,
  user,
  variables,
} from '../support/actor.ts'

/** Services of the person's own beside ours: each bad thing stops itself alone, and what a program writes is the person's. */

const config = join(home, '.config/macula-desktop')
const services = join(config, 'services')
const copy = join(home, '.local/share/macula-desktop/stack')

/** A page of its own from /data, where it also writes when it starts. */
const fragment = (id: string, image: string, more = ''): string => `services:
  ${id}:
    image: ${image}
    command: [sh, -c, 'echo "heard of ${id}"; echo newer > /data/seed.txt; cd /data && exec python3 -m http.server 80']
    networks: { macula: {} }
    stop_grace_period: 1s
${more}    x-macula:
      tier: tools
      title: The ${id}
      purpose: A test
      endpoints: [{ id: web, scheme: http, target: 80, listen: 8080 }]
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
`

async function put(id: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(services, id)
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await run('chown', ['-R', user, join(home, '.config')])
  return folder
}

const mount = "    volumes: ['./data:/data']\n"
const source = async (id: string): Promise<string> =>
  (await docker('inspect', '-f', '{{range .Mounts}}{{.Source}}{{end}}', `macula-${id}-1`)).out

beforeAll(async () => {
  await fresh()
  await put('locked', {
    'compose.yaml': fragment('locked', 'macula-test/base', mount),
    'data/seed.txt': 'seed\n',
  })
  await put('tagged', {
    'compose.yaml': fragment('tagged', "'macula-test/${WHICH:-none}:${TAG:-latest}'", mount),
    '.env': 'WHICH=base\n',
  })
  await put('silent', {
    'compose.yaml': fragment('silent', 'macula-test/base', `${mount}    logging: { driver: none }\n`),
  })
  await put('unread', { 'compose.yaml': fragment('unread', '"registry.${MACULA_SUFIX}/x:1"') })
  await put('needy', { 'compose.yaml': fragment('needy', 'macula-test/base', '    depends_on: [grafana]\n') })
  await put('absent', { 'compose.yaml': fragment('absent', 'registry.invalid/never:1') })
  await mkdir(join(config, 'stack/grafanna'), { recursive: true })
  await run('chown', ['-R', user, join(config, 'stack')])
  // As a program of another user leaves it.
  await run('chown', ['-R', '999:999', join(services, 'locked/data')])
  await run('chmod', ['0700', join(services, 'locked/data')])
})
afterAll(fresh)

test('what cannot be read is told with file, line and what to write; everything else starts', async () => {
  const ran = await maculactl(['up', 'locked', 'tagged', 'silent', 'absent', 'excalidraw'])
  const said = `${ran.out}\n${ran.err}`.replaceAll(/\s+/g, ' ')
  expect(ran.code).toBe(1)
  expect(said).toContain('registry.invalid/never:1')
  expect(said).toContain('stack/grafanna is not used')
  expect(said).toContain('stack/grafana?')
  const seen = await until(({ services: all }) =>
    ['locked', 'tagged', 'silent', 'excalidraw'].every(
      (id) =>
        all.find((one) => one.id === id)?.state === 'works' ||
        all.find((one) => one.id === id)?.state === 'degraded',
    ),
  )
  expect(seen.problems.map(({ service, line, reason }) => [service, line, reason])).toEqual([
    ['needy', 7, expect.stringContaining('Leave it out and write needs: [grafana] in x-macula')],
    ['unread', 3, expect.stringContaining('Did you mean MACULA_SUFFIX?')],
  ])
  expect(serviceOf(seen, 'absent').state).not.toBe('works')
})

test('what a program writes is the person’s: it lies in their folder, and the next start does not roll it back', async () => {
  const data = join(services, 'locked/data')
  expect(await source('locked')).toBe(data)
  expect(await readFile(join(data, 'seed.txt'), 'utf8')).toBe('newer\n')
  expect((await stat(data)).uid).toBe(999)
  const before = (await docker('inspect', '-f', '{{.Id}}', 'macula-locked-1')).out
  await done(['up', 'locked', 'excalidraw'])
  expect(await readFile(join(data, 'seed.txt'), 'utf8')).toBe('newer\n')
  expect((await docker('inspect', '-f', '{{.Id}}', 'macula-locked-1')).out).toBe(before)
  expect((await docker('inspect', '-f', '{{.Config.Image}}', 'macula-tagged-1')).out).toBe(
    'macula-test/base:latest',
  )
})

test('logging: none ends its own log with a sentence, and no other', async () => {
  const { out, err, code } = await maculactl(['logs', 'locked', 'silent', 'tagged'])
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('cannot be read') })
  expect(out).toContain('heard of locked')
  expect(out).toContain('heard of tagged')
  expect(out).toMatch(/silent.*macula-silent-1 keeps no log\. Its compose\.yaml says logging: none\./)
  const alone = await maculactl(['logs', 'silent'])
  expect(alone.code).toBe(1)
  expect(alone.err).toContain('macula-silent-1 keeps no log.')
})

test('data of an earlier version that another user owns is used where it is, and told', async () => {
  await done(['down', 'tagged', '--remove'])
  const old = join(copy, 'tagged/data')
  await run('rm', ['-rf', join(services, 'tagged/data')])
  await mkdir(old, { recursive: true })
  await writeFile(join(old, 'db'), 'rows\n')
  await chown(old, 999, 999)
  await run('chmod', ['0700', old])
  const ran = await maculactl(['up', 'tagged'])
  expect(`${ran.out}${ran.err}`.replaceAll(/\s+/g, ' ')).toContain(
    'tagged/data stays where it is and is used there',
  )
  expect(ran.code).toBe(0)
  expect(await source('tagged')).toBe(old)
  expect(await readFile(join(old, 'db'), 'utf8')).toBe('rows\n')
})

/** Makes and pushes a version of an image, and takes it off this machine again, so that it is really pulled. */
async function release(name: string, tag: string, ...more: readonly string[]): Promise<void> {
  const container = (await docker('create', 'macula-test/base', 'true')).out.trim()
  const changes = [`ENV RELEASE=${tag}`, ...more].flatMap((one) => ['--change', one])
  await docker('commit', ...changes, container, `${name}:${tag}`)
  const pushed = await docker('push', '-q', `${name}:${tag}`)
  expect(pushed, pushed.err).toMatchObject({ code: 0 })
  await docker('rm', container)
  await docker('rmi', `${name}:${tag}`)
}

/** What a service answers at a path of the address that opens it. */
async function asked(service: string, path: string, ...words: readonly string[]): Promise<unknown> {
  const { origin } = new URL((await done(['open', service, '--print'])).trim())
  const { out, err } = await run('curl', ['-sS', '--max-time', '60', ...words, `${origin}${path}`])
  return JSON.parse(out || JSON.stringify(err))
}

test('a dashboard and a rule of one’s own are used beside ours, and go when they are taken away', async () => {
  const rule = {
    alert: 'MineAlways',
    expr: 'vector(1)',
    labels: { severity: 'warning' },
    annotations: { summary: 'Mine' },
  }
  const files = {
    'stack/grafana/dashboards/mine.json': JSON.stringify({ uid: 'mine', title: 'Mine', panels: [] }),
    'stack/prometheus/rules/mine.yml': JSON.stringify({ groups: [{ name: 'mine', rules: [rule] }] }),
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(config, path, '..'), { recursive: true })
    await writeFile(join(config, path), text)
  }
  await run('chown', ['-R', user, join(config, 'stack')])
  const groups = async (): Promise<readonly string[]> => {
    const { data } = (await asked('prometheus', '/api/v1/rules')) as { data: { groups: { name: string }[] } }
    return data.groups.map(({ name }) => name)
  }
  const boards = async (): Promise<readonly string[]> => {
    const { GRAFANA_USER = '', GRAFANA_PASSWORD = '' } = await variables('grafana')
    const list = await asked('grafana', '/api/search', '--user', `${GRAFANA_USER}:${GRAFANA_PASSWORD}`)
    return (list as { uid: string }[]).map(({ uid }) => uid)
  }
  await done(['up', 'prometheus', 'grafana'])
  expect(await groups()).toEqual(expect.arrayContaining(['mine']))
  expect((await groups()).length).toBeGreaterThan(3)
  expect(await boards()).toEqual(expect.arrayContaining(['mine', 'macula-logs']))
  for (const path of Object.keys(files)) await run('rm', [join(config, path)])
  await done(['up', 'prometheus', 'grafana'])
  expect(await groups()).not.toContain('mine')
  expect(await boards()).not.toContain('mine')
})

test('an update is found and pulled from a real registry, a broken one put back, and the way back leads to the first', async () => {
  await done(['up', 'registry'])
  const name = 'localhost:5000/me/page'
  for (const tag of ['1.0.0', '1.1.0', '1.3.0-rc1', '2.0.0']) await release(name, tag)
  const folder = await put('page', { 'compose.yaml': fragment('page', `${name}:1.0.0`, mount) })
  await done(['up', 'page'])
  await writeFile(join(folder, 'data/kept.txt'), 'mine\n')
  const inUse = async (): Promise<string | undefined> =>
    /^RELEASE=(.*)$/m.exec(
      (await docker('inspect', '-f', '{{range .Config.Env}}{{println .}}{{end}}', 'macula-page-1')).out,
    )?.[1]
  const settings = async (): Promise<unknown> =>
    (JSON.parse(await readFile(join(config, 'settings.json'), 'utf8')) as { updates: unknown }).updates

  const listed = newerSchema.parse(JSON.parse(await done(['update', '--list', 'page', '--json'])))
  expect(listed.images).toEqual([
    { service: 'page', image: `${name}:1.0.0`, within: '1.1.0', beyond: '2.0.0' },
  ])

  const updated = updateSchema.parse(JSON.parse(await done(['update', 'page', '--json'])))
  expect(updated).toMatchObject({ outcome: 'updated', from: `${name}:1.0.0` })
  expect(updated.to).toMatch(/^localhost:5000\/me\/page:1\.1\.0@sha256:[0-9a-f]{64}$/)
  expect(await inUse()).toBe('1.1.0')
  const pinned = { image: updated.to, instead: `${name}:1.0.0`, before: [`${name}:1.0.0`] }
  expect(await settings()).toEqual({ page: pinned })
  expect(await readFile(join(folder, 'data/kept.txt'), 'utf8')).toBe('mine\n')
  // A start afterwards leaves it as it is.
  const before = (await docker('inspect', '-f', '{{.Id}}', 'macula-page-1')).out
  await done(['up', 'page'])
  expect((await docker('inspect', '-f', '{{.Id}}', 'macula-page-1')).out).toBe(before)
  expect((await maculactl(['status', 'page'])).out).toContain('an update of yours')

  await release(name, '1.2.0', 'ENTRYPOINT ["false"]')
  const broken = await maculactl(['update', 'page'])
  expect(broken).toMatchObject({ code: 1 })
  expect(`${broken.out}${broken.err}`.replaceAll(/\s+/g, ' ')).toContain('The page 1.2.0 does not work.')
  expect(await inUse()).toBe('1.1.0')
  expect(await settings()).toEqual({ page: pinned })
  await until((now) => ['works', 'degraded'].includes(serviceOf(now, 'page').state))

  await done(['update', 'page', '--back'])
  expect(await inUse()).toBe('1.0.0')
  expect(await settings()).toEqual({})
  expect(await readFile(join(folder, 'data/kept.txt'), 'utf8')).toBe('mine\n')
})
