import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  labelled,
  fill,
  readManifests,
  streamOf,
  type Manifest,
} from '../../../main/system/kind/manifests.ts'
import { run, type Ran } from '../support/actor.ts'

/**
 * Our manifests against the schemas of Kubernetes 1.37's API, unknown keys refused. life.test.ts puts the same ones
 * through a real API server.
 */

const assets = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'assets', 'cluster')
const validator = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'macula-desktop',
  'kubernetes-validate-1.37.0',
)
const variables = {
  MACULA_SUFFIX: 'macula.local',
  MACULA_NAMESPACE: 'macula',
  MACULA_CLUSTER: 'hub',
  MACULA_APP: 'console',
  MACULA_IMAGE: 'registry.macula.local/macula/console:dev',
  MACULA_PUSH: 'docker push',
}

async function objects(folder: string): Promise<readonly Manifest[]> {
  const names = (await readdir(join(assets, folder))).filter(
    (name) => name.endsWith('.yaml') && name !== 'app.yaml',
  )
  const files = await Promise.all(
    names.map(async (name) => {
      const filled = fill({ file: name, text: await readFile(join(assets, folder, name), 'utf8') }, variables)
      if ('kind' in filled) throw new Error(`${name}: ${filled.says}`)
      return filled
    }),
  )
  const read = readManifests(files)
  if (read.kind === 'refused') throw new Error(`${read.file}: ${read.says}`)
  return read.manifests
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'macula-manifests-'))
})
afterAll(async () => await rm(folder, { recursive: true, force: true }))

async function validate(name: string, manifests: readonly Manifest[]): Promise<Ran> {
  const file = join(folder, `${name}.yaml`)
  await writeFile(file, streamOf(manifests))
  // prettier-ignore
  return await run('env', [`PYTHONPATH=${validator}`, 'python3', join(validator, 'bin', 'kubernetes-validate'), '--strict', '-k', '1.37.0', file])
}

describe('the manifests are valid for the pinned version', () => {
  test('namespace, ingress controller, observability', async () => {
    const all = await objects('base')
    expect(all.map(({ kind }) => kind)).toContain('DaemonSet')
    const ran = await validate('base', all)
    expect(ran.out + ran.err).not.toContain('ERROR')
    expect(ran.code).toBe(0)
  })

  test.each(['console', 'bootstrap', 'peer1', 'peer2'])('%s, as it goes into the cluster', async (id) => {
    const app = { id, title: id, image: variables.MACULA_IMAGE, namespace: 'macula' }
    const ours = labelled(await objects(join('apps', id)), app)
    expect(ours.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'Ingress'])
    expect(JSON.stringify(ours[2])).toContain(`"host":"${id}.macula.local"`)
    const ran = await validate(id, ours)
    expect(ran.out + ran.err).not.toContain('ERROR')
    expect(ran.code).toBe(0)
  })

  test('the validator refuses what is wrong', async () => {
    const wrong = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { portz: [] } }
    expect((await validate('wrong', [wrong])).code).not.toBe(0)
  })
})

test('the images of the controller and of Alloy are pinned, Alloy as outside', async () => {
  const text = JSON.stringify(await objects('base'))
  expect(text).toContain('"image":"nginx/nginx-ingress:5.5.4"')
  const outside = await readFile(join(assets, '..', 'stack', 'alloy', 'compose.yaml'), 'utf8')
  const alloy = /image: (grafana\/alloy:\S+)/.exec(outside)?.[1] ?? 'none'
  expect(text).toContain(`"image":"${alloy}"`)
})
