import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isOurImage, pushable, registryReferences } from '../../../main/model/registry.ts'
import { parse } from 'yaml'

/** Every way in which manifests of the platform write the registry, and some that are not ours. */
test.each([
  ['registry.macula.local/macula/console:latest', undefined],
  ['registry.macula.local:5000/macula/console:latest', undefined],
  ['registry.macula.local:5001/macula/console:latest', undefined],
  ['localhost:5001/macula/console:latest', undefined],
  ['localhost:5000/macula/console:latest', undefined],
  ['kind-registry:5000/console:latest', 'registry.macula.local/console:latest'],
  ['macula-registry:5000/macula/console:latest', 'registry.macula.local/macula/console:latest'],
  ['registry:5000/x@sha256:abc', 'registry.macula.local/x@sha256:abc'],
])('%s is ours', (image, told) => {
  expect(isOurImage(image, 'macula.local')).toBe(true)
  expect(pushable(image, 'macula.local')).toBe(told ?? image)
})

test.each([
  'maculacid/macula-console:1',
  'registry.example.org/x:1',
  'registry.macula.local:5002/x:1',
  'localhost/x:1',
  'kind-registry/x:1',
  'registry.macula.local.evil.org/x:1',
])('%s is not', (image) => {
  expect(isOurImage(image, 'macula.local')).toBe(false)
  expect(pushable(image, 'macula.local')).toBe(image)
})

test('the names in Docker among them are those that the registry’s container has', () => {
  const fragment = parse(
    readFileSync(new URL('../../../assets/stack/registry/compose.yaml', import.meta.url), 'utf8'),
  ) as { services: { registry: { 'x-macula': { aliases: string[] } } } }
  const has = ['registry', ...fragment.services.registry['x-macula'].aliases].map((name) => `${name}:5000`)
  expect(registryReferences('macula.local').slice(5).sort()).toEqual(has.sort())
})
