import { describe, expect, test } from 'vitest'
import { isStarved, outOfMemory } from '../../../main/model/rungs/memory.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { problemsOf } from '../../../main/model/problems.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import { change, greenWorld, now, silence, snapshotOf, type Draft } from '../cli/worlds.ts'

/** What does not run is told by its own reason first: not by its names, not by a log that cannot know. */

function viewOf(world: Draft, id: string): ServiceView {
  const view = snapshotOf(world).services.find((one) => one.id === id)
  if (!view) throw new Error(id)
  return view
}

/** Nothing but the container is to blame, whatever is wrong with names and forwarders besides. */
const besides: Readonly<Record<string, (world: Draft) => void>> = {
  'nothing else': () => undefined,
  'slow names': (world) => world.names.forEach((seen, name) => world.names.set(name, { ...seen, ms: 5003 })),
  'names that are not known': (world) =>
    world.names.forEach((_, name) => world.names.set(name, { kind: 'none', code: 'ENOTFOUND', ms: 2 })),
  'no forwarder': (world) =>
    world.listeners.forEach((_, key) => world.listeners.set(key, { kind: 'free', ms: 0 })),
}

const ends: readonly (readonly [string, Partial<ContainerSeen>, string])[] = [
  [
    'it crashes',
    { state: 'restarting', exitCode: 1, restarts: 5, lastLine: 'no bucket' },
    'exit code 1, 5 restarts',
  ],
  ['it ended', { state: 'exited', exitCode: 3, finishedAt: now - 5000 }, 'exit code 3'],
  [
    'it had no memory left',
    { state: 'restarting', exitCode: 137, oomKilled: true, restarts: 2, memoryLimit: 512 * 1024 * 1024 },
    'out of memory at 512 MiB, 2 restarts',
  ],
  ['somebody paused it', { state: 'paused' }, 'paused'],
]

describe.each(Object.entries(besides))('besides %s', (_, spoil) => {
  test.each(ends)('Tempo fails as %s: its row and its ways in say so', (_name, seen, reason) => {
    const world = greenWorld()
    silence(world, 'tempo')
    change(world, 'tempo', { address: '', ...seen })
    spoil(world)
    const view = viewOf(world, 'tempo')
    expect([view.state, view.reason]).toEqual(['failed', reason])
    const reasons = view.endpoints.flatMap(({ accesses }) => accesses.map((access) => access.reason))
    expect(new Set(reasons)).toEqual(new Set([reason]))
    const first = problemsOf(snapshotOf(world)).find(({ state }) => state === 'failed')
    expect(first?.service).toBe('tempo')
  })
})

test('what was stopped on purpose says so at each way in, whatever its name is', () => {
  const world = greenWorld()
  silence(world, 'tempo')
  world.wanted.delete('tempo')
  change(world, 'tempo', { state: 'exited', address: '', stoppedOnPurpose: true })
  const reasons = viewOf(world, 'tempo').endpoints.flatMap(({ accesses }) =>
    accesses.map(({ reason }) => reason),
  )
  expect(new Set(reasons)).toEqual(new Set(['stopped']))
})

test('what runs keeps the reason of each way in', () => {
  const world = greenWorld()
  world.names.set('tempo.macula.local', { kind: 'none', code: 'ENOTFOUND', ms: 2 })
  const [clean] = viewOf(world, 'tempo').endpoints[0]?.accesses ?? []
  expect(clean?.reason).toContain('name')
})

describe('an end for want of memory', () => {
  const seen = { name: 'macula-tempo-1', exitCode: 137, restarts: 3, memoryLimit: 512 * 1024 * 1024 }
  const tempo = { service: 'tempo', title: 'Tempo' }

  test('of ours: its limit, that all of it was used, and the command that raises it', () => {
    expect(outOfMemory(tempo, seen)).toEqual({
      says: 'ended because it used all of its 512 MiB of memory: exit code 137, 3 restarts',
      reason: 'out of memory at 512 MiB, 3 restarts',
      why: 'Its container may use 512 MiB; it needed more, and the kernel ended it.',
      todo: 'Raise its limit: docker update --memory 1024m --memory-swap 1024m macula-tempo-1, then maculactl restart tempo (mem_limit: 1024m in its compose.override.yaml keeps it).',
      fix: {
        label: 'Raise its limit',
        command: 'docker update --memory 1024m --memory-swap 1024m macula-tempo-1',
        action: { kind: 'none' },
      },
    })
  })

  test('of a person’s own service: the key and the file', () => {
    const told = outOfMemory(
      {
        service: 'notes',
        title: 'Notes',
        file: '/home/me/.config/macula-desktop/services/notes/compose.yaml',
      },
      { ...seen, memoryLimit: 1.5 * 1024 ** 3, restarts: 0 },
    )
    expect(told.reason).toBe('out of memory at 1.5 GiB')
    expect(told.todo).toBe(
      'Raise mem_limit to 3072m (1.5 GiB now) in /home/me/.config/macula-desktop/services/notes/compose.yaml, then maculactl up notes.',
    )
  })

  test('killed by somebody but Docker, under a limit: the same, as what is likely', () => {
    expect(outOfMemory(tempo, { ...seen, killed: true })).toMatchObject({
      says: 'ended probably because it used all of its 512 MiB of memory: exit code 137, 3 restarts',
      reason: 'probably out of memory at 512 MiB, 3 restarts',
      why: 'It was killed (SIGKILL) and not by Docker; the kernel does that when a container needs more than its limit, 512 MiB.',
      fix: { label: 'Raise its limit' },
    })
    expect(isStarved({ oomKilled: false, killed: true, memoryLimit: 6 })).toBe(true)
    expect(isStarved({ oomKilled: false, killed: true })).toBe(false)
    expect(isStarved({ oomKilled: false, memoryLimit: 6 })).toBe(false)
    expect(isStarved({ oomKilled: true })).toBe(true)
  })

  test('without a limit it was the machine that had none left', () => {
    const { memoryLimit: _limit, ...free } = seen
    expect(outOfMemory(tempo, free)).toMatchObject({
      reason: 'the machine was out of memory, 3 restarts',
      todo: 'Stop what else uses much memory (docker stats, top), or stop other services, then start Tempo.',
    })
  })

  test('its row never sends anybody to the log', () => {
    const world = greenWorld()
    silence(world, 'tempo')
    change(world, 'tempo', {
      state: 'exited',
      exitCode: 137,
      oomKilled: true,
      memoryLimit: 1024 * 1024,
      address: '',
    })
    const { headline } = viewOf(world, 'tempo')
    expect(headline?.todo).toMatch(/^Raise its limit/)
    expect(JSON.stringify(headline)).not.toMatch(/log/i)
  })
})
