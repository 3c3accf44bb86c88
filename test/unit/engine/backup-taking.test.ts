import { beforeEach, describe, expect, test } from 'vitest'
import { restoreBack } from '../../../main/engine/run/backup/back.ts'
import { createBackup } from '../../../main/engine/run/backup/create.ts'
import { restoreBackup } from '../../../main/engine/run/backup/restore.ts'
import { backupWorld } from './backup-world.ts'

/** A create that was killed, and passwords on the way back of a restore that was. */

let stack: Awaited<ReturnType<typeof backupWorld>>['stack']
let state: Awaited<ReturnType<typeof backupWorld>>['state']
const { signal } = new AbortController()
beforeEach(async () => {
  ;({ stack, state } = await backupWorld())
})

const create = async (passphrase?: string) =>
  await createBackup(
    stack.context,
    stack.runs,
    { name: 'monday', registry: 'whole', passphrase },
    stack.tell,
    signal,
  )
const runs = (id: string): boolean =>
  [...stack.world.containers.values()].some((one) => one.service === id && one.state === 'running')

/** The process ends at `part`: nothing is written down and nothing is started or stopped any more. */
async function killedAt(part: string, work: () => Promise<unknown>): Promise<void> {
  const left = new Map<string, string>()
  state.onPart = (now) => {
    if (now !== part) return
    state.killed = true
    for (const one of stack.world.containers.values()) left.set(one.service, one.state)
    throw new Error('killed')
  }
  await expect(work()).rejects.toThrow('killed')
  for (const [key, one] of stack.world.containers)
    stack.world.containers.set(key, {
      ...one,
      state: left.get(one.service) === 'running' ? 'running' : 'exited',
    })
  Object.assign(state, { onPart: undefined, killed: false, alive: false })
  stack.forget()
}

describe('a create that is killed', () => {
  test('while files are copied leaves it known what is stopped; the next puts it right first', async () => {
    await killedAt('volume side side', create)
    expect(runs('side')).toBe(false)
    expect(state.taking).toMatchObject({
      name: 'monday',
      stopped: [{ id: 'side', title: 'SIDE' }],
      started: [],
    })
    await create()
    expect(stack.did[0]).toBe('start side')
    expect(stack.did).toContain('stop side')
    expect(runs('side')).toBe(true)
    expect(state.taking).toBeUndefined()
  })

  test('while a stopped database is dumped leaves it known that it runs for that alone', async () => {
    await stack.down(['db'])
    await killedAt('globals db', create)
    expect(runs('db')).toBe(true)
    expect(state.taking).toMatchObject({ stopped: [], started: [{ id: 'db' }] })
    await create()
    expect(stack.did.slice(0, 2)).toEqual(['stop db', 'start db'])
    expect(runs('db')).toBe(false)
    expect(state.taking).toBeUndefined()
  })

  test('between two services leaves nothing to put right, but that it was begun', async () => {
    await killedAt('files', create)
    expect(state.taking).toMatchObject({ name: 'monday', stopped: [], started: [], making: true })
    await create()
    expect(stack.did[0]).toBe('take globals db')
    expect(state.taking).toBeUndefined()
  })

  test('that fails by itself was begun and is over', async () => {
    state.onPart = () => {
      throw new Error('the disk is full')
    }
    await expect(create()).rejects.toThrow('the disk is full')
    expect(state.taking).toBeUndefined()
    expect(state.dropped).toBe(1)
  })

  test.each([
    ['started', async () => await stack.runs.start(['side'], stack.tell, signal)],
    ['stopped on purpose', async () => await stack.down(['side'])],
  ] as const)('is over for what is %s since', async (_, since) => {
    await killedAt('volume side side', create)
    await since()
    expect(state.taking).toMatchObject({ stopped: [], started: [], making: true })
  })

  test('stays known while something else is started', async () => {
    await killedAt('volume side side', create)
    await stack.runs.start(['app'], stack.tell, signal)
    expect(state.taking?.stopped).toEqual([{ id: 'side', title: 'SIDE' }])
  })

  test('and what cannot be started again by the one that goes on is left known too', async () => {
    const trouble = { kind: 'failed', what: 'No room.' } as const
    const runsNone = {
      ...stack.runs,
      start: async () =>
        await Promise.resolve({
          ok: false,
          done: [],
          failed: [{ service: 'side', trouble }],
          skipped: [],
          ms: 0,
        }),
    }
    await createBackup(stack.context, runsNone, { name: 'monday', registry: 'none' }, stack.tell, signal)
    expect(state.taking?.stopped.map(({ id }) => id)).toEqual(['side', 'app'])
    expect(await stack.context.adapters.restores?.taking()).toBeDefined()
  })
})

describe('passwords', () => {
  const restore = async () =>
    await restoreBackup(
      stack.context,
      stack.runs,
      'monday',
      { passphrase: 'correct horse' },
      stack.tell,
      signal,
    )
  beforeEach(async () => {
    state.passwords = new Map([['DB_PASSWORD', 'of the snapshot']])
    await create('correct horse')
    state.passwords = new Map([['DB_PASSWORD', 'here']])
  })

  test('become those of the snapshot, and the old ones are gone with the end', async () => {
    await restore()
    expect(state.passwords.get('DB_PASSWORD')).toBe('of the snapshot')
    expect(state.before).toBeUndefined()
  })

  test('that a cut restore has changed are brought back with the rest', async () => {
    const { start } = stack.runs
    let isOver = false
    // It ends in the last step: what ran is started when all is in place.
    const runsCut = {
      ...stack.runs,
      start: async (...input: Parameters<typeof start>) => {
        if (state.passwords.get('DB_PASSWORD') === 'of the snapshot') {
          isOver = true
          throw new Error('killed')
        }
        return await start(...input)
      },
    }
    await expect(
      restoreBackup(stack.context, runsCut, 'monday', { passphrase: 'correct horse' }, stack.tell, signal),
    ).rejects.toThrow('killed')
    expect(isOver).toBe(true)
    expect(state.before?.get('DB_PASSWORD')).toBe('here')
    // Run again and cut again: what was there at first is what it can be brought back to.
    await expect(
      restoreBackup(stack.context, runsCut, 'monday', { passphrase: 'correct horse' }, stack.tell, signal),
    ).rejects.toThrow('killed')
    expect(state.before?.get('DB_PASSWORD')).toBe('here')
    await restoreBack(stack.context, stack.runs, stack.tell, signal)
    expect(state.passwords.get('DB_PASSWORD')).toBe('here')
    expect(state.before).toBeUndefined()
    expect(state.cut).toBeUndefined()
  })
})
