import { beforeEach, expect, test } from 'vitest'
import { restoreBack } from '../../../main/engine/run/backup/back.ts'
import { forgetHalf } from '../../../main/engine/run/backup/cut.ts'
import type { KeepWish } from '../../../main/engine/adapters.ts'
import { refusePartial } from '../../../main/engine/run/partial.ts'
import { createBackup, planBackup } from '../../../main/engine/run/backup/create.ts'
import { restoreBackup } from '../../../main/engine/run/backup/restore.ts'
import type { BackupManifest } from '../../../main/model/backup.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { backupWorld } from './backup-world.ts'

/** Snapshots in files: what is taken and how, that nothing stays half, and that nothing is changed before all of it is right. */

let stack: Awaited<ReturnType<typeof backupWorld>>['stack']
let state: Awaited<ReturnType<typeof backupWorld>>['state']
let abort: AbortController
beforeEach(async () => {
  ;({ stack, state } = await backupWorld())
  abort = new AbortController()
})

const create = async (
  wish: { name?: string; registry?: 'whole' | 'references' | 'none'; passphrase?: string } = {},
) =>
  await createBackup(
    stack.context,
    stack.runs,
    { name: 'monday', registry: 'whole', ...wish },
    stack.tell,
    abort.signal,
  )
const restore = async (passphrase?: string) =>
  await restoreBackup(stack.context, stack.runs, 'monday', { passphrase }, stack.tell, abort.signal)
const running = (): string[] =>
  [...stack.world.containers.values()]
    .filter((one) => one.state === 'running')
    .map((one) => one.service)
    .toSorted()
const all = ['app', 'db', 'prometheus', 'registry', 'side']

test('a database is dumped while it runs; others are stopped one after the other for their copy alone, watchers are left out', async () => {
  const made = await create()
  expect(stack.did).toEqual([
    'take globals db',
    'take database db shop',
    ...['side', 'app', 'registry'].flatMap((id) => [`stop ${id}`, `take volume ${id} ${id}`, `start ${id}`]),
    'take files',
  ])
  expect(running()).toEqual(all)
  expect(made.manifest.parts.map(({ kind }) => kind)).not.toContain('secrets')
  expect(made.manifest.notes.join()).toContain('services/x/.env')
  expect(made).toMatchObject({
    ok: true,
    path: 'monday',
    manifest: { secrets: 'left out', suffix: 'macula.local' },
  })
})

test('what did not run is not started by a copy, and a stopped database only for its dump', async () => {
  await stack.down(['db', 'side'])
  stack.forget()
  await create()
  expect(stack.did).not.toContain('start side')
  expect(stack.did.filter((one) => one.endsWith(' db'))).toEqual(['start db', 'take globals db', 'stop db'])
  expect(running()).toEqual(['app', 'prometheus', 'registry'])
})

test('of the registry names and digests while it runs, or nothing', async () => {
  const made = await create({ registry: 'references' })
  expect(stack.did).not.toContain('stop registry')
  const part = made.manifest.parts.find(({ kind }) => kind === 'images') ?? expect.fail()
  expect(JSON.parse(state.files.get('monday')?.content.get(part) ?? '')).toEqual({
    'macula/shop:1.0': 'sha256:abc',
  })
  expect((await create({ name: 'tuesday', registry: 'none' })).manifest.services.map(({ id }) => id)).toEqual(
    ['db', 'side', 'app'],
  )
})

test('a name that is taken is refused before anything is stopped, and what has it stays', async () => {
  await create()
  stack.forget()
  const taken = await create().catch((error: unknown) => error)
  expect(taken).toMatchObject({
    trouble: { kind: 'usage', what: 'There is a snapshot monday already. It stays as it is.' },
  })
  expect(JSON.stringify(taken)).not.toContain('is left')
  expect([stack.did, state.files.size]).toEqual([[], 1])
})

test('at its end each service is told with all that was copied of it, whatever it was stopped for', async () => {
  await create()
  const last = new Map(
    stack.told.flatMap((event) => (event.kind === 'waiting' ? [[event.service, event] as const] : [])),
  )
  expect([...last.keys()].toSorted()).toEqual(['app', 'db', 'registry', 'side'])
  for (const event of last.values())
    expect(event).toMatchObject({ done: true, says: expect.stringMatching(/^\d.* copied$/) as unknown })
})

