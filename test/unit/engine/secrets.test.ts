import { beforeEach, describe, expect, test } from 'vitest'
import type { SecretsAdapter, SecretsChanging } from '../../../main/engine/adapters.ts'
import { createSecretsCalls } from '../../../main/engine/run/secrets/calls.ts'
import { MaculaError, Refusal, troubleOf } from '../../../main/model/errors.ts'
import type { ClusterSpec } from '../../../main/model/cluster.ts'
import type { SecretUse } from '../../../main/model/secret.ts'
import { service } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** Changing secrets: who is told, in which order, what is made anew, and what is left when it ends in the middle. */

const uses: Readonly<Record<string, Record<string, SecretUse>>> = {
  db: { DB: { kept: 'postgres', user: 'macula', places: [], was: 'OLD_DB' } },
  dash: {
    DASH: {
      kept: 'grafana',
      user: 'admin',
      places: ['grafana-ini'],
      was: 'OLD_DASH',
      also: 'Sign in again.',
    },
  },
  app: {},
}
const named: Readonly<Record<string, readonly string[]>> = {
  db: ['DB'],
  dash: ['DASH'],
  app: ['DB', 'APP'],
  rest: [],
}

function setUp() {
  const stack = fakeStack(['db', 'dash', 'app', 'rest'], (id) => ({
    secrets: named[id] ?? [],
    ...(uses[id] ? { secretUses: uses[id] } : {}),
    ...(id === 'db' ? { env: { URL: 'postgres://boss:{secret:DB}@{host:web}/x' } } : {}),
    ...(id === 'app' ? { needs: ['db'], origin: 'user' as const } : {}),
  }))
  const { world, did } = stack
  const kept = new Map([
    ['DB', 'db-1'],
    ['DASH', 'dash-1'],
    ['APP', 'app-1'],
  ])
  let changing: SecretsChanging | undefined
  let settled = 0
  const fails = new Map<string, number>()
  /** Keepers that take a value that ends with -2 and whose answer never comes; `for good`: they say no from then on. */
  const lostAnswers = new Map<string, 'once' | 'for good'>()
  /** What each keeper has. */
  const inside = new Map([
    ['db', 'db-1'],
    ['dash', 'dash-1'],
  ])
  /** A container's configuration is what it was made with. */
  const configs = (): void => {
    for (const [id, names] of Object.entries(named).filter(([, all]) => all.length > 0))
      world.configs.set(id, names.map((name) => kept.get(name) ?? '').join() || 'c1')
  }
  configs()
  const secrets: Partial<SecretsAdapter> = {
    read: () => Promise.resolve(new Map(kept)),
    odd: () => Promise.resolve(new Map([['BAD', 'it is not text']])),
    lost: () => Promise.resolve(undefined),
    generate: () => `new-${(world.count += 1)}`,
    changing: () => Promise.resolve(changing),
    begin(to) {
      did.push('begin')
      const from = new Map(
        [...to.keys()].flatMap((name) => (kept.has(name) ? [[name, kept.get(name) ?? '']] : [])),
      )
      changing = { since: 1, from, to: new Map(to) }
      return Promise.resolve(changing)
    },
    commit() {
      did.push('commit')
      for (const [name, value] of changing?.to ?? []) kept.set(name, value)
      configs()
      return Promise.resolve()
    },
    settle() {
      did.push('settle')
      changing = undefined
      return Promise.resolve()
    },
  }
  const { adapters } = stack.context
  Object.assign(adapters.secrets, secrets)
  Object.assign(adapters.docker, {
    madeWith: () => Promise.resolve({ name: 'x', variables: new Map([['POSTGRES_USER', 'boss']]), data: [] }),
  })
  Object.assign(adapters.stack, {
    readVariables: () =>
      Promise.resolve(
        new Map([
          ['OLD_DB', 'imported'],
          ['OLD_DASH', 'x${Y}'],
        ]),
      ),
  })
  Object.assign(adapters.inside, {
    tell(keeper: string, container: string, who: { user: string; admin: string }, value: string) {
      const id = container.replace(/-\d+$/, '')
      const left = fails.get(id) ?? 0
      if (left > 0) {
        fails.set(id, left - 1)
        return Promise.reject(new Refusal({ kind: 'failed', what: `${id} says no.` }))
      }
      if (lostAnswers.has(id) && value.endsWith('-2')) {
        inside.set(id, value)
        if (lostAnswers.get(id) === 'for good') fails.set(id, 9)
        return Promise.reject(new MaculaError({ kind: 'outside', what: 'no answer within 60 s' }))
      }
      did.push(`tell ${keeper} ${id} ${who.user}/${who.admin} ${value}`)
      inside.set(id, value)
      return Promise.resolve()
    },
  })
  const calls = createSecretsCalls(
    stack.context,
    async (_, work) => await work(),
    () => Promise.resolve(void (settled += 1)),
  )
  const never = new AbortController().signal
  return {
    ...stack,
    calls,
    kept,
    inside,
    fails,
    lostAnswers,
    changing: () => changing,
    settled: () => settled,
    setChanging: (change: SecretsChanging | undefined) => void (changing = change),
    set: async (values: Record<string, string>, signal = never) =>
      await calls.setSecrets(new Map(Object.entries(values)), stack.tell, signal),
    finish: async () => await calls.finishSecrets(stack.tell, never),
    import: async () => await calls.importSecrets('text', stack.tell, never),
  }
}

