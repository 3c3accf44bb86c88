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
/** While PowerDNS does not run. */
const stopped = (told: ReadonlyMap<string, string>) => ({ names: told, zones: [], asks: undefined })

test('our block is a server of its own for the suffix, and taken out it leaves every byte as it was', () => {
  const merged = corefileWith(kinds, 'macula.local', stopped(names))
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
  const once = corefileWith(kinds, 'macula.local', stopped(names))
  expect(corefileWith(once, 'macula.local', stopped(names))).toBe(once)
  const moved = corefileWith(
    `${once}# a person's own\nexample.org:53 {\n}\n`,
    'macula.local',
    stopped(new Map()),
  )
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
  const merged = corefileWith(kinds, 'macula.local', stopped(bad))
  expect(namesIn(merged)).toEqual(new Map([['ok.macula.local', '172.23.0.2']]))
  expect(merged).not.toContain('evil')
  expect(() => corefileWith(kinds, 'x {', stopped(names))).toThrow('not a suffix')
})

test('names without the suffix are answered beside it, and all else under them is asked on', () => {
  const short = new Map([...names, ['macula-registry', '172.23.0.11'], ['loki', '172.23.0.22']])
  const merged = corefileWith(kinds, 'macula.local', stopped(short))
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
  expect(corefileWith(merged, 'macula.local', stopped(short))).toBe(merged)
})

test.each([['lab:53 {\n}\n'], ['lab {\n}\n'], ['dns://lab:1053 {\n}\n'], ['example.org, lab. {\n}\n']])(
  'a zone that a person’s own server has is left to it: %j',
  (own) => {
    const both = new Map([
      ['lab', '172.23.0.9'],
      ['loki', '172.23.0.22'],
    ])
    expect([...namesIn(corefileWith(`${kinds}${own}`, 'macula.local', stopped(both))).keys()]).toEqual([
      'loki',
    ])
  },
)

test('what ours do not have is asked of PowerDNS, in the further zones too, while it runs', () => {
  const told = { names, zones: ['lab', 'macula.local', 'beam {'], asks: '172.23.0.10' }
  const merged = corefileWith(kinds, 'macula.local', told)
  expect(merged).toBe(`${kinds}# macula begin: names of Macula Desktop, for pods
macula.local:53 lab:53 {
    errors
    hosts {
        172.23.0.31 postgres.macula.local
        172.23.0.11 registry.macula.local
        ttl 5
        fallthrough
    }
    forward . 172.23.0.10
}
# macula end
`)
  expect(namesIn(merged)).toEqual(names)
  expect(corefileWith(merged, 'macula.local', told)).toBe(merged)
  const without = corefileWith(merged, 'macula.local', { ...told, asks: undefined })
  expect(without).toContain('macula.local:53 lab:53 {')
  expect(without).not.toMatch(/fallthrough|forward \. 172/)
  expect(corefileWith(kinds, 'macula.local', { ...told, asks: '1.2.3.4 evil' })).toBe(without)
})

test('a person’s own server for the suffix or a zone stays the only one, and a zone that is a name of ours is that name', () => {
  const own = `${kinds}macula.local:53 {\n    forward . 10.0.0.1\n}\n`
  const told = {
    names: new Map([...names, ['lab', '172.23.0.9']]),
    zones: ['lab', 'beam'],
    asks: '172.23.0.10',
  }
  const merged = corefileWith(own, 'macula.local', told)
  expect(merged.match(/^macula\.local:53/gm)).toHaveLength(1)
  expect(merged.match(/^\S.*\{$/gm)).toEqual(['.:53 {', 'macula.local:53 {', 'beam:53 {', 'lab:53 {'])
  expect(corefileWithout(merged)).toBe(own)
})

test.each([
  ['at its end', ''],
  ['before a server of a person’s own', 'example.org:53 {\n    forward . 10.0.0.1\n}\n'],
  ['before a comment', '# mine\n'],
])('without its last line, %s, ours is replaced and nothing else', (_, after) => {
  const short = new Map([...names, ['loki', '172.23.0.22']])
  const lost = corefileWith(kinds, 'macula.local', stopped(short)).replace('# macula end\n', after)
  expect(namesIn(lost)).toEqual(short)
  expect(corefileWithout(lost)).toBe(`${kinds}${after}`)
  const merged = corefileWith(lost, 'macula.local', stopped(names))
  expect(merged.match(/^macula\.local:53/gm)).toHaveLength(1)
  expect(merged.match(/# macula (?:begin|end)/g)).toEqual(['# macula begin', '# macula end'])
  expect(namesIn(merged)).toEqual(names)
})

test('without its first line ours is replaced too, and servers before it are not', () => {
  const own = `${kinds}example.org:53 {\n    errors\n    hosts {\n        10.0.0.1 a.example.org\n    }\n    log\n}\n# mine\n`
  const lost = corefileWith(own, 'macula.local', stopped(names)).replace(/# macula begin.*\n/, '')
  expect(corefileWithout(lost)).toBe(own)
  const merged = corefileWith(lost, 'macula.local', stopped(new Map([['a.macula.local', '172.23.0.9']])))
  expect(namesIn(merged)).toEqual(new Map([['a.macula.local', '172.23.0.9']]))
  // A last line alone is nothing of ours to take out.
  expect(corefileWithout(`${kinds}# macula end\n`)).toBe(`${kinds}# macula end\n`)
})
