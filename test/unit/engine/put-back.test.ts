import { beforeEach, expect, test } from 'vitest'
import { keptCopies, putBack } from '../../../main/engine/run/put-back.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { keptCopiesOf, sayKeptAt } from '../../../main/model/kept.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { rowOf } from '../../../main/engine/picked.ts'
import { fakeStack } from './fake-stack.ts'

/** Kept copies go back where they came from, and what was there meanwhile is kept too. */

const specs = (id: string): Partial<ServiceSpec> => ({ needs: id === 'app' ? ['db'] : [] })
const older = { from: 'macula_side', to: 'macula_side_before-20261101-0900' }
const newer = { from: 'macula_side', to: 'macula_side_before-20261103-0900' }
const others = { from: 'macula_db', to: 'macula_db_before-20261103-0900' }

let stack: ReturnType<typeof fakeStack>
let put: string[]
beforeEach(async () => {
  stack = fakeStack(['app', 'db', 'side'], specs)
  await stack.up(['app', 'db', 'side'])
  stack.forget()
  put = []
  volumes({
    copies: () => Promise.resolve([older, newer, others]),
    putBack({ copy, to }: { copy: string; to: string }) {
      put.push(`${copy} to ${to}`)
      return Promise.resolve({ from: copy, to, entries: 3, bytes: 10 })
    },
  })
})

const volumes = (part: object): void => void Object.assign(stack.context.adapters.docker.volumes, part)
const side = (id = 'side') => rowOf(stack.context.catalog(), id)
const go = async (at: string, id = 'side', tell: (event: StepEvent) => void = () => undefined) =>
  await putBack(stack.context, side(id), at, tell, new AbortController().signal)

test('copies are those of the service alone, newest first', async () => {
  expect(await keptCopies(stack.context, side())).toEqual([
    { at: '20261103-0900', volumes: [newer] },
    { at: '20261101-0900', volumes: [older] },
  ])
})

test.each([
  ['', newer],
  ['20261101-0900', older],
])('%j puts that one back, and keeps what was there', async (at, copy) => {
  const result = await go(at)
  expect(put).toEqual([`${copy.to} to macula_side`])
  expect(result).toMatchObject({ ok: true, done: ['side'], failed: [] })
  expect(result.moved).toHaveLength(1)
  expect(result.moved[0]?.from).toBe('macula_side')
  expect(result.moved[0]?.to).toMatch(/^macula_side_before-/)
})

test('a time of which nothing was kept changes nothing', async () => {
  await expect(go('20200101-0000')).rejects.toThrow('Nothing of SIDE was kept at 20200101-0000')
  expect(put).toEqual([])
})

test('data that others need while they run is not put under them', async () => {
  await expect(go('', 'db')).rejects.toThrow(/The data of DB is not put back: /)
  expect(put).toEqual([])
})

test('a copy that does not arrive says where everything is', async () => {
  volumes({ putBack: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'The disk is full.' })) })
  const error = await go('').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(MaculaError)
  expect((error as MaculaError).trouble).toMatchObject({ what: 'The disk is full.' })
  expect((error as MaculaError).trouble.todo).toContain('macula_side_before-')
})

test('copies are grouped by the time in their names', () => {
  expect(keptCopiesOf([others, older, { from: 'a', to: 'odd' }]).map(({ at }) => at)).toEqual([
    'odd',
    '20261103-0900',
    '20261101-0900',
  ])
  expect(sayKeptAt('20261103-0905')).toBe('2026-11-03 09:05')
  expect(sayKeptAt('odd')).toBe('odd')
})