let one: ReturnType<typeof setUp>
beforeEach(async () => {
  one = setUp()
  await one.up()
  one.forget()
})
const order = (...parts: readonly RegExp[]): readonly number[] =>
  parts.map((part) => one.did.findIndex((did) => part.test(did)))

test('faces are told every value to hide: those that are kept, and both of a change that is not whole', async () => {
  const { secrets } = one.calls
  expect(await secrets()).toEqual(['db-1', 'dash-1', 'app-1'])
  one.setChanging({ since: 1, from: new Map([['DB', 'db-0']]), to: new Map([['DB', 'db-2']]) })
  expect([...(await secrets())].sort()).toEqual(['app-1', 'dash-1', 'db-0', 'db-1', 'db-2'])
})

test('what keeps it is told first, then it is kept, then what was made with it is made anew', async () => {
  const result = await one.set({ DB: 'db-2' })
  expect(result).toMatchObject({ ok: true, changed: ['DB'], same: [] })
  const steps = order(
    /^begin/,
    /^tell postgres db macula\/boss db-2/,
    /^commit/,
    /^make db/,
    /^start db/,
    /^settle/,
  )
  expect(steps).toEqual([...steps].sort((a, b) => a - b))
  expect(steps).not.toContain(-1)
  expect(one.did).toContain('make app')
  expect(one.did.filter((did) => /make (dash|rest)/.test(did))).toEqual([])
  expect(one.changing()).toBeUndefined()
})

test('the same value is no change: what keeps it is told once more, as its data may have come from elsewhere', async () => {
  expect(await one.set({ DB: 'db-1', APP: 'app-1' })).toMatchObject({
    changed: [],
    same: ['DB', 'APP'],
    ok: true,
  })
  expect(one.did).toEqual(['tell postgres db macula/boss db-1'])
  await one.down(['db'], { also: true })
  one.forget()
  await one.set({ DB: 'db-1' })
  expect(one.did).toEqual([])
})

test('what is left to a person is said, of our services and of their own', async () => {
  expect((await one.set({ DASH: 'dash-2', APP: 'app-2' })).also).toEqual([
    'Sign in again.',
    'APP is recreated with APP; if it also keeps it in its data, change it there too.',
  ])
})

test('who hands the value on in a connection string is named, as programs have the old one', async () => {
  expect((await one.set({ DB: 'db-2' })).also).toContain(
    'Programs that were given the old value need the new one: maculactl env db',
  )
  // Nothing changed: nobody needs another.
  expect((await one.set({ DB: 'db-2' })).also).toEqual([])
})

test('one that does not run is started to be told and stopped again; one without data is not told', async () => {
  await one.down(['dash'])
  one.forget()
  await one.set({ DASH: 'dash-2' })
  expect(one.inside.get('dash')).toBe('dash-2')
  expect(one.world.containers.get('dash')?.state).toBe('exited')
  await one.down(['dash'], { remove: true })
  one.world.volumes.delete('macula_dash')
  one.forget()
  await one.set({ DASH: 'dash-3' })
  expect(one.did).toEqual(['begin', 'commit', 'settle'])
})

test('a container that does not run and carries the old one is removed; the next start makes it', async () => {
  await one.down(['app'])
  one.forget()
  expect((await one.set({ APP: 'app-2' })).ok).toBe(true)
  expect(one.did).toEqual(['begin', 'commit', 'remove app', 'settle'])
})

test('what differs for another reason is left; what carries the old value by a file of a person is made anew', async () => {
  one.world.configs.set('rest', 'c2')
  await one.set({ DASH: 'dash-2' })
  expect(one.did).toContain('make dash')
  expect(one.did).not.toContain('make rest')
  Object.assign(one.context.adapters.docker, {
    madeWith: () => Promise.resolve({ name: 'x', variables: new Map([['URL', 'u:dash-2@h']]), data: [] }),
  })
  one.world.configs.set('rest', 'c3')
  await one.set({ DASH: 'dash-3' })
  expect(one.did).toContain('make rest')
})

