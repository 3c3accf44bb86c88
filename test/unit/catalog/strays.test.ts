import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { nearestName, straysIn } from '../../../main/system/catalog/strays.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { overlayNotes } from '../../../main/system/stack/overlays.ts'

const assets = join(import.meta.dirname, '../../../assets')
let paths: Paths
beforeEach(() => {
  paths = pathsOf({ MACULA_HOME: mkdtempSync(join(tmpdir(), 'macula-strays-')) }, assets)
})
afterEach(() => rmSync(dirname(paths.config), { recursive: true, force: true }))

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(paths.config, path)), { recursive: true })
  writeFileSync(join(paths.config, path), text)
}

/** Everything that is told of the configuration folder, with its path taken off. */
async function told(): Promise<readonly string[]> {
  const { services, problems } = await readCatalog(paths, defaultSettings, {})
  const ids = services.flatMap(({ id, runtime }) => (runtime.kind === 'container' ? [id] : []))
  const strays = await straysIn(paths.config, ids)
  const notes = await overlayNotes(services, paths, defaultSettings, {})
  const refused = problems.map(({ file, line, reason }) => `${file}:${line} ${reason}`)
  return [...strays, ...notes, ...refused].map((one) => one.replaceAll(`${paths.config}/`, ''))
}

test.each([
  [
    'stack/grafanna/grafana.ini',
    'stack/grafanna is not used: a folder here is named as the service that it is laid over. Did you mean stack/grafana?',
  ],
  ['stack/grafana.ini', 'stack/grafana.ini is not used: a folder here is named as the service'],
  [
    'stack/grafana/docker-compose.override.yml',
    'stack/grafana/docker-compose.override.yml is not used: it replaces no file of Grafana, and nothing mounts it. Did you mean stack/grafana/compose.override.yaml?',
  ],
  ['stack/grafana/compose.yml', 'Did you mean stack/grafana/compose.yaml?'],
  ['stack/loki/loky.yml', 'Did you mean stack/loki/loki.yml?'],
  [
    'stack/grafana/dashbords/mine.json',
    'stack/grafana/dashbords is not used: it replaces no file of Grafana, and nothing mounts it. Did you mean stack/grafana/dashboards?',
  ],
  [
    'services/flat.yaml',
    'services/flat.yaml is not used: each service has a folder of its own. Did you mean services/flat/compose.yaml?',
  ],
  [
    'services/notes/docker-compose.yml',
    'services/notes/compose.yaml:0 there is no such file. Did you mean that docker-compose.yml is to be called compose.yaml?',
  ],
  [
    'apps/shop.yaml',
    'apps/shop.yaml is not used: each application has a folder of its own. Did you mean apps/shop/app.yaml?',
  ],
  [
    'apps/shop/app.yml',
    'apps/shop/app.yaml:0 there is no such file. Did you mean that app.yml is to be called app.yaml?',
  ],
  [
    'clusters/second.yaml',
    'clusters/second.yaml is not used: each cluster has a folder of its own. Did you mean clusters/second/cluster.yaml?',
  ],
  [
    'clusters/second/kind-config.yaml',
    'clusters/second/kind-config.yaml is not used: nothing reads it. Did you mean clusters/second/kind.yaml?',
  ],
  [
    'clusters/second/bases/x.yaml',
    'clusters/second/bases is not used: nothing reads it. Did you mean clusters/second/base?',
  ],
  ['setting.json', 'setting.json is not used: nothing has this name. Did you mean settings.json?'],
  ['service/notes/compose.yaml', 'service is not used: nothing has this name. Did you mean services?'],
  ['anything.else', 'anything.else is not used: nothing has this name.'],
])('%s is told', async (path, says) => {
  put(path)
  const all = await told()
  expect(all.filter((one) => one.includes(says))).toHaveLength(1)
})

test('each is told once, and nothing that is used', async () => {
  put('settings.json', '{}')
  put('secrets.json', '{}')
  put('settings.json.bad-2026-11-26T12-00-00-000Z')
  put('before-snapshot-20261128-105930/settings.json', '{}')
  put('.git/config')
  put('README.md')
  put('services/README.md')
  put('services/.hidden.yaml')
  put('stack/grafana/dashboards/mine.json', '{}')
  put('stack/grafana/provisioning/datasources/more.yml', '')
  put('stack/loki/loki.yml', '')
  put('stack/loki/NOTES.md', '')
  put(
    'stack/loki/compose.override.yaml',
    'services: { loki: { env_file: [more.env], volumes: ["./data:/d"] } }\n',
  )
  put('stack/loki/more.env', 'A=b\n')
  put('stack/loki/data/x', '')
  expect(await told()).toEqual([])
  put('stack/grafanna/x')
  put('stack/grafanna/y')
  expect(await told()).toHaveLength(1)
  // A name that only looks like one of ours.
  put('before-snapshot-mine/x')
  expect(await told()).toHaveLength(2)
})

