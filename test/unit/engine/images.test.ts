import { expect, test } from 'vitest'
import type { Adapters } from '../../../main/engine/adapters.ts'
import { imageInfos, pullMissing } from '../../../main/engine/run/images.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import { service } from '../stack/fixture.ts'

/** Docker with some images; it refuses to look up what it cannot read, and to pull what the registry has not. */
function docker(here: readonly string[], odd: readonly string[], absent: readonly string[]) {
  const pulled: string[] = []
  const imageBytes = async (image: string): Promise<number | undefined> => {
    await Promise.resolve()
    if (odd.includes(image)) throw new MaculaError({ kind: 'failed', what: `${image} cannot be looked up.` })
    return here.includes(image) ? 7 : undefined
  }
  const adapters = {
    docker: {
      imageBytes,
      hasImage: async (image: string) => (await imageBytes(image)) !== undefined,
      async pull(image: string) {
        await Promise.resolve()
        if (absent.includes(image)) throw new MaculaError({ kind: 'failed', what: `${image} is not there.` })
        pulled.push(image)
      },
    },
  } as unknown as Adapters
  return { adapters, pulled }
}

const run = async (adapters: Adapters, images: readonly string[], signal = new AbortController().signal) => {
  const events: StepEvent[] = []
  const troubles = await pullMissing(
    adapters,
    images.map((image) => ({ image })),
    (event) => events.push(event),
    () => 0,
    signal,
  )
  return { events, troubles: [...troubles].map(([image, { what }]) => [image, what]) }
}

test('an image that cannot be looked up or pulled is the trouble of itself alone', async () => {
  const { adapters, pulled } = docker(['here'], ['Odd:'], ['absent'])
  const { troubles, events } = await run(adapters, ['here', 'Odd:', 'absent', 'new', 'new'])
  expect(troubles).toEqual([
    ['Odd:', 'Odd: cannot be looked up.'],
    ['absent', 'absent is not there.'],
  ])
  expect(pulled).toEqual(['new'])
  expect(events.map((event) => ('says' in event ? event.says : event.kind))).toEqual([
    'Pulling 2 of 4 images',
    'pulled',
  ])
})

test('what is here is not pulled, and nothing is said', async () => {
  const { adapters, pulled } = docker(['a', 'b'], [], [])
  expect(await run(adapters, ['a', 'b'])).toEqual({ events: [], troubles: [] })
  expect(pulled).toEqual([])
})

test('interrupted, nothing more is pulled', async () => {
  const { adapters, pulled } = docker([], [], [])
  const { troubles } = await run(adapters, ['a'], AbortSignal.abort())
  expect(troubles).toEqual([['a', 'a was not pulled: interrupted.']])
  expect(pulled).toEqual([])
})

test('without Docker none is here, what each takes is asked of its registry, and Docker is not asked', async () => {
  const { adapters } = docker(['one'], ['Odd:'], [])
  const services = ['one', 'Odd:'].map((image, at) =>
    service(`s${at}`, { runtime: { kind: 'container', image } }),
  )
  const registries = {
    size: async (image: string) => await Promise.resolve({ kind: 'known' as const, bytes: image.length }),
    known: () => undefined,
  }
  expect(
    await imageInfos(
      { ...adapters, registries } as unknown as Adapters,
      { services, forwards: [], problems: [] },
      'without docker',
    ),
  ).toEqual([
    { service: 's0', title: 's0', image: 'one', present: false, download: 3 },
    { service: 's1', title: 's1', image: 'Odd:', present: false, download: 4 },
  ])
})

test('the list of images tells of one that cannot be looked up, beside the others', async () => {
  const { adapters } = docker(['one'], ['Odd:'], [])
  const services = ['one', 'Odd:', 'two'].map((image, at) =>
    service(`s${at}`, { runtime: { kind: 'container', image } }),
  )
  expect(await imageInfos(adapters, { services, forwards: [], problems: [] })).toEqual([
    { service: 's0', title: 's0', image: 'one', present: true, bytes: 7 },
    {
      service: 's1',
      title: 's1',
      image: 'Odd:',
      present: false,
      trouble: { kind: 'failed', what: 'Odd: cannot be looked up.' },
    },
    { service: 's2', title: 's2', image: 'two', present: false },
  ])
})
