import { describe, expect, test } from 'vitest'
import { fixedAddresses } from '../../../main/system/eject/addresses.ts'
import { textFile } from '../../../main/system/stack/tree.ts'
import type { Fragment } from '../../../main/system/stack/fragment.ts'
import { fragmentText, service, settings } from '../stack/fixture.ts'

function fragmentOf(id: string, networks: string, addition?: string): Fragment {
  const text = fragmentText(id).replace('networks: { macula: {} }', `networks: ${networks}`)
  return {
    id,
    tier: 'tools',
    files: new Map([
      ['compose.yaml', textFile(text)],
      ...(addition === undefined ? [] : [['compose.override.yaml', textFile(addition)] as const]),
    ]),
    compose: addition === undefined ? ['compose.yaml'] : ['compose.yaml', 'compose.override.yaml'],
    left: [],
    image: '',
    secrets: [],
    volumes: new Map(),
    own: [],
    copied: [],
    names: [],
  }
}
const given = (fragments: readonly Fragment[]): Record<string, string> =>
  Object.fromEntries(
    fixedAddresses(
      fragments.map(({ id }) => service(id)),
      new Map(fragments.map((one) => [one.id, one])),
      settings,
    ),
  )

describe('addresses in the docker network', () => {
  test.each<[string, readonly Fragment[], Record<string, string>]>([
    [
      'as written, the prefix filled in',
      [fragmentOf('a', "{ macula: { ipv4_address: '${MACULA_SUBNET_PREFIX:-172.23.0}.21' } }")],
      { a: '172.28.81.21' },
    ],
    [
      'what lies over a service counts',
      [
        fragmentOf(
          'a',
          "{ macula: { ipv4_address: '172.28.81.21' } }",
          "services: { a: { networks: { macula: { ipv4_address: '172.28.81.22' } } } }",
        ),
      ],
      { a: '172.28.81.22' },
    ],
    [
      'those that name none get the lowest that nobody has, each another',
      [
        fragmentOf('a', '[macula]'),
        fragmentOf('b', "{ macula: { ipv4_address: '172.28.81.51' } }"),
        fragmentOf('c', '{ macula: null }'),
        fragmentOf('d', '{ macula: {} }'),
      ],
      { a: '172.28.81.50', b: '172.28.81.51', c: '172.28.81.52', d: '172.28.81.53' },
    ],
  ])('%s', (_, fragments, expected) => {
    expect(given(fragments)).toEqual(expected)
  })

  test('with none left it is told for which service', () => {
    const many = Array.from({ length: 79 }, (_, index) => fragmentOf(`s${index}`, '[macula]'))
    expect(() => given(many)).toThrow(/no free address in 172\.28\.81\.0\/24 for s78/)
  })
})
