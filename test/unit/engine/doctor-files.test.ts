import { expect, test } from 'vitest'
import type { SecretsChanging } from '../../../main/engine/adapters.ts'
import type { CheckInput } from '../../../main/engine/doctor/check.ts'
import { files } from '../../../main/engine/doctor/checks/files.ts'
import type { Trouble } from '../../../main/model/errors.ts'
import { service } from '../stack/fixture.ts'

const gone: Trouble = { kind: 'refused', what: 'They are gone.', why: 'W.', todo: 'T.' }
const off: Trouble = { kind: 'refused', what: 'A is another one.' }

const found = async (held: (name: string) => Trouble | undefined, changing?: SecretsChanging) =>
  await files.run({
    notes: [],
    catalog: {
      services: [service('one', { secrets: ['A', 'B'] }), service('two', { secrets: ['B'] })],
      forwards: [],
      problems: [],
    },
    adapters: {
      secrets: {
        read: () => Promise.resolve(new Map([['A', 'x']])),
        held: () => Promise.resolve(held),
        changing: () => Promise.resolve(changing),
      },
    },
  } as unknown as CheckInput)

test.each<readonly [string, (name: string) => Trouble | undefined, readonly object[]]>([
  ['all are right', () => undefined, [{ result: 'ok', what: '1 password kept.' }]],
  [
    'one is not what data was made with',
    (name) => (name === 'A' ? off : undefined),
    [{ result: 'failed', what: 'A is another one.' }],
  ],
  [
    'all are gone: told once',
    () => gone,
    [{ result: 'failed', what: 'They are gone.', why: 'W.', todo: 'T.' }],
  ],
])('the doctor on passwords, when %s', async (_, held, findings) => {
  expect(await found(held)).toMatchObject(findings)
  expect(await found(held)).toHaveLength(findings.length)
})

test('the doctor tells of a change of passwords that was interrupted', async () => {
  const change = { since: 1, from: new Map(), to: new Map([['A', 'canary']]) }
  const findings = await found(() => undefined, change)
  expect(findings).toMatchObject([
    {
      result: 'failed',
      what: 'A change of A was interrupted.',
      todo: expect.stringContaining('maculactl secrets finish') as unknown,
    },
  ])
  expect(JSON.stringify(findings)).not.toContain('canary')
})
