/** Whose a KinD cluster is, by real files; a person who is not their owner stands in for another one. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { clusterInPlaceOf } from '../../../main/model/before/clusters.ts'
import { clustersPart } from '../../../main/system/migration/clusters.ts'
import { whyClusterLeft } from '../../../main/system/migration/whose-cluster.ts'
import type { Link } from '../../../main/system/docker/link.ts'
import { pathsOf } from '../../../main/system/paths.ts'

const OWN = 4711
let home: string
let config: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'macula-cluster-'))
  config = join(home, '.kube/config')
  mkdirSync(join(home, '.kube'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const kubeconfig = (server: string, context = 'kind-macula-dev'): string =>
  JSON.stringify({
    kind: 'Config',
    clusters: [{ name: context, cluster: { server } }],
    contexts: [{ name: context, context: { cluster: context, user: context } }],
    users: null,
  })
const cluster = { name: 'macula-dev', folders: ['/lib/modules', '/nowhere/at-all'], apiPorts: [33_215] }
const left = async (env: Readonly<Record<string, string>> = {}, uid = OWN, marks = cluster) =>
  await whyClusterLeft(marks, { uid, env: { HOME: home, ...env } })

describe('by the kubeconfig that kind wrote for whoever made it', () => {
  test.each([
    ['it leads there', 'https://127.0.0.1:33215'],
    ['by hand, to an address that Docker does not tell', 'https://hub.lab:6443'],
  ])('it is one’s own: %s', async (_, server) => {
    writeFileSync(config, kubeconfig(server))
    expect(await left()).toBeUndefined()
  })

  test.each([
    ['no file', undefined, 'no context kind-macula-dev, so somebody else may have made it'],
    ['an empty file', '', 'no context kind-macula-dev'],
    ['another’s context', kubeconfig('https://127.0.0.1:33215', 'kind-macula'), 'no context kind-macula-dev'],
    [
      'one of a cluster that was there before',
      kubeconfig('https://127.0.0.1:40001'),
      'leads to https://127.0.0.1:40001, and this cluster is at port 33215',
    ],
    ['half a file', '{"clusters": [', 'whose it is cannot be known, because'],
    ['what is no kubeconfig', 'contexts: 7\n', 'whose it is cannot be known, because'],
  ])('it is left, with the reason: %s', async (_, text, because) => {
    if (text !== undefined) writeFileSync(config, text)
    expect(await left()).toContain(because)
    expect(await left()).toContain(config)
    // Root stops whatever it was shown.
    expect(await left({}, 0)).toBeUndefined()
  })

  test('each file that KUBECONFIG names is looked at, instead of the usual one', async () => {
    writeFileSync(config, kubeconfig('https://127.0.0.1:33215'))
    const [one, two] = [join(home, 'one'), join(home, 'two')]
    expect(await left({ KUBECONFIG: `${one}:${two}` })).toBe(
      `${one} and ${two} have no context kind-macula-dev, so somebody else may have made it`,
    )
    writeFileSync(two, kubeconfig('https://127.0.0.1:33215'))
    expect(await left({ KUBECONFIG: `${one}:${two}` })).toBeUndefined()
  })
})

test.runIf(process.getuid?.() === 0)(
  'a folder of another person’s that its nodes mount goes before that',
  async () => {
    const { chownSync } = await import('node:fs')
    const source = join(home, 'source')
    mkdirSync(source)
    const mounts = { ...cluster, folders: ['/lib/modules', source] }
    chownSync(source, 4712, 4712)
    writeFileSync(config, kubeconfig('https://127.0.0.1:33215'))
    expect(await left({}, OWN, mounts)).toBe(`it uses ${source}, which belongs to uid 4712`)
    // One’s own folder is proof enough, whatever a kubeconfig says.
    rmSync(config)
    expect(await left({}, 4712, mounts)).toBeUndefined()
  },
)

describe('of two clusters on a Docker that two people use', () => {
  const node = (name: string, port: number, folder: string) => ({
    Id: name,
    Names: [`/${name}-control-plane`],
    Labels: { 'io.x-k8s.kind.cluster': name },
    Ports: [
      { IP: '127.0.0.1', PrivatePort: 6443, PublicPort: port, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: port - 33_000, Type: 'tcp' },
    ],
    Mounts: [{ Type: 'bind', Source: folder, Destination: '/src' }],
  })
  const part = () =>
    clustersPart({
      link: () =>
        Promise.resolve({
          calls: {
            listContainers: () =>
              Promise.resolve([
                node('macula-dev', 33_215, '/nowhere'),
                node('macula-hub', 33_300, '/nowhere'),
              ]),
          },
        } as unknown as Link),
      paths: pathsOf({ HOME: home }, '/nowhere'),
      env: { HOME: home },
      uid: statSync(home).uid === 0 ? OWN : statSync(home).uid,
    })

  test('one’s own is offered, the other is named with its ports and left alone', async () => {
    writeFileSync(config, kubeconfig('https://127.0.0.1:33215'))
    const found = await part().detect()
    expect(found.map(({ title }) => title)).toEqual([
      'The KinD cluster macula-dev',
      'The KinD cluster macula-hub',
    ])
    expect(found[0]?.costs).not.toContain('It stays')
    expect(found[1]?.holds).toEqual(['1 running node', 'port 300 of all addresses'])
    expect(found[1]?.costs).toContain(`It stays: ${config} has no context kind-macula-hub`)
    expect(found[1]?.costs).toContain('Whoever made it stops it (docker stop macula-hub-control-plane).')
    const plan = await part().plan()
    expect(plan.map(({ id }) => id)).toEqual(['cluster-macula-dev'])
    // Nobody needs to stop what can be used.
    expect(plan[0]?.without).toContain('maculactl cluster start hub uses it as it is, with what is in it.')
  })

  test.each([
    ['macula-dev', 'hub'],
    ['macula-hub', 'hub'],
    ['macula-peer0', 'peer0'],
    ['macula-peer123', undefined],
  ])('%s is used as %s', (name, id) => expect(clusterInPlaceOf(name)).toBe(id))

  test('with none of one’s own nothing is done', async () => {
    expect(await part().plan()).toEqual([])
    expect(await part().detect()).toHaveLength(2)
  })
})
