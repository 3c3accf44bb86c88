import { beforeEach, describe, expect, test } from 'vitest'
import type { KeepWish } from '../../../main/engine/adapters.ts'
import { refusePartial } from '../../../main/engine/run/partial.ts'
import { keptCopies, putBack } from '../../../main/engine/run/put-back.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { keptCopiesOf, sayKeptAt } from '../../../main/model/kept.ts'
import type { PartialData } from '../../../main/model/partial.ts'
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

/** Marks of data that is a part only, in memory; `killed`: the process ends before anything is tidied up. */
function marks() {
  const parts = new Map<string, { part: PartialData; alive: boolean }>()
  const state = { parts, killed: false }
  Object.assign(stack.context.adapters, {
    restores: {
      cut: () => Promise.resolve(undefined),
      taking: () => Promise.resolve(undefined),
      partial: () => Promise.resolve([...parts.values()].flatMap(({ part, alive }) => (alive ? [] : [part]))),
      keepPartial(id: string, part: PartialData | undefined, over?: 'over') {
        if (state.killed) return Promise.resolve()
        if (part) parts.set(id, { part, alive: over === undefined })
        else parts.delete(id)
        return Promise.resolve()
      },
    },
  })
  return state
}

/** Ended by a kill while the copy of `at` is put back. */
async function killedAt(at: string) {
  const state = marks()
  volumes({
    putBack() {
      // Before the volume is emptied it is written down.
      expect([...state.parts.keys()]).toEqual(['side'])
      state.killed = true
      return Promise.reject(new Error('killed'))
    },
  })
  await expect(go(at)).rejects.toThrow('killed')
  state.killed = false
  for (const one of state.parts.values()) one.alive = false
  volumes({
    copies: () => Promise.resolve([older, newer, others, ...stack.world.kept]),
    putBack({ copy, to }: { copy: string; to: string }) {
      put.push(`${copy} to ${to}`)
      return Promise.resolve({ from: copy, to, entries: 3, bytes: 10 })
    },
  })
  return state
}

describe('killed while it is put back', () => {
  test('nothing starts on a part, not what needs it either, and the command that continues is named', async () => {
    await killedAt(older.to.slice(-13))
    const says = {
      trouble: {
        what: 'Nothing was started: SIDE has a part of its data only.',
        why: 'Putting back its copy 20261101-0900 was cut off.',
        todo: expect.stringContaining('maculactl reset side --back 20261101-0900 continues') as string,
      },
    }
    await expect(refusePartial(stack.context, ['app', 'side'])).rejects.toMatchObject(says)
    await refusePartial(stack.context, ['app', 'db'])
    stack.forget()
    await expect(stack.runs.start(['side'], stack.tell, new AbortController().signal)).rejects.toMatchObject(
      says,
    )
    expect(stack.did).toEqual([])
  })

  test('the same again takes the same copy, not what the killed one put aside, and keeps the part as a part', async () => {
    const state = await killedAt('20261101-0900')
    const copies = await keptCopies(stack.context, side())
    expect(copies.filter(({ goesOn }) => goesOn).map(({ at }) => at)).toEqual(['20261101-0900'])
    const wishes: KeepWish[] = []
    const own = stack.context.adapters.docker.volumes
    const keep = own.keep.bind(own)
    volumes({
      keep: async (...[wish, onBytes, signal]: Parameters<typeof keep>) => {
        wishes.push(wish)
        return await keep(wish, onBytes, signal)
      },
    })
    expect((await go('')).ok).toBe(true)
    expect(put).toEqual([`${older.to} to macula_side`])
    expect(wishes.map(({ partial }) => partial)).toEqual([true])
    expect([...state.parts.keys()]).toEqual([])
    await refusePartial(stack.context, ['side'])
  })

  test('another copy by its time ends it too', async () => {
    const state = await killedAt('20261101-0900')
    expect((await go('20261103-0900')).ok).toBe(true)
    expect(put).toEqual([`${newer.to} to macula_side`])
    expect([...state.parts.keys()]).toEqual([])
  })
})

test('one that fails leaves it known too', async () => {
  const state = marks()
  volumes({ putBack: () => Promise.reject(new MaculaError({ kind: 'failed', what: 'The disk is full.' })) })
  await expect(go('20261101-0900')).rejects.toMatchObject({
    trouble: {
      todo: expect.stringContaining('maculactl reset side --back 20261101-0900 continues') as string,
    },
  })
  expect([...state.parts.values()].map(({ alive }) => alive)).toEqual([false])
  await expect(refusePartial(stack.context, ['side'])).rejects.toThrow(/a part of its data only/)
})

describe('a copy that is a part only', () => {
  const part = { from: 'macula_side', to: 'macula_side_before-20261104-0900', partial: true as const }

  test('is never taken without naming it', async () => {
    volumes({ copies: () => Promise.resolve([older, newer, part]) })
    await go('')
    expect(put).toEqual([`${newer.to} to macula_side`])
    await go('20261104-0900')
    expect(put.at(-1)).toBe(`${part.to} to macula_side`)
  })

  test('is all there is: told as that', async () => {
    volumes({ copies: () => Promise.resolve([part]) })
    await expect(go('')).rejects.toMatchObject({
      trouble: {
        what: 'Nothing whole of SIDE was kept: each copy is a part of its data only.',
        todo: 'Kept: 20261104-0900 (a part only).',
      },
    })
    expect(put).toEqual([])
  })
})

test('copies are grouped by the time in their names', () => {
  expect(keptCopiesOf([others, older, { from: 'a', to: 'odd' }]).map(({ at }) => at)).toEqual([
    'odd',
    '20261103-0900',
    '20261101-0900',
  ])
  expect(sayKeptAt('20261103-0905')).toBe('2026-11-03 09:05')
  expect(sayKeptAt('20261103-0905-2')).toBe('2026-11-03 09:05 (2)')
  expect(sayKeptAt('odd')).toBe('odd')
})