test('passwords are in it only with a passphrase', async () => {
  await create({ passphrase: 'correct horse' })
  const { manifest, content } = state.files.get('monday') ?? expect.fail()
  expect(manifest.secrets).toBe('encrypted')
  expect([...content].find(([{ kind }]) => kind === 'secrets')?.[1]).toContain('"DB_PASSWORD":"here"')
})

test('its size is told before, and too little room is refused before anything is stopped', async () => {
  expect(await planBackup(stack.context, 'whole')).toMatchObject({
    bytes: 4000,
    sources: [
      { service: 'db', stops: false, bytes: 1000 },
      { service: 'side', stops: true },
      { service: 'app' },
      { service: 'registry' },
    ],
  })
  state.free = 3999
  await expect(create()).rejects.toThrow(/There may not be room/)
  expect(stack.did).toEqual([])
  expect(state.files.size).toBe(0)
})

test.each(['globals db', 'database db shop', 'volume side side', 'volume registry registry', 'files'])(
  'interrupted at %s: nothing of it is left, and all runs again',
  async (at) => {
    state.onPart = (part) => {
      if (part === at) abort.abort()
    }
    await expect(create()).rejects.toThrow(/was not created: interrupted/)
    expect(state).toMatchObject({ dropped: 1 })
    expect(state.files.size).toBe(0)
    expect(running()).toEqual(all)
  },
)

test('a dump that fails is told with its words, and nothing of the snapshot is left', async () => {
  state.onPart = (part) => {
    if (part === 'volume app app') throw new MaculaError({ kind: 'failed', what: 'The disk is full.' })
  }
  await expect(create()).rejects.toThrow(/The disk is full.*Nothing of the new snapshot is left/)
  expect(running()).toEqual(all)
  expect(state.dropped).toBe(1)
})

test('data that another container writes too is refused before anything is stopped', async () => {
  stack.world.sharing = ['their-tool']
  await expect(create()).rejects.toThrow(/used by their-tool too/)
  expect(stack.did).toEqual([])
})

test('a restore moves aside what is there, fills, dumps back, and starts what ran', async () => {
  await create()
  await stack.down(['app'])
  stack.forget()
  const restored = await restore()
  expect(state.checked).toBe(1)
  expect(restored.moved.map(({ from }) => from)).toEqual([
    'settings and your own services',
    'macula_db',
    'macula_side',
    'macula_app',
    'macula_registry',
  ])
  expect(state.filled).toEqual([
    'macula_side: tar of macula_side',
    'macula_app: tar of macula_app',
    'macula_registry: tar of macula_registry',
  ])
  const { did } = stack
  expect(did.indexOf('copy macula_side')).toBeLessThan(did.indexOf('fill macula_side'))
  expect(did.indexOf('copy macula_db')).toBeLessThan(did.indexOf('put roles'))
  expect(did.indexOf('put roles')).toBeLessThan(did.indexOf('put shop of app'))
  // Whoever keeps a password itself is given that of this instance.
  expect(did).toContain('tell app')
  expect(running()).toEqual(['db', 'prometheus', 'registry', 'side'])
  expect(restored.notes).toEqual([])
})

test('a file that is not right changes nothing, nor does a wrong passphrase or a newer version', async () => {
  await create({ passphrase: 'correct horse' })
  stack.forget()
  state.checkFails = new MaculaError({ kind: 'invalid', what: 'It is damaged.' })
  await expect(restore()).rejects.toThrow('It is damaged')
  state.checkFails = undefined
  await expect(restore('wrong')).rejects.toThrow('another one')
  state.versions = ['2.19.0']
  await expect(restore()).rejects.toThrow(/written with TimescaleDB 2\.29\.2.*It brings 2\.19\.0/)
  const file = state.files.get('monday') ?? expect.fail()
  const images = (image: string): BackupManifest => ({
    ...file.manifest,
    services: [{ id: 'side', title: 'SIDE', image }],
  })
  Object.assign(stack.services[1]?.runtime ?? {}, { image: 'side:1.2.0' })
  state.files.set('monday', { ...file, manifest: images('side:1.3.0') })
  await expect(restore()).rejects.toThrow(/newer SIDE \(1\.3\.0\) than there is here \(1\.2\.0\)/)
  expect(stack.did).toEqual([])
  expect(running()).toEqual(all)
})

