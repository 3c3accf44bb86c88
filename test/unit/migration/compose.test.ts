/** The Compose project as a part of the take-over, over a Docker engine of values. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { beyondShown } from '../../../main/model/before/compose.ts'
import { composePart } from '../../../main/system/migration/compose.ts'
import { differences } from '../../../main/system/migration/compose-differ.ts'
import { keptProjects } from '../../../main/system/migration/compose-kept.ts'
import { restProject } from '../../../main/system/migration/rest.ts'
import { fakeDocker } from './fake-docker.ts'

const signal = new AbortController().signal
const quiet = (): void => undefined
const state = mkdtempSync(join(tmpdir(), 'macula-project-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

function old(subnet = '172.23.0.0/24') {
  const docker = fakeDocker([
    { id: 'r1', name: 'macula-registry', running: true },
    { id: 'p1', name: 'macula-powerdns', running: false },
  ])
  const part = composePart({
    link: () => Promise.resolve(docker.link),
    env: {},
    state,
    subnet,
  })
  return { docker, part }
}

describe('what goes is what was shown', () => {
  test('resting for their data is no more than that', async () => {
    const { docker, part } = old()
    const [shown] = await part.plan()
    docker.containers[0]!.running = false
    const [now] = await part.plan()
    expect(now?.effects).not.toEqual(shown?.effects)
    expect(part.beyond?.(shown!, now!)).toEqual([])
    await part.takeOver(shown!, quiet, signal)
    expect(docker.said).toEqual(['remove p1', 'remove r1', 'remove net1'])
  })

  test('a container that appeared after the last look is not touched, nor is any other', async () => {
    const { docker, part } = old()
    const [shown] = await part.plan()
    docker.containers.push({ id: 's1', name: 'shop-db', running: true })
    await expect(part.takeOver(shown!, quiet, signal)).rejects.toMatchObject({
      trouble: { why: expect.stringContaining('shop-db') as string },
    })
    expect(docker.said).toEqual([])
  })

  test('a container of the same project name from another folder: all of it is left and named', async () => {
    const { docker, part } = old()
    docker.containers.push({ id: 'b1', name: 'bobdb', running: true, folder: '/mnt/home/bob/infrastructure' })
    expect(await part.plan()).toEqual([])
    expect((await part.detect())[0]?.costs).toContain('bobdb from /mnt/home/bob/infrastructure')
  })

  test('what does not come back is told: nameless volumes, and what was written beside volumes', async () => {
    const { docker, part } = old()
    const nameless = 'a1'.repeat(32)
    docker.containers[0] = {
      id: 'r1',
      name: 'macula-registry',
      running: true,
      volumes: { '/var/lib/registry': 'infrastructure_registry-data', '/tmp/cache': nameless },
    }
    const [step] = await part.plan()
    const lines = step?.effects.filter((effect) => !/^(container|network) /.test(effect))
    expect(lines).toEqual([
      'no volume is removed: infrastructure_registry-data stay',
      'volumes without a name stay too, and --back mounts them where they were: /tmp/cache of macula-registry',
      'what was written in these containers outside of volumes and mounted folders goes with them, as with docker compose down',
      expect.stringMatching(
        /^what Docker knows of each container, .* is kept in .*journal\.json, which only you may read/,
      ),
    ])
  })

  test.each([
    [
      '172.23.0.0/24',
      true,
      'While this Compose project stays, 172.23.0.0/24 and its ports are not Macula’s: services get no clean URL, and start only with another subnet.',
      'its containers keep their ports and 172.23.0.0/16: Macula needs another subnet, and its URLs carry a port.',
    ],
    [
      '172.31.240.0/24',
      true,
      'While this Compose project stays, its ports are not Macula’s: services get no clean URL.',
      'its containers keep their ports: Macula’s URLs carry a port.',
    ],
    [
      '172.23.0.0/24',
      undefined,
      'While this Compose project stays, 172.23.0.0/24 is not Macula’s: services start only with another subnet.',
      'its containers keep 172.23.0.0/16: Macula needs another subnet.',
    ],
    [
      '172.31.240.0/24',
      undefined,
      'Nothing of it is in Macula’s way.',
      'it stays as it is; nothing of it is in Macula’s way.',
    ],
  ] as const)(
    'what it costs with our subnet %s, ports published: %s',
    async (subnet, publishes, costs, without) => {
      const { docker, part } = old(subnet)
      if (publishes) docker.containers[0] = { ...docker.containers[0]!, publishes }
      const [seen] = await part.detect()
      expect(seen?.hasSubnet).toBe(subnet === '172.23.0.0/24' ? true : undefined)
      expect(seen?.costs).toBe(costs)
      expect((await part.plan())[0]?.without).toBe(without)
    },
  )

  test('of a network alone nothing more is told', async () => {
    const { docker, part } = old()
    docker.containers.length = 0
    expect((await part.plan())[0]?.effects).toEqual([
      'network infrastructure_macula-infra (172.23.0.0/16) is removed',
      'no volume is removed: it has none with a name',
    ])
  })

  test.each([
    ['container a (x) is stopped and removed', 'container a (x) is removed', true],
    ['container a (x) is removed', 'container a (x) is stopped and removed', false],
    ['container a (x) is removed', 'container a (y) is removed', false],
    ['container a (x) is removed', 'network n is removed', false],
    ['no volume is removed: a, b stay', 'no volume is removed: a stay', true],
  ])('“%s” covers “%s”: %s', (shown, now, is) => {
    expect(beyondShown([shown], [now])).toEqual(is ? [] : [now])
  })
})

describe('containers that rest', () => {
  const running = (...ids: readonly string[]) =>
    fakeDocker(ids.map((id) => ({ id, name: `macula-${id}`, running: true })))
  const project = (ids: readonly (readonly [id: string, name: string, running: boolean])[]) => ({
    project: 'infrastructure',
    folder: '',
    files: [],
    networks: [],
    containers: ids.map(([id, name, isRunning]) => ({
      id,
      name,
      running: isRunning,
      service: name,
      image: 'x',
      imageId: 'i',
      volumes: [],
      ports: [],
    })),
  })
  const all = project([
    ['loki', 'macula-loki', true],
    ['registry', 'macula-registry', true],
    ['tempo', 'macula-tempo', true],
  ])

  test('one that does not start again keeps none of the others down, and is told', async () => {
    const docker = running('loki', 'registry', 'tempo')
    const resting = await restProject(docker.link, all, signal)
    expect(docker.containers.filter((one) => one.running)).toEqual([])
    docker.broken.add('registry')
    const failed = await resting.again()
    expect(docker.containers.filter((one) => one.running).map(({ id }) => id)).toEqual(['loki', 'tempo'])
    expect(failed.map(({ what }) => what).join()).toContain('macula-registry cannot be started')
  })

  test('one that was made anew by hand rests by its name', async () => {
    const docker = running('loki', 'registry')
    const kept = project([
      ['old-id', 'macula-loki', true],
      ['registry', 'macula-registry', true],
    ])
    const { names } = await restProject(docker.link, kept, signal)
    expect(names).toEqual(['macula-loki', 'macula-registry'])
    expect(docker.containers.filter((one) => one.running)).toEqual([])
  })

  test('a Ctrl-C stops none, and what rests can run again', async () => {
    const docker = running('loki', 'registry')
    const resting = await restProject(docker.link, all, AbortSignal.abort())
    expect(resting.trouble?.what).toContain('interrupted')
    expect(await resting.again()).toEqual([])
    expect(docker.containers.every((one) => one.running)).toBe(true)
  })

  test('what was paused is paused again, also when an earlier run was ended before that', async () => {
    const docker = running('loki', 'registry')
    docker.containers[0]!.paused = true
    const resting = await restProject(docker.link, all, signal)
    expect(docker.containers.some((one) => one.running || one.paused)).toBe(false)
    expect(await resting.again()).toEqual([])
    expect(docker.containers.map(({ id, paused }) => `${id} ${paused === true}`)).toEqual([
      'loki true',
      'registry false',
    ])
    const ended = running('loki')
    const [loki] = all.containers
    const known = { ...all, containers: [{ ...loki!, paused: true }] }
    await (await restProject(ended.link, known, signal)).again()
    expect(ended.said).toEqual(['stop loki', 'start loki', 'pause loki'])
  })

  test('of what was kept twice the id of now counts, and that it ran', async () => {
    const { docker, part } = old()
    const [step] = await part.plan()
    const first = await part.keep(step!, [])
    docker.containers[0] = { id: 'r2', name: 'macula-registry', running: false }
    const second = await part.keep(step!, [first])
    const [both] = keptProjects([first, second])
    expect(both?.containers.map(({ id, name, running: ran }) => `${id} ${name} ${ran}`)).toEqual([
      'p1 macula-powerdns false',
      'r2 macula-registry true',
    ])
  })
})

describe('what comes back', () => {
  test('is not started by another image that has its tag by now; the command that leads back is told', async () => {
    const { docker, part } = old()
    const [step] = await part.plan()
    const kept = await part.keep(step!, [])
    docker.containers.length = 0
    docker.images['image:1'] = 'sha256:other'
    docker.images['sha256:other'] = 'sha256:other'
    await expect(part.giveBack(kept, quiet, signal)).rejects.toMatchObject({
      trouble: {
        what: expect.stringContaining('image:1 is not the image that ran') as string,
        todo: 'docker tag sha256:i image:1 gives the one that ran its name again.\nThen maculactl migrate --back.',
      },
    })
    expect(docker.said).toEqual([])
  })

  test('nor where one of it is still there, nor where the image that ran is gone', async () => {
    const { docker, part } = old()
    const [step] = await part.plan()
    const kept = await part.keep(step!, [])
    docker.containers.splice(1)
    docker.images['image:1'] = 'sha256:other'
    delete docker.images['sha256:i']
    await expect(part.giveBack(kept, quiet, signal)).rejects.toMatchObject({
      trouble: { todo: expect.stringContaining('The image that ran (sha256:i) is gone') as string },
    })
    expect(docker.said).toEqual([])
  })

  test('not over containers of another folder that have its name by now', async () => {
    const { docker, part } = old()
    const [step] = await part.plan()
    const kept = await part.keep(step!, [])
    docker.containers.length = 0
    docker.containers.push({
      id: 'b1',
      name: 'macula-registry',
      running: true,
      folder: '/home/bob/infrastructure',
    })
    await expect(part.giveBack(kept, quiet, signal)).rejects.toMatchObject({
      trouble: { what: expect.stringContaining('/home/bob/infrastructure have its name') as string },
    })
    expect(docker.said).toEqual([])
  })

  const end = (aliases: string[], address = '') => ({
    aliases,
    links: [],
    ipam: address === '' ? {} : { IPv4Address: address },
    options: {},
  })
  const record = (
    policy: Readonly<Record<string, unknown>>,
    Env: readonly string[],
    networks: Readonly<Record<string, ReturnType<typeof end>>>,
    mounts = [{ name: 'v', at: '/data', writes: true }],
  ) => ({ config: { Env }, host: { RestartPolicy: policy }, networks, mounts, shares: [] })
  const one = {
    id: 'r1',
    name: 'macula-registry',
    service: 'registry',
    image: 'image:1',
    imageId: 'sha256:i',
    running: true,
    volumes: [],
    ports: [{ address: '0.0.0.0', port: 5999, protocol: 'tcp' as const }],
    paused: true,
    record: record({ Name: 'on-failure', MaximumRetryCount: 5 }, ['A=1', 'PASSWORD=from-shell'], {
      kind: end(['kind-registry'], '172.29.7.9'),
    }),
  }
  const seen = { ...one, needs: [], waits: [], labels: {} }

  test('as it was: nothing is told', () => {
    expect(differences(one, [seen])).toEqual([])
  })

  test('each difference is told by name, of passwords only that they differ', () => {
    const ports = [{ address: '0.0.0.0', port: 5001, protocol: 'tcp' as const }]
    const now = record({ Name: 'unless-stopped' }, ['A=1', 'PASSWORD=env'], { own: end([]) }, [])
    expect(differences(one, [{ ...seen, running: false, paused: false, ports, record: now }])).toEqual([
      'macula-registry has port 5001 of all addresses in place of port 5999 of all addresses',
      'macula-registry does not run, and did',
      'macula-registry was paused',
      'macula-registry has another value of PASSWORD',
      'macula-registry has the restart policy unless-stopped in place of on-failure:5',
      'macula-registry has not the volume v at /data',
      'macula-registry is not on the network kind',
    ])
    expect(
      differences(one, [
        {
          ...seen,
          record: {
            ...one.record,
            host: { ...one.record.host, Memory: 64 },
            networks: { kind: end([], '172.29.7.10') },
          },
        },
      ]),
    ).toEqual([
      'macula-registry has another value of Docker’s Memory',
      'macula-registry is not called kind-registry on kind',
      'macula-registry has 172.29.7.10 on kind in place of 172.29.7.9',
    ])
    expect(differences(one, [])).toEqual(['macula-registry is missing'])
  })
})
