import { beforeEach, describe, expect, test } from 'vitest'
import type { StepEvent } from '../../../main/model/run.ts'
import { images, pinned, updateWorld } from './update-world.ts'

/** What goes wrong around an update: data is never jumped over without a copy, and what ran runs again or is told. */

let one: Awaited<ReturnType<typeof updateWorld>>

beforeEach(async () => {
  one = await updateWorld()
})

const jump = { kind: 'to', to: '2.0.0' } as const
const copied = [{ from: 'macula_app', to: expect.stringMatching(/^macula_app_before-/) }]

/** Interrupts as soon as something is told. */
async function interruptedAt(wish: Parameters<typeof one.go>[0], at: (event: StepEvent) => boolean) {
  const end = new AbortController()
  return await one.go(wish, 'app', end.signal, (event) => {
    one.stack.tell(event)
    if (at(event)) end.abort()
  })
}

describe('data is copied before a later major version', () => {
  test('of a service whose container was removed: one is made to read its volumes', async () => {
    await one.stack.down(['app'], { remove: true })
    one.stack.forget()
    const result = await one.go(jump)
    expect(result).toMatchObject({ ok: true, outcome: 'later', kept: copied })
    expect(one.stack.did).toEqual([`pull ${pinned('2.0.0')}`, 'make app', 'copy macula_app'])
    await one.stack.up(['app'])
    expect(one.runsFrom()).toBe(`${pinned('2.0.0')} running`)
  })

  test('but not where there is none yet', async () => {
    await one.stack.down(['app'], { remove: true })
    one.stack.world.volumes.delete('macula_app')
    one.stack.forget()
    expect(await one.go(jump)).toMatchObject({ ok: true, outcome: 'later', kept: [] })
    expect(one.stack.did).toEqual([`pull ${pinned('2.0.0')}`])
  })

  test('and before the way back over it', async () => {
    await one.go(jump)
    one.stack.forget()
    expect(await one.go({ kind: 'back' })).toMatchObject({ ok: true, to: images.app, kept: copied })
    expect(one.stack.did).toContain('copy macula_app')
    expect(one.runsFrom()).toBe(`${images.app} running`)
  })

  test('not before the way back within it', async () => {
    await one.go()
    expect(await one.go({ kind: 'back' })).toMatchObject({ ok: true, kept: [] })
  })

  test('refused in words of an update where others use it', async () => {
    one.stack.world.sharing = ['other']
    await expect(one.go(jump)).rejects.toThrow(
      'APP is not updated: its volume macula_app is used by other too.',
    )
    expect(one.stack.did).toEqual([`pull ${pinned('2.0.0')}`])
    expect(one.runsFrom()).toBe(`${images.app} running`)
  })
})

describe('what tells no version that can be compared', () => {
  test.each(['1', '1.1', '2', 'latest', '1.1.0-ubuntu', 'v1.1.0', '1.3.0-ubuntu', 'main'])(
    '%s is refused with the reason and what to do',
    async (to) => {
      one.world.tags = [...(one.world.tags ?? []), to]
      const refused = one.go({ kind: 'to', to })
      await expect(refused).rejects.toThrow(`APP is not updated to ${to}.`)
      await expect(refused).rejects.toThrow(/is not known.*maculactl update --list app/)
      expect(one.stack.did).toEqual([])
      expect(one.world.written).toEqual({})
    },
  )

  test('is taken where the description itself names such a tag, after a copy', async () => {
    const image = 'reg.test/team/app:latest'
    one = await updateWorld((id) => (id === 'app' ? { runtime: { kind: 'container', image } } : {}))
    one.stack.world.named.set('app', image)
    expect(await one.go({ kind: 'to', to: '1.3.0' })).toMatchObject({ outcome: 'updated', kept: copied })
  })

  test.each(['', '-x', 'a/b', '1.3.0@sha256:x', '1.3.0 ', 'x'.repeat(129)])('%j is no tag', async (to) => {
    await expect(one.go({ kind: 'to', to })).rejects.toThrow('is not a tag of an image')
  })
})

