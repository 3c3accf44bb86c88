/** The Compose project as a part of the take-over, over a Docker engine of values. */
import { describe, expect, test } from 'vitest'
import { beyondShown } from '../../../main/model/before/compose.ts'
import { keptProjects } from '../../../main/system/migration/compose-kept.ts'
import { restProject } from '../../../main/system/migration/rest.ts'
import { fakeDocker } from './fake-docker.ts'
import { old, quiet, signal } from './old-project.ts'

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

  test('what podman-compose made is left to it: Docker’s interface knows nothing of its pod', async () => {
    const { docker, part } = old()
    const labels = { 'io.podman.compose.project': 'infrastructure' }
    docker.containers.splice(0, 1, { id: 'r1', name: 'macula-registry', running: true, labels })
    expect(await part.plan()).toEqual([])
    expect((await part.detect())[0]?.costs).toContain(
      'podman-compose --project-name infrastructure down, in its folder, ends it; then maculactl migrate.',
    )
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
      'anonymous volumes stay too, and --back mounts them where they were: /tmp/cache of macula-registry',
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