describe('a program that does not take it', () => {
  test('the others get their old ones again, and nothing is changed', async () => {
    one.fails.set('dash', 1)
    const trouble = await one.set({ DB: 'db-2', DASH: 'dash-2' }).then(() => undefined, troubleOf)
    expect(trouble).toMatchObject({
      what: 'dash says no.',
      todo: expect.stringContaining('Nothing was changed') as unknown,
    })
    expect([...one.inside]).toEqual([
      ['db', 'db-1'],
      ['dash', 'dash-1'],
    ])
    expect(one.kept.get('DB')).toBe('db-1')
    expect(one.changing()).toBeUndefined()
    expect(one.did.filter((did) => did.startsWith('make'))).toEqual([])
  })
  test('and one that had none before: the change stays open, and how to go on is said', async () => {
    one.kept.delete('DB')
    one.fails.set('dash', 1)
    const trouble = await one.set({ DB: 'db-2', DASH: 'dash-2' }).then(() => undefined, troubleOf)
    expect(trouble?.todo).toContain('maculactl secrets finish')
    expect(one.changing()?.to.get('DB')).toBe('db-2')
  })
})

describe('a program that took it and whose answer got lost', () => {
  test('gets its old one again, as the others do', async () => {
    one.lostAnswers.set('dash', 'once')
    const trouble = await one.set({ DB: 'db-2', DASH: 'dash-2' }).then(() => undefined, troubleOf)
    expect(trouble?.todo).toContain('Nothing was changed')
    expect(Object.fromEntries(one.inside)).toEqual({ db: 'db-1', dash: 'dash-1' })
    expect([one.kept.get('DASH'), one.changing()]).toEqual(['dash-1', undefined])
  })
  test('and cannot be given it: the change stays open, and finishing it makes both one again', async () => {
    one.lostAnswers.set('dash', 'for good')
    const trouble = await one.set({ DASH: 'dash-2' }).then(() => undefined, troubleOf)
    expect(trouble?.todo).toContain('maculactl secrets finish')
    expect(trouble?.why).toContain('DASH may have the new one')
    expect([one.kept.get('DASH'), one.changing()?.to.get('DASH')]).toEqual(['dash-1', 'dash-2'])
    await expect(one.calls.needWhole(['DASH'])).rejects.toThrow(/change of the secret DASH was interrupted/)
    one.lostAnswers.clear()
    one.fails.clear()
    await one.finish()
    expect([one.inside.get('dash'), one.kept.get('DASH'), one.changing()]).toEqual([
      'dash-2',
      'dash-2',
      undefined,
    ])
  })
})

describe('what was started only to be told rests again', () => {
  const isAtRest = (id: string): void => {
    expect(one.world.containers.get(id)?.state).toBe('exited')
    expect(one.world.wanted).not.toContain(id)
  }
  beforeEach(async () => {
    await one.down(['dash'])
  })
  test('when it does not take it', async () => {
    one.fails.set('dash', 1)
    await expect(one.set({ DASH: 'dash-2' })).rejects.toThrow(/dash says no/)
    isAtRest('dash')
  })
  test('when an interrupted change cannot be finished', async () => {
    one.setChanging({ since: 1, from: new Map([['DASH', 'dash-1']]), to: new Map([['DASH', 'dash-2']]) })
    one.fails.set('dash', 1)
    await expect(one.finish()).rejects.toThrow(/dash says no/)
    isAtRest('dash')
  })
  test('when another one cannot be started', async () => {
    await one.down(['db'], { also: true })
    one.world.configs.set('db', 'other')
    one.world.makeFails.set('db', 'no room')
    await expect(one.set({ DB: 'db-2', DASH: 'dash-2' })).rejects.toThrow(/cannot be started/)
    isAtRest('dash')
  })
})

