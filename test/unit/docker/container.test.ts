import type Docker from 'dockerode'
import { expect, it } from 'vitest'
import { containerSeen } from '../../../main/system/docker/container.ts'

function info(state: object, policy = 'unless-stopped', more: object = {}): Docker.ContainerInspectInfo {
  return {
    Id: 'abc',
    Created: '2026-11-23T20:24:50Z',
    Name: '/macula-grafana-1',
    Image: 'sha256:1',
    RestartCount: 2,
    Config: {
      Image: 'grafana/grafana:13.2.1',
      Labels: {
        'dev.macula.project': 'macula',
        'dev.macula.service': 'grafana',
        'dev.macula.config': 'feed',
      },
    },
    State: {
      Status: 'running',
      OOMKilled: false,
      ExitCode: 0,
      Error: '',
      StartedAt: '2026-11-23T20:24:53.5Z',
      FinishedAt: '0001-01-01T00:00:00Z',
      ...state,
    },
    HostConfig: { RestartPolicy: { Name: policy } },
    NetworkSettings: {
      Networks: { macula: { IPAddress: '172.23.0.21' } },
      Ports: {
        '3000/tcp': [{ HostIp: '127.0.0.1', HostPort: '49153' }],
        '53/udp': [{ HostIp: '127.0.0.1', HostPort: '9' }],
        '9/tcp': null,
      },
    },
    ...more,
  } as unknown as Docker.ContainerInspectInfo
}

it('tells a running container', () => {
  expect(containerSeen(info({ Health: { Status: 'healthy', Log: [] } }), 'macula')).toEqual({
    id: 'abc',
    name: 'macula-grafana-1',
    service: 'grafana',
    image: 'grafana/grafana:13.2.1',
    imageId: 'sha256:1',
    state: 'running',
    health: 'healthy',
    exitCode: 0,
    oomKilled: false,
    error: '',
    restarts: 2,
    createdAt: Date.parse('2026-11-23T20:24:50Z'),
    startedAt: Date.parse('2026-11-23T20:24:53.5Z'),
    finishedAt: 0,
    address: '172.23.0.21',
    published: { 3000: '127.0.0.1:49153', '53/udp': '127.0.0.1:9' },
    stoppedOnPurpose: false,
    config: 'feed',
    made: expect.objectContaining({ networks: { macula: '' } }),
  })
})

it('has the output of the last failed check, cut', () => {
  const log = [
    { ExitCode: 1, Output: 'older' },
    { ExitCode: 1, Output: 'x'.repeat(4096) },
    { ExitCode: 0, Output: 'fine' },
  ]
  const seen = containerSeen(info({ Health: { Status: 'unhealthy', Log: log } }), 'macula')
  expect(seen.health).toBe('unhealthy')
  expect(seen.healthOutput).toBe('x'.repeat(500))
})

it.each([
  ['no check failed: Docker says so of a paused one until its next check', 0, 'starting'],
  ['checks failed', 3, 'unhealthy'],
])('unhealthy where %s', (_, streak, health) => {
  const said = { Health: { Status: 'unhealthy', FailingStreak: streak, Log: [] } }
  expect(containerSeen(info(said), 'macula').health).toBe(health)
})

it.each([
  ['docker stop', { Status: 'exited', ExitCode: 143 }, 'unless-stopped', true],
  ['docker kill', { Status: 'exited', ExitCode: 137 }, 'unless-stopped', true],
  ['a program that exits 1 when told to stop', { Status: 'exited', ExitCode: 1 }, 'unless-stopped', true],
  ['out of memory', { Status: 'exited', ExitCode: 137, OOMKilled: true }, 'unless-stopped', false],
  [
    'a start that failed',
    { Status: 'exited', ExitCode: 128, Error: 'Address already in use' },
    'unless-stopped',
    false,
  ],
  ['crashing', { Status: 'restarting', ExitCode: 1 }, 'unless-stopped', false],
  ['a crash that nobody repairs', { Status: 'exited', ExitCode: 1 }, 'no', false],
  ['told to stop, without a policy', { Status: 'exited', ExitCode: 143 }, 'no', true],
  ['running', { Status: 'running' }, 'unless-stopped', false],
])('stopped on purpose? %s', (_, state, policy, expected) => {
  expect(containerSeen(info(state, policy), 'macula').stoppedOnPurpose).toBe(expected)
})

it('has no address while it does not run, and bears an engine that leaves things out', () => {
  expect(containerSeen(info({ Status: 'exited' }), 'macula').address).toBe('')
  const bare = info({}, '', { Config: { Image: 'x', Labels: null }, NetworkSettings: { Networks: {} } })
  expect(containerSeen(bare, 'macula')).toMatchObject({ service: '', config: '', address: '', published: {} })
})

it('volumes without a name are told with where they are mounted, named ones and binds are not', () => {
  const volume = 'ab'.repeat(32)
  const mounts = [
    { Type: 'volume', Name: volume, Destination: '/x', RW: true },
    { Type: 'volume', Name: 'macula_data', Destination: '/y', RW: true },
    { Type: 'bind', Source: `/${volume}`, Destination: '/z', RW: true },
  ]
  const seen = (more: object) => containerSeen(info({ Status: 'running' }, 'no', more), 'macula')
  expect(seen({ Mounts: mounts }).nameless).toEqual([{ volume, path: '/x' }])
  expect(seen({ Mounts: mounts.slice(1) })).not.toHaveProperty('nameless')
})

it.each([
  ['started again after SIGKILL, and nobody told Docker why', { Status: 'restarting', ExitCode: 137 }, true],
  ['of which Docker was told', { Status: 'restarting', ExitCode: 137, OOMKilled: true }, undefined],
  ['that docker kill ended', { Status: 'exited', ExitCode: 137 }, undefined],
  ['that crashes', { Status: 'restarting', ExitCode: 1 }, undefined],
])('killed, but not by Docker? one %s', (_, state, killed) => {
  expect(containerSeen(info(state, 'unless-stopped'), 'macula').killed).toBe(killed)
})