describe('what ran runs again', () => {
  test('where its data cannot be copied', async () => {
    one.stack.world.copyFails = 'macula_app'
    const result = await one.go(jump)
    expect(result).toMatchObject({ ok: false, outcome: 'refused', kept: [], to: images.app })
    expect(result.failed[0]?.trouble).toMatchObject({
      what: 'APP is not updated to 2.0.0.',
      why: 'The copy is not whole.',
      todo: `It runs from ${images.app} as before, with its data.`,
    })
    expect(one.runsFrom()).toBe(`${images.app} running`)
    expect(one.stack.world.wanted.has('app')).toBe(true)
    expect(one.world.written).toEqual({})
  })

  test('and stays wanted all the time: who looks while it is copied sees what is to run', async () => {
    const wanted: boolean[] = []
    await one.go(jump, 'app', new AbortController().signal, (event) => {
      one.stack.tell(event)
      if (event.kind === 'stopping' || event.kind === 'stopped' || event.kind === 'phase')
        wanted.push(one.stack.world.wanted.has('app'))
    })
    expect(wanted.length).toBeGreaterThan(2)
    expect(wanted).not.toContain(false)
  })

  test('where its stop is refused, and it stays wanted', async () => {
    one.stack.world.stuck.add('app')
    const result = await one.go(jump)
    expect(result).toMatchObject({ ok: false, outcome: 'refused', kept: [] })
    expect(one.stack.did).not.toContain('copy macula_app')
    expect(one.runsFrom()).toBe(`${images.app} running`)
    expect(one.stack.world.wanted.has('app')).toBe(true)
  })

  test.each<readonly [string, (event: StepEvent) => boolean, boolean]>([
    ['before its stop', ({ kind }) => kind === 'stopping', false],
    ['after its stop', ({ kind }) => kind === 'stopped', false],
    ['while it is copied', (event) => event.kind === 'phase' && event.says.startsWith('Copying'), true],
  ])('where it is interrupted %s', async (_, at, isCopied) => {
    const result = await interruptedAt(jump, at)
    expect(result).toMatchObject({ ok: false, outcome: 'refused', kept: [] })
    expect(result.failed[0]?.trouble.what).toBe('APP is not updated to 2.0.0: interrupted.')
    expect(one.stack.did.includes('copy macula_app')).toBe(isCopied)
    expect(one.runsFrom()).toBe(`${images.app} running`)
    expect(one.stack.world.wanted.has('app')).toBe(true)
    expect([...one.stack.world.volumes].filter((name) => name.includes('before'))).toEqual([])
  })

  test('where the update cannot be written down, and the copy is told', async () => {
    one.world.writes = 0
    const result = await one.go(jump)
    expect(result).toMatchObject({ ok: false, outcome: 'refused', kept: copied })
    expect(result.failed[0]?.trouble.todo).toMatch(
      /runs from .*1\.2\.0 as before.*is kept: macula_app_before-/,
    )
    expect(one.runsFrom()).toBe(`${images.app} running`)
  })

  test('a stopped one is not started for it', async () => {
    await one.stack.down(['app'])
    one.stack.world.copyFails = 'macula_app'
    one.stack.forget()
    const result = await one.go(jump)
    expect(result.failed[0]?.trouble.todo).toBe('APP stays as it was, with its data.')
    expect(one.stack.did).not.toContain('start app')
  })

  test('interrupted while the new one starts, the old one is put back all the same', async () => {
    const result = await interruptedAt({ kind: 'to' }, ({ kind }) => kind === 'starting')
    expect(result).toMatchObject({ ok: false, outcome: 'put back' })
    expect(result.failed[0]?.trouble.what).toBe('APP was not updated to 1.3.0: interrupted.')
    expect(one.runsFrom()).toBe(`${images.app} running`)
  })

  test('interrupted as the new one answers is no update either', async () => {
    const result = await interruptedAt({ kind: 'to' }, ({ kind }) => kind === 'answers')
    expect(result).toMatchObject({ ok: false, outcome: 'put back' })
    expect(one.runsFrom()).toBe(`${images.app} running`)
  })
})