test.each([
  ['settings.json', []],
  ['secrets.json', []],
  [
    'services',
    ['services is a link to /away/x, and nothing is there: no service in it is known until it is.'],
  ],
  [
    'stack',
    [
      'stack is a link to /away/x, and nothing is there: it is not known what is laid over services, and none is started until it is.',
    ],
  ],
  [
    'stack/grafana',
    [
      'stack/grafana is a link to /away/x, and nothing is there. What it should hold cannot be known. Grafana cannot be started like this.',
    ],
  ],
  [
    'stack/loki/loki.yml',
    ['stack/loki/loki.yml is a link to /away/x, and nothing is there: it is not used.'],
  ],
  ['services/notes', ['services/notes is a link to /away/x, and nothing is there']],
  ['services/notes/compose.yaml', ['services/notes/compose.yaml is a link to /away/x, and nothing is there']],
  ['apps/shop/app.yaml', ['apps/shop/app.yaml is a link to /away/x, and nothing is there']],
  [
    'clusters/second/cluster.yaml',
    ['clusters/second/cluster.yaml is a link to /away/x, and nothing is there'],
  ],
])(
  'a link to what is away: %s is told once, as that, and never as a name that means nothing',
  async (path, says) => {
    mkdirSync(dirname(join(paths.config, path)), { recursive: true })
    symlinkSync('/away/x', join(paths.config, path))
    const all = await told()
    expect(all).toEqual(says.map((one) => expect.stringContaining(one) as unknown))
  },
)

test('links to what is there are used as what they lead to', async () => {
  put('../elsewhere/settings.json', '{}')
  put('../elsewhere/grafana/dashboards/mine.json', '{}')
  mkdirSync(join(paths.config, 'stack'), { recursive: true })
  symlinkSync(join(paths.config, '../elsewhere/settings.json'), join(paths.config, 'settings.json'))
  symlinkSync(join(paths.config, '../elsewhere/grafana'), join(paths.config, 'stack/grafana'))
  symlinkSync(join(paths.config, '../elsewhere/settings.json'), join(paths.config, 'setting.json'))
  expect(await told()).toEqual([
    'setting.json is not used: nothing has this name. Did you mean settings.json?',
  ])
})

test('what is laid over a service and cannot be used is told when it is read, with file and line', async () => {
  put('stack/loki/compose.override.yaml', 'services:\n  loki:\n    depends_on: [grafana]\n')
  put(
    'stack/tempo/compose.override.yaml',
    'services:\n  tempo:\n    extends: { file: gone.yaml, service: x }\n',
  )
  put('stack/grafana/compose.yaml', 'services: [\n')
  expect(await told()).toEqual([
    expect.stringMatching(
      /^stack\/grafana\/compose\.yaml:2:1 cannot be used\. In it, it is not YAML.* Grafana cannot be started like this\.$/,
    ),
    'stack/loki/compose.override.yaml:3:5 cannot be used. In it, depends_on cannot be used here: each service is made by itself. Leave it out and write needs: [grafana] in x-macula. Loki cannot be started like this.',
    expect.stringMatching(
      /^stack\/tempo\/compose\.override\.yaml:3:5 cannot be used\. In it, extends cannot be used here/,
    ),
  ])
})

test('beside a service of one’s own, Compose’s other names are told', async () => {
  put(
    'services/notes/compose.yaml',
    'services:\n  notes:\n    image: x\n    networks: { macula: {} }\n    x-macula: { tier: tools, title: Notes, purpose: P, address: none }\nnetworks: { macula: { name: macula, external: true } }\n',
  )
  put('services/notes/docker-compose.override.yml', '')
  put('services/notes/compose.prod.yaml', '')
  put('services/notes/app.conf', '')
  expect(await told()).toEqual([
    'services/notes/compose.prod.yaml is not used: another name is read. Did you mean services/notes/compose.yaml?',
    'services/notes/docker-compose.override.yml is not used: another name is read. Did you mean services/notes/compose.override.yaml?',
  ])
})

test.each([
  ['grafanna/', ['grafana/', 'loki/'], 'grafana/'],
  ['graph/', ['grafana/', 'loki/'], undefined],
  ['x', ['y'], 'y'],
  ['compose.override.yml', ['compose.override.yaml', 'compose.yaml'], 'compose.override.yaml'],
  ['KIND.YAML', ['kind.yaml'], 'kind.yaml'],
])('nearest to %s of %j is %s', (name, known, near) => {
  expect(nearestName(name, known)).toBe(near)
})
