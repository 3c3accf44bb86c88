import { describe, expect, it } from 'vitest'
import {
  composeTrouble,
  environmentFor,
  hostArguments,
  type ComposeRun,
} from '../../../main/system/stack/compose.ts'
import { CANARY } from './fixture.ts'

it('compose gets the person’s environment without what steers it', () => {
  const own = {
    HOME: '/home/ann',
    PATH: '/usr/bin',
    DOCKER_CONFIG: '/x',
    COMPOSE_FILE: '/evil.yaml',
    COMPOSE_PROJECT_NAME: 'other',
    COMPOSE_PROFILES: 'x',
    MACULA_SUFFIX: 'evil.test',
    MACULA_SECRET_X: 'y',
    NOTHING: undefined,
  }
  expect(environmentFor(own, 'linux')['PATH']).toBe('/usr/bin')
  expect(environmentFor(own, 'darwin')).toEqual({
    HOME: '/home/ann',
    PATH: '/usr/bin:/usr/local/bin:/opt/homebrew/bin:/home/ann/.docker/bin',
    DOCKER_CONFIG: '/x',
    COMPOSE_IGNORE_ORPHANS: 'true',
  })
})

it.each([
  [{ kind: 'socket', path: '/run/x.sock' }, ['--host', 'unix:///run/x.sock']],
  [{ kind: 'tcp', host: 'far', port: 2375 }, ['--host', 'tcp://far:2375']],
  [{ kind: 'tcp', host: '::1', port: 2375 }, ['--host', 'tcp://[::1]:2375']],
  [{ kind: 'unusable', says: '' }, []],
] as const)('docker is led to the engine we speak to: %j', (endpoint, args) => {
  expect(hostArguments(endpoint)).toEqual(args)
})

describe('why containers were not made', () => {
  const trouble = (run: Partial<ComposeRun>, services: readonly string[] = ['grafana']) =>
    composeTrouble({ kind: 'failed', errors: [], ...run }, services, new Map([['X', CANARY]])).trouble

  it.each([
    [{ kind: 'interrupted' }, { kind: 'refused' }],
    [{ kind: 'no-docker' }, { kind: 'outside', what: 'The docker command is not installed.' }],
    [{ kind: 'late' }, { kind: 'failed', what: 'grafana cannot be made.' }],
    [
      { errors: ["docker: 'compose' is not a docker command."] },
      { kind: 'outside', what: expect.stringContaining('Compose'), todo: expect.stringContaining('Install') },
    ],
    [{ errors: ['unknown flag: --progress'] }, { kind: 'outside' }],
    [
      {
        errors: [
          'Error response from daemon: Conflict. The container name "/macula-grafana-1" is already in use by container "5935".',
        ],
      },
      {
        kind: 'failed',
        what: 'grafana cannot be made: a container that is not ours has the name macula-grafana-1.',
        todo: expect.stringContaining('left as it is'),
      },
    ],
    [
      { errors: ['Error response from daemon: No such image: nope/x:1'] },
      { what: 'grafana cannot be made: the image nope/x:1 is not on this machine.' },
    ],
    [
      { errors: ['validating /x/compose.yaml: services.web Additional property imge is not allowed'] },
      { kind: 'failed', why: expect.stringContaining('imge') },
    ],
  ] as const)('%j', (run, expected) => {
    expect(trouble(run as Partial<ComposeRun>)).toMatchObject(expected)
  })

  it('never shows a secret or a control character (faults 7, 35)', () => {
    const told = JSON.stringify(trouble({ errors: [`bad value ${CANARY}\u001b[31m in line\n2`] }))
    expect(told).not.toContain(CANARY)
    expect(told).toContain('••••')
    expect(told).not.toContain('\\u001b')
  })

  it('counts when it is about several', () => {
    expect(trouble({}, ['a', 'b', 'c']).what).toBe('3 containers cannot be made.')
  })
})
