import { expect, test } from 'vitest'
import { corefileWith, corefileWithout, namesIn } from '../../../main/system/kind/corefile.ts'

const kinds = `.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
    }
    forward . /etc/resolv.conf
    cache 30
}
`
const names = new Map([
  ['registry.macula.local', '172.23.0.11'],
  ['postgres.macula.local', '172.23.0.31'],
])

test('our block is a server of its own for the suffix, and taken out it leaves every byte as it was', () => {
  const merged = corefileWith(kinds, 'macula.local', names)
  expect(merged).toBe(`${kinds}# macula begin: names of Macula Desktop, for pods
macula.local:53 {
    errors
    hosts {
        172.23.0.31 postgres.macula.local
        172.23.0.11 registry.macula.local
        ttl 5
    }
}
# macula end
`)
  expect(corefileWithout(merged)).toBe(kinds)
  expect(namesIn(merged)).toEqual(names)
})

test('putting it again is the same; other names replace ours only', () => {
  const once = corefileWith(kinds, 'macula.local', names)
  expect(corefileWith(once, 'macula.local', names)).toBe(once)
  const moved = corefileWith(`${once}# a person's own\nexample.org:53 {\n}\n`, 'macula.local', new Map())
  expect(moved).toContain("# a person's own")
  expect(namesIn(moved).size).toBe(0)
})

test('fault 1: what is no name or address never becomes CoreDNS configuration', () => {
  const bad = new Map([
    ['a.macula.local\n}\nevil:53 {', '172.23.0.1'],
    ['b.macula.local', '1.2.3.4 evil'],
    ['other.example.org', '172.23.0.1'],
    ['ok.macula.local', '172.23.0.2'],
  ])
  const merged = corefileWith(kinds, 'macula.local', bad)
  expect(namesIn(merged)).toEqual(new Map([['ok.macula.local', '172.23.0.2']]))
  expect(merged).not.toContain('evil')
  expect(() => corefileWith(kinds, 'x {', names)).toThrow('not a suffix')
})

test('names without the suffix are answered beside it, and all else under them is asked on', () => {
  const short = new Map([...names, ['macula-registry', '172.23.0.11'], ['loki', '172.23.0.22']])
  const merged = corefileWith(kinds, 'macula.local', short)
  expect(merged).toContain(`loki:53 macula-registry:53 {
    errors
    hosts {
        172.23.0.22 loki
        172.23.0.11 macula-registry
        ttl 5
        fallthrough
    }
    forward . /etc/resolv.conf
}
# macula end
`)
  expect(namesIn(merged)).toEqual(short)
  expect(corefileWithout(merged)).toBe(kinds)
  expect(corefileWith(merged, 'macula.local', short)).toBe(merged)
})

test.each([['lab:53 {\n}\n'], ['lab {\n}\n'], ['dns://lab:1053 {\n}\n'], ['example.org, lab. {\n}\n']])(
  'a zone that a person’s own server has is left to it: %j',
  (own) => {
    const both = new Map([
      ['lab', '172.23.0.9'],
      ['loki', '172.23.0.22'],
    ])
    expect([...namesIn(corefileWith(`${kinds}${own}`, 'macula.local', both)).keys()]).toEqual(['loki'])
  },
)