test.each(['files', 'globals db', 'database db shop', 'volume side side', 'volume registry registry'])(
  'interrupted at %s: what was moved is told, with the way back',
  async (at) => {
    await create()
    state.onPart = (part) => {
      if (part === at) abort.abort()
    }
    const error = await restore().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(MaculaError)
    const { what, todo } = (error as MaculaError).trouble
    expect(what).toBe('The restore was interrupted.')
    expect(todo).toMatch(/What was there is kept|Nothing was replaced/)
    expect(todo).toMatch(/maculactl snapshot restore monday runs it again.*restore --back brings back/)
    // Nothing that was there is gone: each volume is there, or its copy.
    const names = [...stack.world.volumes]
    for (const id of all)
      expect(
        names.some((one) => one === `macula_${id}` || one.startsWith(`macula_${id}_before-`)),
        id,
      ).toBe(true)
  },
)

test('another instance keeps its own suffix, and what carries names is said', async () => {
  await create()
  const file = state.files.get('monday') ?? expect.fail()
  state.files.set('monday', { ...file, manifest: { ...file.manifest, suffix: 'other.local' } })
  expect((await restore()).notes.join()).toMatch(
    /is of other\.local, this instance is macula\.local.*Zones in PowerDNS keep the names/,
  )
})

test('a service that is not known here is left out, and said', async () => {
  await create()
  const file = state.files.get('monday') ?? expect.fail()
  state.files.set('monday', {
    ...file,
    manifest: {
      ...file.manifest,
      services: [{ id: 'shop', title: 'Shop', image: 'shop:1' }, ...file.manifest.services],
    },
  })
  expect((await restore()).notes).toContain('Shop is not known here, so its data was not restored.')
})

/** Borders of a restore: what is read from the file comes right before it is put in place. */
const borders = [
  'files',
  'globals db',
  'database db shop',
  'volume side side',
  'volume app app',
  'volume registry registry',
]

/** The process ends at `at`, as by a kill: nothing of it is tidied up, and nobody hears of it. */
async function killedAt(at: string): Promise<void> {
  state.onPart = (part) => {
    if (part !== at) return
    state.killed = true
    throw new Error('killed')
  }
  await expect(restore()).rejects.toThrow('killed')
  Object.assign(state, { onPart: undefined, killed: false, alive: false })
  for (const [id, { part }] of state.partial) state.partial.set(id, { part, alive: false })
}

test.each(borders)(
  'killed at %s: it is known, nothing starts on a part, and run again it is whole',
  async (at) => {
    await create()
    const was = running()
    await killedAt(at)
    const cut = (await stack.context.adapters.restores?.cut()) ?? expect.fail('it is not known')
    expect(cut.name).toBe('monday')
    expect(cut.ran.toSorted()).toEqual(was)
    const half = cut.half?.id
    expect(half).toBe(at === 'files' ? '' : at.split(' ')[1])
    if (half !== undefined && half !== '') {
      stack.forget()
      await expect(stack.runs.start([half], stack.tell, abort.signal)).rejects.toThrow(
        /has a part of its data only/,
      )
      expect(stack.did).toEqual([])
    }
    state.filled.length = 0
    const again = await restore()
    expect(again.ok).toBe(true)
    expect(state.filled).toEqual([
      'macula_side: tar of macula_side',
      'macula_app: tar of macula_app',
      'macula_registry: tar of macula_registry',
    ])
    expect(stack.did).toContain('put shop of app')
    expect(running()).toEqual(was)
    expect(state.cut).toBeUndefined()
  },
)

test.each(borders)('killed at %s and brought back: each service has what it had before', async (at) => {
  await create()
  const was = running()
  await killedAt(at)
  const cut = (await stack.context.adapters.restores?.cut()) ?? expect.fail()
  stack.forget()
  const back = await restoreBack(stack.context, stack.runs, stack.tell, abort.signal)
  expect(back.ok).toBe(true)
  expect(stack.did).toContain('back own')
  // The first copy of each is what was there.
  for (const { id } of cut.touched.filter((one) => one.id !== '')) {
    const first = cut.moved.find(({ from }) => from === `macula_${id}`)?.to
    if (first !== undefined) expect(stack.did, id).toContain(`put back ${first}`)
  }
  expect(running()).toEqual(was)
  expect(state.cut).toBeUndefined()
})