describe('a version that answers and fails then', () => {
  const later = (looks: number, then: () => void): void => {
    let passed = 0
    one.world.passes = () => {
      passed += 1
      if (passed === looks) then()
    }
  }
  const isNew = (): boolean => one.runsFrom().startsWith(pinned('1.3.0'))

  test.each<readonly [string, () => void, RegExp]>([
    [
      'by its end',
      () => one.stack.change('app', () => ({ state: 'exited', exitCode: 9, lastLine: 'no such column' })),
      /exit code 9.*Its last line: no such column/,
    ],
    [
      'by being started anew',
      () => one.stack.change('app', () => ({ startedAt: one.stack.world.now, restarts: 1, exitCode: 4 })),
      /APP stops right after it starts: exit code 4/,
    ],
    [
      'by its own health check',
      () => one.stack.change('app', () => ({ health: 'unhealthy', healthOutput: 'the table is locked' })),
      /health check says: the table is locked/,
    ],
  ])('is put back: %s', async (_, fails, why) => {
    later(18, () => {
      if (isNew()) fails()
    })
    const result = await one.go()
    expect(result).toMatchObject({ ok: false, outcome: 'put back' })
    expect(result.failed[0]?.trouble.what).toBe('APP 1.3.0 does not work.')
    expect(result.failed[0]?.trouble.why).toMatch(why)
    expect(one.runsFrom()).toBe(`${images.app} running`)
    expect(one.world.written).toEqual({})
  })

  test('what stays for as long is an update, whatever becomes of it later', async () => {
    later(21, () => one.stack.change('app', () => ({ state: 'exited', exitCode: 9 })))
    expect(await one.go()).toMatchObject({ ok: true, outcome: 'updated' })
    expect(one.stack.said()).toContain('Watching APP for 10 s')
  })

  test('an interruption while it is watched puts it back', async () => {
    const end = new AbortController()
    later(3, () => end.abort())
    const result = await one.go({ kind: 'to' }, 'app', end.signal)
    expect(result).toMatchObject({ ok: false, outcome: 'put back' })
    expect(result.failed[0]?.trouble.what).toBe('APP was not updated to 1.3.0: interrupted.')
  })
})

describe('data that a version before does not read', () => {
  test('folders of the machine that are not copied are named before anything is done, for a jump only', async () => {
    one.stack.world.folders = ['/srv/app', '/srv/more']
    await one.go()
    expect(one.stack.notes().filter((note) => note.includes('/srv/'))).toEqual([])
    one.stack.forget()
    await one.go({ kind: 'to', to: '2.0.0' })
    expect(one.stack.notes()[0]).toBe(
      'APP writes to /srv/app and /srv/more, which are not copied before 2.0.0 gets to write there. To keep them as now, press Ctrl-C and copy them first.',
    )
    expect(one.stack.told.findIndex(({ kind }) => kind === 'note')).toBe(0)
  })

  test('a way back that its data forbids is refused, and changes nothing', async () => {
    one.world.written = {
      db: {
        image: `reg.test/postgres:18.0@sha256:${'a'.repeat(64)}`,
        instead: images.db,
        before: [images.db],
      },
    }
    one.stack.world.named.set('db', one.world.written['db']?.image ?? '')
    one.took({
      ...one.stack.catalog,
      services: one.stack.services.map((each) =>
        each.id === 'db'
          ? {
              ...each,
              runtime: {
                kind: 'container',
                image: `reg.test/postgres:18.0@sha256:${'a'.repeat(64)}`,
                shipped: images.db,
              },
            }
          : each,
      ),
    })
    await expect(one.go({ kind: 'back' }, 'db')).rejects.toThrow(
      /DB does not go back to 17\.1\. PostgreSQL 17 cannot take over the data of PostgreSQL 18/,
    )
    expect(one.stack.did).toEqual([])
  })

  test('a way back that does not work names the data that is kept from before', async () => {
    await one.go(jump)
    one.breaks(images.app)
    const result = await one.go({ kind: 'back' })
    expect(result).toMatchObject({ ok: false, outcome: 'put back', kept: copied })
    expect(result.failed[0]?.trouble.todo).toMatch(
      /made from .*2\.0\.0 again, with its data\..*may not read what a newer one wrote\. Data from before is kept \((\d{8}-\d{4})\): maculactl reset app --back \1 puts/,
    )
    expect(one.runsFrom()).toBe(`${pinned('2.0.0')} running`)
  })
})

