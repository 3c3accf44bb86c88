import { expect, test } from 'vitest'
import { keepingOf, withData } from '../../../main/engine/run/secrets/keepers.ts'
import { fakeStack } from './fake-stack.ts'

/** Who has to be told a new password: whoever has data with the old one, though it lies in another service's volume. */

const setUp = (needs: readonly string[]) => {
  const stack = fakeStack(['db', 'console'], (id) =>
    id === 'console'
      ? { needs, secretUses: { CONSOLE: { kept: 'powerdns-admin', user: 'admin', places: [] } } }
      : {},
  )
  const services = stack.context.catalog().services
  return { ...stack, told: async () => await withData(stack.context, keepingOf(services, ['CONSOLE'])) }
}

test('what keeps its data in the database that it needs is told while that has data', async () => {
  const one = setUp(['db'])
  expect(await one.told()).toEqual([])
  one.world.volumes.add('macula_db')
  expect((await one.told()).map(({ service }) => service.id)).toEqual(['console'])
})

test('data of what it does not need is none of it', async () => {
  const one = setUp([])
  one.world.volumes.add('macula_db')
  expect(await one.told()).toEqual([])
  one.world.volumes.add('macula_console')
  expect(await one.told()).toHaveLength(1)
})
