import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { kubectlYaml } from '../../../main/system/kind/kubectl-yaml.ts'
import { readManifests, streamOf } from '../../../main/system/kind/manifests.ts'
import { objectsIn } from '../../../main/system/place/objects.ts'

/** What each text is for kubectl: sigs.k8s.io/yaml 1.6.0 printed it so (YAMLToJSON). */
const cases: readonly (readonly [string, unknown])[] = [
  ['0400', 256],
  ['0o400', 256],
  ['-0400', -256],
  ['0x1F', 31],
  ['0b11', 3],
  ['1_000', 1000],
  ['1e3', 1000],
  ['08', 8],
  ['yes', true],
  ['on', true],
  ['Y', true],
  ['N', false],
  ['12:30:45', '12:30:45'],
  ['22:22', '22:22'],
  ['2024-01-01', '2024-01-01'],
  ['8080:80', '8080:80'],
  ['!!binary aGk=', 'hi'],
  ['{ <<: { p: 1, q: 2 }, q: 3 }', { p: 1, q: 3 }],
]
const manifest = (value: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nspec: ${value}\n`

test.each(cases)(
  '%s is read as kubectl reads it, in a folder in place and in one of the configuration',
  (text, is) => {
    const own = readManifests([{ file: 'a.yaml', text: manifest(text) }])
    expect(own.kind === 'read' && own.manifests[0]?.['spec']).toEqual(is)
    const place = objectsIn('a.yaml', manifest(text), false)
    expect('objects' in place && place.objects[0]?.manifest['spec']).toEqual(is)
  },
)

test('texts that look like something else are still texts for kubectl', () => {
  const texts = cases.map(([text]) => text).concat('true', 'null', '~', '', 'off', 'n', '1.5', '.5', '<<: x')
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { texts } }
  expect(parse(streamOf([object]).replace('---\n', ''), kubectlYaml)).toEqual(object)
})
