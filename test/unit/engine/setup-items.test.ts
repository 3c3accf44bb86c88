import { expect, test } from 'vitest'
import type { Adapters, MachineStep, ResolverRoute } from '../../../main/engine/adapters.ts'
import { setupItems } from '../../../main/engine/run/setup.ts'
import type { Change } from '../../../main/model/change.ts'
import type { Catalog, Settings } from '../../../main/model/service.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

const catalog: Catalog = { services: [], forwards: [], problems: [] }
const change = (id: string, price?: string): Change => ({
  id,
  title: id,
  reason: 'A test',
  ...(price === undefined ? {} : { price }),
  verbs: [],
  commands: [],
})

function route(
  id: string,
  rank: number,
  { fits = true, inPlace = false }: { fits?: boolean; inPlace?: boolean } = {},
): ResolverRoute {
  return {
    id,
    title: `The route ${id}`,
    rank,
    needsServer: true,
    detect: async () => await Promise.resolve({ fits, says: fits ? `${id} fits.` : `${id} is not here.` }),
    plan: () => change(`route-${id}`, `${id} costs this.`),
    isInPlace: async () => await Promise.resolve(inPlace),
  }
}

async function items(
  routes: readonly ResolverRoute[],
  more: Partial<Settings> = {},
  steps: readonly MachineStep[] = [],
) {
  const adapters = { routes, steps } as unknown as Adapters
  return await setupItems(adapters, { ...defaultSettings, ...more }, catalog)
}

const told = async (...input: Parameters<typeof items>) =>
  (await items(...input)).map(({ change: { id }, state, says }) => `${id}, ${state}: ${says}`)

const best = route('best', 1)
const other = route('other', 2)

test('without a wish the best route that fits is taken, whatever the order', async () => {
  expect(await told([other, best])).toEqual(['route-best, to do: best fits.'])
  expect(await told([route('best', 1, { fits: false }), other])).toEqual(['route-other, to do: other fits.'])
})

test('what of a route is there and differs is told, instead of that the route fits', async () => {
  const old = { ...best, differs: async () => await Promise.resolve('Its line 4 is old.') }
  expect(await told([old, other])).toEqual(['route-best, to do: Its line 4 is old.'])
  const asPlanned = { ...best, differs: async () => await Promise.resolve(undefined) }
  expect(await told([asPlanned])).toEqual(['route-best, to do: best fits.'])
})

test('the route of the settings is taken before a better one', async () => {
  expect(await told([best, other], { route: 'other' })).toEqual(['route-other, to do: other fits.'])
})

test('the route of the settings is set up although a better one is in place', async () => {
  const there = route('best', 1, { inPlace: true })
  expect(await told([there, other], { route: 'other' })).toEqual(['route-other, to do: other fits.'])
  expect(await told([there, other])).toEqual([
    'route-best, in place: The route best is set up for our names.',
  ])
})

test('the route of the settings that is in place stays, though a better one would be too', async () => {
  const both = [route('best', 1, { inPlace: true }), route('other', 2, { inPlace: true })]
  expect(await told(both, { route: 'other' })).toEqual([
    'route-other, in place: The route other is set up for our names.',
  ])
})

test('a wish that cannot be fulfilled is told with its reason beside what is taken instead', async () => {
  const gone = route('other', 2, { fits: false })
  expect(await told([best, gone], { route: 'other' })).toEqual([
    'route-best, to do: The settings ask for the route other, which this machine cannot take: other is not here. best fits.',
  ])
  const there = route('best', 1, { inPlace: true })
  expect(await told([there, gone], { route: 'other' })).toEqual([
    'route-best, in place: The settings ask for the route other, which this machine cannot take: other is not here. The route best is set up for our names.',
  ])
})

test('a wish for a route that is none is told with those there are', async () => {
  expect(await told([best, other], { route: 'othr' })).toEqual([
    'route-best, to do: The settings ask for the route othr, which there is none of (there are: best, other). best fits.',
  ])
})

test('what names under the suffix cost is told with the route, before anything is written', async () => {
  const [plain] = await items([best])
  expect(plain?.change.price).toBe('best costs this.')
  const [dev] = await items([best], { suffix: 'macula.dev' })
  expect(dev?.change.price).toMatch(/^best costs this\. Browsers open names under \.dev by https only/)
  const [local] = await items([best], { suffix: 'x.localhost' })
  expect(local?.change.price).toContain('127.0.0.1 by themselves')
})

test('steps of the machine come first; what is never needed is left out', async () => {
  const steps: readonly MachineStep[] = [
    {
      id: 'low-ports',
      plan: async () =>
        await Promise.resolve({ change: change('low-ports'), inPlace: true, says: 'It is 80.' }),
    },
    { id: 'tools', plan: async () => await Promise.resolve(undefined) },
  ]
  expect(await told([best], {}, steps)).toEqual([
    'low-ports, in place: It is 80.',
    'route-best, to do: best fits.',
  ])
})

test('where no route fits, that is told with every reason, and what is asked for', async () => {
  const none = [route('one', 2, { fits: false }), route('two', 1, { fits: false })]
  expect(await items(none, { suffix: 'macula.test' })).toEqual([
    {
      change: {
        id: 'route',
        title: 'Set up names under macula.test',
        reason: 'Programs must find the addresses of names ending in .macula.test.',
        verbs: [],
        commands: [],
      },
      state: 'blocked',
      says: 'two is not here. one is not here.',
    },
  ])
  expect(await told(none, { route: 'one' })).toEqual([
    'route, blocked: The settings ask for the route one, which this machine cannot take: one is not here. two is not here. one is not here.',
  ])
})

test('a change that costs nothing has no price', async () => {
  const free: ResolverRoute = { ...best, plan: () => change('route-free') }
  const [item] = await items([free], { suffix: 'macula.test' })
  expect(item?.change).toEqual(change('route-free'))
})

test('a step that is not in place is to do', async () => {
  const step: MachineStep = {
    id: 'tools',
    plan: async () =>
      await Promise.resolve({ change: change('tools'), inPlace: false, says: 'socat is missing.' }),
  }
  expect((await told([best], {}, [step]))[0]).toBe('tools, to do: socat is missing.')
})
