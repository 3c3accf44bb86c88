import { describe, expect, it } from 'vitest'
import { composeTrouble, type ComposeRun } from '../../../main/system/stack/compose.ts'
import { CANARY } from './fixture.ts'

describe('why containers were not made', () => {
  const trouble = (run: Partial<ComposeRun>, services: readonly string[] = ['grafana']) =>
    composeTrouble({ kind: 'failed', errors: [], ...run }, services, new Map([['X', CANARY]])).trouble

  it.each([
    [{ kind: 'interrupted' }, { kind: 'refused' }],
    [{ kind: 'no-docker' }, { kind: 'outside', what: 'The docker command is not installed.' }],
    [{ kind: 'late' }, { kind: 'failed', what: 'grafana cannot be created.' }],
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
        what: 'grafana cannot be created: a container that is not ours has the name macula-grafana-1.',
        todo: expect.stringContaining('left as it is'),
      },
    ],
    [
      { errors: ['Error response from daemon: No such image: nope/x:1'] },
      { what: 'grafana cannot be created: the image nope/x:1 is not on this machine.' },
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
    expect(trouble({}, ['a', 'b', 'c']).what).toBe('3 containers cannot be created.')
  })
})
