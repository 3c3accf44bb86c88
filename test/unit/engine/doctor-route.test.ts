import { expect, test } from 'vitest'
import type { ResolverRoute } from '../../../main/engine/adapters.ts'
import { seeRoute } from '../../../main/engine/doctor/checks/route.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

/** The doctor says of names only what is: a stale line is not "not led here", and a route that fits is no reason. */

const input = { settings: defaultSettings, names: new Map([['grafana.macula.local', '127.0.0.4']]) }

interface Part {
  readonly fits?: boolean
  readonly inPlace?: boolean
  readonly differs?: string
  readonly other?: string
}

function route(id: string, { fits = true, inPlace = false, differs, other }: Part = {}): ResolverRoute {
  return {
    id: `route-${id}`,
    title: `the ${id}`,
    rank: 1,
    needsServer: false,
    detect: async () => await Promise.resolve({ fits, says: fits ? `${id} fits.` : `${id} is not here.` }),
    plan: () => ({ id, title: id, reason: id, verbs: [], commands: [] }),
    isInPlace: async () => await Promise.resolve(inPlace),
    differs: async () => await Promise.resolve(differs),
    heldBy: async () => await Promise.resolve(other === undefined ? undefined : { uid: 4001, user: other }),
  }
}

const findingOf = async (...routes: readonly ResolverRoute[]) => (await seeRoute(routes, input)).finding
const stale = 'Macula’s block in /etc/hosts has a line that set-up does not write: line 20, “127.0.0.9 old”.'

test('a block that is not as planned is told by its line, and set-up of that route is offered', async () => {
  expect(await findingOf(route('other', { fits: false }), route('hosts', { differs: stale }))).toEqual({
    result: 'warning',
    changes: ['route-hosts'],
    what: 'What set-up wrote for names under macula.local is not what it would write now (the hosts).',
    why: stale,
    todo: 'maculactl setup writes it again.',
    fix: {
      label: 'Set up names again…',
      command: 'maculactl setup',
      action: { kind: 'setup', changes: ['route-hosts'] },
    },
  })
})

test('where set-up would take a better route, or none, that is what is said', async () => {
  expect(await findingOf(route('better'), route('hosts', { differs: stale }))).toMatchObject({
    why: stale,
    todo: 'maculactl setup sets names up through the better.',
    fix: { action: { changes: ['route-better'] } },
  })
  const none = await findingOf(route('hosts', { differs: stale, fits: false }))
  expect(none).toMatchObject({ why: stale, todo: 'hosts is not here.' })
  expect(none.fix).toBeUndefined()
})

test('nothing is written: one reason, that of the route set-up would take', async () => {
  expect(await findingOf(route('other', { fits: false }), route('hosts'))).toMatchObject({
    what: 'Names under macula.local are not set up on this machine.',
    why: 'Set-up has not written them: hosts fits.',
    fix: { action: { changes: ['route-hosts'] } },
  })
})

test('no route fits: every reason, and set-up is not said to do it', async () => {
  const finding = await findingOf(route('one', { fits: false }), route('two', { fits: false }))
  expect(finding.why).toBe('one is not here. two is not here.')
  expect(finding.todo).toMatch(/^Fix one of these, then run maculactl setup;/)
  expect(finding.fix).toBeUndefined()
})

test('another person’s route is theirs, not a stale one of ours', async () => {
  expect(await findingOf(route('hosts', { differs: stale, other: 'ada' }))).toMatchObject({
    what: 'Names under macula.local point at another Macula.',
    why: 'the hosts points the names of this machine at the Macula of ada (uid 4001).',
    todo: expect.stringContaining('maculactl undo route-hosts --even-others') as unknown,
  })
})

test('one in place is fine, whatever is left of others', async () => {
  const seen = await seeRoute([route('hosts', { differs: stale }), route('one', { inPlace: true })], input)
  expect(seen.used?.id).toBe('route-one')
  expect(seen.finding).toMatchObject({ result: 'ok', what: 'the one is set up for our names.' })
})
