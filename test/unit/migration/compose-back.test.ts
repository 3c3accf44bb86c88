/** What `--back` refuses of a Compose project, and what it tells to differ, over a Docker engine of values. */
import { describe, expect, test } from 'vitest'
import { differences } from '../../../main/system/migration/compose-differ.ts'
import { old, quiet, signal } from './old-project.ts'

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
      'macula-registry lacks the volume v at /data',
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
