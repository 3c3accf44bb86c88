import { describe, expect, test } from 'vitest'
import { statusExit } from '../../../main/cli/commands/status.ts'
import { makeSnapshot } from '../../../main/model/make-snapshot.ts'
import type { Holder } from '../../../main/model/observation.ts'
import { adviseHolder, sayHolder } from '../../../main/model/say.ts'
import { ownerMark, ownerOfMark, sayOther, type OtherMacula } from '../../../main/model/owner.ts'
import { problemsOf } from '../../../main/model/problems.ts'
import { catalog, suffix } from '../cli/fixture.ts'
import { greenWorld } from '../cli/worlds.ts'

const other: OtherMacula = {
  uid: 1000,
  user: 'alice',
  project: 'macula',
  has: '14 containers and 1 network',
  bySudo: false,
  beside: {
    project: 'macula-bob',
    subnet: '172.31.240.0/24',
    addresses: '127.0.1.0/24',
    dnsPort: 5355,
  },
  file: '/home/bob/.config/macula-desktop/settings.json',
}

describe('another person’s Macula', () => {
  const world = greenWorld()
  if (world.docker.kind === 'up') world.docker = { ...world.docker, other }
  // As a second user sees it: the first one's forwarders hold all ports.
  for (const [key, seen] of world.listeners)
    world.listeners.set(key, { kind: 'foreign', holder: { user: 'alice' }, ms: seen.ms })
  const snapshot = makeSnapshot(catalog, suffix, world, 1)

  test('is named once, and no row tells of it or advises to end anything', () => {
    expect(snapshot.causes.map(({ id }) => id)).toEqual(['owner'])
    expect(snapshot.summary.says).toBe(
      'This is the Macula of alice (uid 1000), not yours. Nothing of it is touched.',
    )
    expect(problemsOf(snapshot)).toHaveLength(1)
    for (const view of snapshot.services) {
      expect([view.id, view.state, view.reason]).toEqual([view.id, 'not set up', ''])
      expect(view.headline).toBeUndefined()
      expect(view.endpoints.every(({ best }) => best === -1)).toBe(true)
    }
    expect(JSON.stringify(snapshot.services)).not.toMatch(/Stop it or move|kill|alice/)
  })

  test('a status ends with its own code', () => {
    expect(statusExit(snapshot)).toBe(3)
    expect(statusExit(makeSnapshot(catalog, suffix, greenWorld(), 1))).toBe(0)
  })

  test.each<readonly [string, Partial<OtherMacula>, RegExp]>([
    [
      'a second user',
      {},
      /^To run one of your own beside it, write \{"project": "macula-bob", "subnet": "172\.31\.240\.0\/24", "addresses": "127\.0\.1\.0\/24", "dnsPort": 5355\} into \/home\/bob\/.*settings\.json, then run maculactl up\.$/,
    ],
    ['root by sudo of that person', { bySudo: true }, /^Run the same without sudo\. /],
  ])('%s is told how to get on', (_, part, todo) => {
    expect(sayOther({ ...other, ...part }).todo).toMatch(todo)
  })

  test('a user who is not on this machine is told by uid', () => {
    const { user: _, ...unknown } = other
    expect(sayOther(unknown).what).toBe(
      'This is the Macula of uid 1000, not yours. Nothing of it is touched.',
    )
  })
})

describe('the mark of a process', () => {
  test.each([
    [{ uid: 1000, project: 'macula' }, '1000/macula'],
    [{ uid: 0, project: 'macula-root' }, '0/macula-root'],
  ])('%j is %s and back', (owner, mark) => {
    expect(ownerMark(owner)).toBe(mark)
    expect(ownerOfMark(mark)).toEqual(owner)
  })
  test.each([
    '',
    '1000',
    '1000/',
    '/macula',
    '-1/macula',
    '1000/Macula',
    '1000/a b',
    '1000/macula\n',
    'x/macula',
  ])('%j is none', (mark) => {
    expect(ownerOfMark(mark)).toBeUndefined()
  })
})

describe('who holds a port that ours should have', () => {
  const alice = { uid: 1000, user: 'alice' }
  test.each<readonly [string, Holder, string, RegExp]>([
    ['a program', { pid: 812, program: 'nginx' }, 'nginx (pid 812)', /^Stop it by its own means, or move it/],
    [
      'a program we may not see',
      { user: 'bob' },
      'a program of user bob',
      /^See which it is \(sudo ss -ltnp 'sport = :80'\), then stop it or move it/,
    ],
    [
      'another person’s Macula',
      { pid: 9, user: 'alice', macula: alice },
      'the Macula of alice (uid 1000)',
      /^Let both run side by side: set "addresses"/,
    ],
    [
      'another instance of one’s own',
      { pid: 9, program: 'socat', macula: { ...alice, project: 'macula-two' } },
      'the Macula of alice (uid 1000), project macula-two',
      /^Let both run side by side/,
    ],
  ])('%s is named, and what to do fits', (_, holder, who, todo) => {
    expect(sayHolder(holder)).toContain(who)
    expect(adviseHolder(holder, '127.0.0.4:80', 'go on')).toMatch(todo)
    if (holder.macula)
      expect(adviseHolder(holder, '127.0.0.4:80', 'go on')).not.toMatch(/Stop it or move|kill/)
  })

  test('another Macula on the same addresses is one cause, with a way to run beside it', () => {
    const world = greenWorld()
    for (const [key, { ms }] of world.listeners)
      world.listeners.set(key, { kind: 'foreign', holder: { user: 'alice', macula: alice }, ms })
    const { causes, services } = makeSnapshot(catalog, suffix, world, 1)
    const cause = causes.find(({ id }) => id === 'ports')
    expect(cause?.headline.what).toContain('The Macula of alice (uid 1000) has port')
    expect(cause?.headline.todo).toContain('"addresses"')
    expect(JSON.stringify([causes, services])).not.toMatch(/Stop it or move|kill \d/)
  })
})