describe('a change that was interrupted', () => {
  const half = { since: 1, from: new Map([['DB', 'db-1']]), to: new Map([['DB', 'db-2']]) }
  test('before it was kept: nothing half is handed out, and finishing tells and keeps it', async () => {
    one.setChanging(half)
    await expect(one.calls.needWhole(['DB'])).rejects.toThrow(/change of the secret DB was interrupted/)
    await one.calls.needWhole(['DASH', 'APP'])
    expect(await one.finish()).toMatchObject({ ok: true, changed: ['DB'] })
    expect([one.inside.get('db'), one.kept.get('DB'), one.changing()]).toEqual(['db-2', 'db-2', undefined])
    expect(one.did).toContain('make app')
  })
  test('after it was kept: it is handed out, nobody is told again, and containers are made anew', async () => {
    one.setChanging(half)
    await one.context.adapters.secrets.commit()
    one.forget()
    await one.calls.needWhole(['DB'])
    await one.finish()
    expect(one.did.filter((did) => did.startsWith('tell'))).toEqual([])
    expect(one.did).toContain('make db')
    expect(one.changing()).toBeUndefined()
  })
  test('a start finishes it, or says why it cannot and goes on', async () => {
    one.setChanging(half)
    one.fails.set('db', 1)
    const never = new AbortController().signal
    await one.calls.goOn(one.tell, never)
    expect(one.notes().join(' ')).toContain('A change of passwords is not finished. db says no.')
    expect(one.changing()).toBe(half)
    await one.calls.goOn(one.tell, never)
    expect(one.changing()).toBeUndefined()
    one.forget()
    await one.calls.goOn(one.tell, never)
    expect(one.did).toEqual([])
  })
  test('the next change finishes it first', async () => {
    one.setChanging(half)
    await one.set({ DASH: 'dash-2' })
    expect([one.kept.get('DB'), one.kept.get('DASH')]).toEqual(['db-2', 'dash-2'])
  })
  test('a container that cannot be created anew keeps it open, and the values are kept', async () => {
    one.world.makeFails.set('app', 'no room')
    const result = await one.set({ DB: 'db-2' })
    expect(result.ok).toBe(false)
    expect([one.kept.get('DB'), one.changing()?.to.get('DB')]).toEqual(['db-2', 'db-2'])
    one.world.makeFails.clear()
    expect(await one.finish()).toMatchObject({ ok: true })
    expect(one.changing()).toBeUndefined()
  })
  test('before anything was written down: nothing was changed', async () => {
    const aborted = AbortSignal.abort()
    await expect(one.set({ DB: 'db-2' }, aborted)).rejects.toThrow(/Nothing was changed/)
    expect(one.did).toEqual([])
  })
})

test('clusters that run are given the new values, and it is said that their pods have the old ones', async () => {
  const cluster = service('cluster/hub', {
    title: 'KinD',
    runtime: { kind: 'cluster', reason: '', cluster: { id: 'hub' } as ClusterSpec },
  })
  one.catalog.services.push(cluster)
  Object.assign(one.context.adapters.clusters, {
    see: () => Promise.resolve({ kind: 'up', nodes: [], apps: [], events: [] }),
  })
  const { also } = await one.set({ DB: 'db-2' })
  expect(also.at(-1)).toMatch(/^Pods in KinD .* maculactl restart NAME/)
  expect(one.settled()).toBe(1)
  await one.set({ DB: 'db-2' })
  expect(one.settled()).toBe(1)
})

test('an import takes what can be used and names what cannot', async () => {
  const result = await one.import()
  expect(result).toMatchObject({
    changed: ['DB'],
    taken: [{ from: 'OLD_DB', name: 'DB' }],
    refused: [{ from: 'OLD_DASH', name: 'DASH', why: expect.stringContaining('Grafana') as unknown }],
  })
  expect(one.inside.get('db')).toBe('imported')
  Object.assign(one.context.adapters.stack, { readVariables: () => Promise.resolve(new Map()) })
  await expect(one.import()).rejects.toThrow(/none of the passwords that are taken over/)
})

test('names that no service uses, and values that cannot be, change nothing', async () => {
  await expect(one.set({ NONE: 'x' })).rejects.toThrow(/No service uses a secret "NONE"/)
  await expect(one.set({ DASH: 'four' })).rejects.toThrow(/That cannot be DASH: Grafana/)
  await expect(one.set({ DB: 'a\nb' })).rejects.toThrow(/cannot be printed/)
  expect(one.did).toEqual([])
})

test('the list tells whose each is, what cannot be used, and what is in the middle of a change', async () => {
  one.setChanging({ since: 1, from: new Map(), to: new Map([['DB', 'x']]) })
  expect(await one.calls.secretRows()).toEqual([
    { name: 'APP', value: 'app-1', usedBy: ['app'], changing: false },
    { name: 'BAD', usedBy: [], changing: false, trouble: 'it is not text' },
    { name: 'DASH', value: 'dash-1', usedBy: ['dash'], keptBy: 'dash', was: 'OLD_DASH', changing: false },
    { name: 'DB', value: 'db-1', usedBy: ['db', 'app'], keptBy: 'db', was: 'OLD_DB', changing: true },
  ])
})
