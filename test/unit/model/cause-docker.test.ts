import { describe, expect, test } from 'vitest'
import { clusterCause } from '../../../main/model/causes/cluster.ts'
import { dockerCause } from '../../../main/model/causes/docker.ts'
import { ownerCause } from '../../../main/model/causes/owner.ts'
import type { DockerSeen } from '../../../main/model/observation.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { frameOf, inCluster, row, rung, spec, up } from './rows.ts'

/** What runs services is down, or another person's: the words, and whose rows it hits. */

const again = { label: 'Check again', command: 'maculactl doctor', action: { kind: 'none' } }

describe('Docker', () => {
  const views = [
    row('a', { state: 'unknown' }),
    row('b', { state: 'failed' }),
    row('c', { state: 'unknown' }),
  ]
  const of = (docker: DockerSeen) => dockerCause(frameOf([], { docker }), views)

  test.each<readonly [string, DockerSeen, string, string]>([
    [
      'is not there',
      { kind: 'down', code: 'absent', says: 'No socket.' },
      'Docker does not answer.',
      'Install Docker, or start it (sudo systemctl start docker).',
    ],
    [
      'is looked for where it cannot be, which has its own way out',
      { kind: 'down', code: 'address', says: 'No socket.', todo: 'Unset DOCKER_HOST.' },
      'Docker was not asked: its address is not clear.',
      'Unset DOCKER_HOST.',
    ],
    [
      'is out of reach for this process',
      { kind: 'down', code: 'limits', says: 'No socket.' },
      'Docker cannot be asked by this process.',
      'Raise the limit in this terminal (ulimit -n 1024), or for good in /etc/security/limits.conf.',
    ],
  ])('%s: what cannot be seen for it is its own', (_, docker, what, todo) => {
    expect(of(docker)).toStrictEqual({
      id: 'docker',
      headline: {
        what: `${what} Names, addresses and forwarders are still checked.`,
        why: 'No socket.',
        todo,
        fix: again,
      },
      services: ['a', 'c'],
    })
  })

  test('is no trouble while it answers, or is asked for the first time', () => {
    expect(of(up)).toBeUndefined()
    expect(of({ kind: 'connecting' })).toBeUndefined()
  })
})

describe('another person’s Macula', () => {
  const other = {
    uid: 1000,
    user: 'alice',
    project: 'macula',
    has: '1 network',
    bySudo: false,
    beside: { project: 'macula-bob', subnet: '172.31.240.0/24', addresses: '127.0.1.0/24', dnsPort: 5355 },
    file: '/x/settings.json',
  }
  test.each<readonly [string, DockerSeen, boolean]>([
    ['is there', { ...up, other }, true],
    ['is not there', up, false],
    ['cannot be seen', { kind: 'down', code: 'slow', says: 'x' }, false],
  ])('%s', (_, docker, isTold) => {
    const cause = ownerCause(frameOf([], { docker }))
    expect(cause).toEqual(isTold ? expect.objectContaining({ id: 'owner', services: [] }) : undefined)
    if (isTold) expect(cause?.headline.what).toContain('alice (uid 1000)')
  })
})

describe('a cluster that is down', () => {
  const services = [
    spec('web', 1),
    spec('cluster/hub', 2, { title: 'Hub cluster', ...inCluster() }),
    spec('app', 3, inCluster('app')),
    spec('peer', 4, inCluster('peer')),
  ]
  const fix = {
    label: 'Start',
    command: 'maculactl up cluster/hub',
    action: { kind: 'start', services: ['cluster/hub'] },
  } as const
  const stop = rung('container', 'stop', { says: 'its node ended', why: 'Why.', todo: 'Do.', fix })
  const cluster = (told = stop): ServiceView => row('cluster/hub', { ladder: [rung('address', 'ok'), told] })
  const hit = (id: string): ServiceView =>
    row(id, { ladder: [rung('name', 'ok'), rung('container', 'unknown', { cause: 'cluster' })] })
  const of = (...views: readonly ServiceView[]) => clusterCause(frameOf(services), views)

  test('takes its one application along', () => {
    expect(of(row('web'), cluster(), hit('app'), row('peer'))).toStrictEqual({
      id: 'cluster',
      headline: {
        what: 'Hub cluster is down: its node ended. Its application is unknown meanwhile.',
        why: 'Why.',
        todo: 'Do.',
        fix,
      },
      services: ['app'],
    })
  })

  test('takes all of them along; its reason is shorter than what was found; without a fix there is none', () => {
    const { fix: _, ...bare } = stop
    expect(of(cluster({ ...bare, reason: 'exit code 137' }), hit('app'), hit('peer'))).toStrictEqual({
      id: 'cluster',
      headline: {
        what: 'Hub cluster is down: exit code 137. Its 2 applications are unknown meanwhile.',
        why: 'Why.',
        todo: 'Do.',
      },
      services: ['app', 'peer'],
    })
  })

  test.each<readonly [string, readonly ServiceView[]]>([
    ['no application suffers', [cluster(), row('app')]],
    ['it is on its way', [cluster(rung('container', 'progress')), hit('app')]],
    ['it works', [cluster(rung('container', 'ok')), hit('app')]],
    ['it has no row', [hit('app')]],
    ['a container says so', [cluster(), hit('web')]],
  ])('nothing is told when %s', (_, views) => expect(of(...views)).toBeUndefined())

  test('only the applications of that very cluster suffer', () => {
    const { runtime } = inCluster('far')
    const far = spec('far', 5, {
      runtime:
        runtime.kind === 'cluster' ? { ...runtime, cluster: { ...runtime.cluster, id: 'two' } } : runtime,
    })
    const cause = clusterCause(frameOf([...services, far]), [cluster(), hit('app'), hit('far')])
    expect(cause?.services).toEqual(['app'])
  })
})
