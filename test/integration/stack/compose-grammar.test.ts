import { execa } from 'execa'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownBinds, volumesFor } from '../../../main/system/stack/own-binds.ts'
import { fillIn, variablesFor } from '../../../main/system/catalog/variables.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { cases, given } from '../../unit/catalog/interpolate-cases.ts'

/** What we read ourselves of a Compose file, compared with the Compose of this machine. */

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-grammar-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One service as `docker compose config` gives it back; empty: refused. */
async function composed(
  name: string,
  files: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const at = join(folder, name)
  mkdirSync(join(at, 's'), { recursive: true })
  for (const [file, value] of Object.entries(files))
    writeFileSync(join(at, file), typeof value === 'string' ? value : JSON.stringify(value))
  const args = ['compose', '--project-directory', at, '-f', join(at, 'p.yaml'), 'config', '--format', 'json']
  const { exitCode, stdout } = await execa('docker', args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/root', ...env },
    extendEnv: false,
    reject: false,
  })
  if (exitCode !== 0) return {}
  return (JSON.parse(stdout) as { services: { s: Record<string, unknown> } }).services.s
}

test('each text of the table is filled in as we do', async () => {
  const queue = [...cases.entries()]
  const differing: unknown[] = []
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [index, [text, expected]] = next
      const service = await composed(
        `text-${index}`,
        { 'p.yaml': { name: 'x', services: { s: { image: 'i', labels: { v: text } } } } },
        given,
      )
      // It writes what could be read once more, with its dollars doubled.
      const value = (service['labels'] as { v: string } | undefined)?.v.replaceAll('$$', '$')
      if (value !== expected) differing.push({ text, compose: value, expected })
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
  expect(differing).toEqual([])
})

describe('the .env beside a fragment', () => {
  test.each([
    ['TAG=1.2', '1.2'],
    ['# TAG=1\n\nTAG=a/b:c@d%e+f,g', 'a/b:c@d%e+f,g'],
    ['TAG=', 'none'],
    ['TAG', 'none'],
    ['MACULA_SUFFIX=evil.test', 'none'],
  ])('%j gives the same', async (beside, expected) => {
    const text = '${TAG:-none}.${MACULA_SUFFIX}'
    const service = await composed(`env-${beside.replaceAll(/\W/g, '')}`, {
      'p.yaml': { name: 'x', include: [{ path: ['s/compose.yaml'] }] },
      's/compose.yaml': { services: { s: { image: 'i', labels: { v: text } } } },
      's/.env': beside,
      '.env': 'MACULA_SUFFIX=macula.local\n',
    })
    expect((service['labels'] as { v: string }).v).toBe(`${expected}.macula.local`)
    expect(fillIn(text, variablesFor(defaultSettings, {}, beside))).toEqual({
      text: `${expected}.macula.local`,
    })
  })
})

test('a mount that lies in the person’s folder replaces the one of the fragment, with its options', async () => {
  const volumes = [
    './data:/data',
    './labelled:/labelled:z',
    './shared:/shared:rw,rshared',
    { type: 'bind', source: './long', target: '/long/', bind: { propagation: 'slave' } },
    '${WHERE:-./odd}:/odd',
    './conf:/etc/conf:ro',
    'named:/named',
    '../beside:/beside:ro',
    './data/seed.conf:/seed.conf:ro',
    '/var/run/docker.sock:/var/run/docker.sock',
  ]
  const variables = variablesFor(defaultSettings, {})
  const own = ownBinds([{ volumes }], variables, '/home/$p/services/s')
  const service = await composed('mounts', {
    'p.yaml': { name: 'x', include: [{ path: ['s/compose.yaml', 's/over.yaml'] }] },
    's/compose.yaml': { services: { s: { image: 'i', volumes } }, volumes: { named: {} } },
    's/over.yaml': { services: { s: { volumes: volumesFor({ own: own, copied: [] }, new Map()) } } },
  })
  const found = (service['volumes'] as Record<string, unknown>[]).map(
    ({ source, target, read_only, bind }) => [source, target, read_only ?? false, bind] as const,
  )
  const at = join(folder, 'mounts', 's')
  const home = '/home/$$p/services'
  const made = { create_host_path: true }
  expect(found.toSorted(([, one], [, two]) => (String(one) < String(two) ? -1 : 1))).toEqual([
    [`${home}/beside`, '/beside', true, made],
    [`${home}/s/data`, '/data', false, made],
    [join(at, 'conf'), '/etc/conf', true, made],
    [`${home}/s/labelled`, '/labelled', false, { create_host_path: true, selinux: 'z' }],
    [`${home}/s/long`, '/long', false, { propagation: 'slave' }],
    ['named', '/named', false, undefined],
    [`${home}/s/odd`, '/odd', false, made],
    [`${home}/s/data/seed.conf`, '/seed.conf', true, made],
    [`${home}/s/shared`, '/shared', false, { create_host_path: true, propagation: 'rshared' }],
    ['/var/run/docker.sock', '/var/run/docker.sock', false, made],
  ])
})