test('without a cut there is nothing to bring back, and a reset of the half service lifts what holds it', async () => {
  await expect(restoreBack(stack.context, stack.runs, stack.tell, abort.signal)).rejects.toThrow(
    /No restore was cut off/,
  )
  await create()
  await killedAt('volume side side')
  await forgetHalf(stack.context, 'app')
  await expect(refusePartial(stack.context, ['side'])).rejects.toThrow(/SIDE has a part of its data only/)
  await refusePartial(stack.context, ['app'])
  await forgetHalf(stack.context, 'side')
  await refusePartial(stack.context, ['side'])
  expect((await stack.context.adapters.restores?.cut())?.half).toBeUndefined()
})

test('killed while it is copied aside, before anything of it is touched: it is whole, and starts', async () => {
  await create()
  const own = stack.context.adapters.docker.volumes
  const keep = own.keep.bind(own)
  Object.assign(stack.context.adapters.docker.volumes, {
    keep() {
      state.killed = true
      return Promise.reject(new Error('killed'))
    },
  })
  await expect(restore()).rejects.toThrow('killed')
  Object.assign(state, { killed: false, alive: false })
  Object.assign(stack.context.adapters.docker.volumes, { keep })
  expect(state.cut?.half).toBeUndefined()
  expect([...state.partial.keys()]).toEqual([])
  await refusePartial(stack.context, ['db', 'side', 'app'])
})

test('nothing that is a part only is taken into a snapshot', async () => {
  await create()
  await killedAt('volume side side')
  state.files.clear()
  stack.forget()
  await expect(create()).rejects.toMatchObject({
    trouble: {
      what: expect.stringMatching(
        /^The snapshot .* was not created: SIDE has a part of its data only\.$/,
      ) as string,
    },
  })
  expect(stack.did).toEqual([])
})

test('what a cut restore left half is kept as a part only when it is brought back', async () => {
  await create()
  await killedAt('volume side side')
  const wishes: KeepWish[] = []
  const own = stack.context.adapters.docker.volumes
  const keep = own.keep.bind(own)
  Object.assign(stack.context.adapters.docker.volumes, {
    keep: async (...[wish, onBytes, signal]: Parameters<typeof keep>) => {
      wishes.push(wish)
      return await keep(wish, onBytes, signal)
    },
  })
  await restoreBack(stack.context, stack.runs, stack.tell, abort.signal)
  const parts = wishes.filter(({ partial }) => partial === true).map(({ service }) => service)
  expect(parts).toEqual(['side'])
  expect([...state.partial.keys()]).toEqual([])
})

test('a restore of another snapshot does not forget what an earlier one left half', async () => {
  await create()
  await killedAt('volume side side')
  await killedAt('globals db')
  expect([...state.partial.keys()].toSorted()).toEqual(['db', 'side'])
  await expect(refusePartial(stack.context, ['side'])).rejects.toThrow(/SIDE has a part of its data only/)
  // What needs it would write to it as well.
  await expect(refusePartial(stack.context, ['db'])).rejects.toThrow(/DB has a part of its data only/)
})

test('cut twice, it is still known what ran at first and what was there', async () => {
  await create()
  const was = running()
  await killedAt('volume side side')
  const first = state.cut ?? expect.fail()
  stack.world.now += 120_000
  await killedAt('volume app app')
  const second = state.cut ?? expect.fail()
  expect(second.ran.toSorted()).toEqual(was)
  expect(second.at).toBe(first.at)
  const original = first.moved.find(({ from }) => from === 'macula_side')?.to ?? expect.fail()
  stack.forget()
  await restoreBack(stack.context, stack.runs, stack.tell, abort.signal)
  expect(stack.did).toContain(`put back ${original}`)
  expect(running()).toEqual(was)
})

test('what a reset of the same minute kept is not taken for what was there before the restore', async () => {
  await create()
  await killedAt('volume side side')
  const copy = state.cut?.moved.find(({ from }) => from === 'macula_side')?.to ?? expect.fail()
  // The name without a number was taken by a reset a few seconds earlier.
  const named = `${copy}-2`
  stack.world.kept = [
    ...stack.world.kept.filter(({ from }) => from !== 'macula_side'),
    { from: 'macula_side', to: copy },
    { from: 'macula_side', to: named },
  ]
  state.cut = {
    ...(state.cut ?? expect.fail()),
    moved: (state.cut?.moved ?? []).map((one) => (one.to === copy ? { ...one, to: named } : one)),
  }
  stack.forget()
  await restoreBack(stack.context, stack.runs, stack.tell, abort.signal)
  expect(stack.did).toContain(`put back ${named}`)
  expect(stack.did).not.toContain(`put back ${copy}`)
})