describe('what is started', () => {
  test('a paused one runs from it', async () => {
    one.stack.change('app', () => ({ state: 'paused' }))
    one.stack.world.wanted = new Set()
    expect(await one.go()).toMatchObject({ outcome: 'updated' })
  })

  test('one that is wanted and ended by itself is started from it', async () => {
    one.stack.change('app', () => ({ state: 'exited', exitCode: 3, stoppedOnPurpose: false }))
    expect(await one.go()).toMatchObject({ ok: true, outcome: 'updated' })
    expect(one.runsFrom()).toBe(`${pinned('1.3.0')} running`)
  })
})

describe('what cannot be put back is told', () => {
  test('the old one does not work either', async () => {
    one.breaks(pinned('2.0.0'), images.app)
    const result = await one.go(jump)
    expect(result).toMatchObject({ ok: false, outcome: 'put back', kept: copied })
    expect(result.failed[0]?.trouble.todo).toMatch(
      /again it does not work either.*is kept: macula_app_before-.* maculactl reset app --back puts it back/,
    )
  })

  test('a need that does not run is told before anything is changed', async () => {
    one = await updateWorld((id) => (id === 'app' ? { needs: ['db'] } : {}))
    one.stack.change('db', () => ({ state: 'exited', exitCode: 9 }))
    await expect(one.go()).rejects.toThrow('APP is not updated: it needs DB, which does not run.')
    expect(one.stack.did).toEqual([])
    expect(one.runsFrom()).toBe(`${images.app} running`)
  })

  test('a need that ends meanwhile: nothing is said of a version that was not started', async () => {
    one = await updateWorld((id) => (id === 'app' ? { needs: ['db'] } : {}))
    one.stack.world.started = (each) =>
      each.service === 'db' ? { ...each, state: 'exited', exitCode: 9, address: '' } : each
    const end = new AbortController()
    const result = await one.go({ kind: 'to' }, 'app', end.signal, (event) => {
      if (event.kind === 'pulled') one.stack.change('db', () => ({ state: 'exited', exitCode: 9 }))
    })
    expect(result).toMatchObject({ ok: false, outcome: 'put back' })
    expect(result.failed[0]?.trouble).toMatchObject({
      what: 'APP 1.3.0 was not started.',
      why: 'It needs DB, which did not start.',
      todo: expect.stringContaining('again it was not started: maculactl status app.'),
    })
    expect(one.world.written).toEqual({})
  })

  test('settings that cannot be written: the old one runs, and the way to make it last is told', async () => {
    one.breaks(pinned('1.3.0'))
    one.world.writes = 1
    const result = await one.go()
    expect(result).toMatchObject({ ok: false, outcome: 'put back' })
    expect(one.runsFrom()).toBe(`${images.app} running`)
    expect(result.failed[0]?.trouble.todo).toMatch(
      /1\.2\.0 again, with its data\. That is not written down: .*maculactl update app --back/,
    )
  })

  test('a start that throws is put back, and its reason told', async () => {
    const { runs } = one.stack
    const start = runs.start.bind(runs)
    let count = 0
    runs.start = async (...args) => {
      count += 1
      if (count === 1) throw new Error('the socket was closed')
      return await start(...args)
    }
    const result = await one.go()
    expect(result).toMatchObject({ ok: false, outcome: 'put back' })
    expect(result.failed[0]?.trouble.why).toContain('the socket was closed')
    expect(one.world.written).toEqual({})
    expect(one.runsFrom()).toBe(`${images.app} running`)
  })
})

describe('what is written down', () => {
  test('the way back is bounded, and begins with what the description names', async () => {
    for (let minor = 3; minor < 16; minor += 1) {
      one.world.tags = [`1.${minor}.0`]
      await one.go()
    }
    const before = one.world.written['app']?.before ?? []
    expect(before).toHaveLength(10)
    expect(before[0]).toBe(images.app)
    expect(before.at(-1)).toBe(pinned('1.14.0'))
  })

  test('an update that holds no more is not gone back to', async () => {
    one.world.written = {
      app: {
        image: `other.test/app:9.0.0@sha256:${'a'.repeat(64)}`,
        instead: 'other.test/app:8.0.0',
        before: ['other.test/app:8.0.0', 'other.test/app:8.5.0'],
      },
    }
    await one.go()
    expect(one.world.written['app']?.before).toEqual([images.app])
  })
})
