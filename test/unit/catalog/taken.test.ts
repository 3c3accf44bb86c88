import { describe, expect, test } from 'vitest'
import { assemble } from '../../../main/system/catalog/assemble.ts'
import type { CatalogFile } from '../../../main/system/catalog/fragment.ts'
import { parseFragment, type Candidate } from '../../../main/system/catalog/parse.ts'
import { publishedBy } from '../../../main/system/catalog/published.ts'
import { variablesFor } from '../../../main/system/catalog/variables.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'

/** Two programs cannot have one port of this machine: what is known of that is said when the files are read. */

const variables = variablesFor(defaultSettings, { HOME: '/home/p', PORT: '81' })
const own = { range: defaultSettings.addresses, dnsPort: 5354 }

/** A service that is reached at `address`:`listen` and publishes `ports`. */
function candidate(
  service: string,
  part: { ports?: string; address?: string; listen?: number; clean?: boolean; ingress?: boolean } = {},
  origin: 'ours' | 'user' = 'user',
): Candidate {
  const { ports, address, listen = 9000, clean = false, ingress = false } = part
  const text = `services:
  ${service}:
    image: redis:8
    networks: { macula: {} }
${ports === undefined ? '' : `    ports: ${ports}\n`}    x-macula:
      tier: tools
      title: ${service.toUpperCase()}
      purpose: A test
${address === undefined ? '' : `      address: ${address}\n`}      endpoints: [{ id: web, name: ${service}, scheme: http, target: 80, listen: ${listen}, clean: ${clean}${ingress ? ', ingress: /' : ''} }]
networks: { macula: { name: macula, external: true } }
`
  const file: CatalogFile = {
    service,
    origin,
    folder: `/s/${service}`,
    file: `/s/${service}/compose.yaml`,
    text,
  }
  const read = parseFragment(file, variables)
  if ('reason' in read) throw new Error(read.reason)
  return read
}

const told = (...candidates: readonly Candidate[]) =>
  assemble(candidates, [], [], new Map(), own).catalog.problems.map(
    ({ service, line, reason }) => `${service}:${line} ${reason}`,
  )

const grafana = candidate('grafana', { address: '127.0.0.4', listen: 3000, clean: true }, 'ours')
const OUT = 'Leave ports out: it is reached at an address of its own, by the ports under listen in x-macula'

describe('ports that Compose publishes', () => {
  test.each<readonly [string, readonly (readonly [string, number, number])[]]>([
    ["['80:80']", [['', 80, 80]]],
    [
      "['0.0.0.0:80:80', '[::]:81:80/udp', ':::82:80']",
      [
        ['', 80, 80],
        ['', 81, 81],
        ['', 82, 82],
      ],
    ],
    [
      "['127.0.0.1:80:8080/tcp', '[::1]:80:80']",
      [
        ['127.0.0.1', 80, 80],
        ['[::1]', 80, 80],
      ],
    ],
    [
      "['8000-8010:8000-8010', '${PORT:-81}:80']",
      [
        ['', 8000, 8010],
        ['', 81, 81],
      ],
    ],
    ["['80', 80, '127.0.0.1::80', '', 'x:y']", []],
    [
      "[{ target: 80 }, { target: 80, published: 80 }, { target: 80, published: '90-91', host_ip: 127.0.0.1 }]",
      [
        ['', 80, 80],
        ['127.0.0.1', 90, 91],
      ],
    ],
    ['{}', []],
  ])('%s', (ports, found) => {
    const value = (candidate('pub', { ports: ports === '{}' ? '[]' : ports }).published ?? []).map(
      ({ host, from, to }) => [host, from, to],
    )
    expect(value).toEqual(found)
  })

  test('what is no list publishes nothing here; Compose says what is wrong', () => {
    for (const service of [undefined, null, {}, { ports: '80:80' }, { ports: [null, {}, [1]] }])
      expect(publishedBy(service, variables)).toEqual([])
  })
})

describe('a service is refused that publishes where', () => {
  test.each<readonly [string, Candidate, string | undefined]>([
    [
      'another is reached on port 80',
      candidate('pub', { ports: "['80:80']" }),
      `pub:5 it publishes a port on all addresses of this machine on which GRAFANA is reached (127.0.0.4:80). ${OUT}`,
    ],
    [
      'another is reached by its own port',
      candidate('pub', { ports: "['2999-3001:1-3']" }),
      `pub:5 it publishes a port on all addresses of this machine on which GRAFANA is reached (127.0.0.4:3000). ${OUT}`,
    ],
    [
      'another is reached, that very address',
      candidate('pub', { ports: "['127.0.0.4:3000:1']" }),
      `pub:5 it publishes a port on 127.0.0.4 on which GRAFANA is reached (127.0.0.4:3000). ${OUT}`,
    ],
    [
      'it is reached itself',
      candidate('pub', { ports: "['9000:80']" }),
      `pub:5 it publishes a port on all addresses of this machine on which it itself is reached (127.0.0.11:9000). ${OUT}`,
    ],
    [
      'our name server is',
      candidate('pub', { ports: "['5354:53/udp']" }),
      `pub:5 it publishes a port on all addresses of this machine that Macula's own name server has there (127.0.0.1:5354, "dnsPort" in settings.json). ${OUT}`,
    ],
    ['nobody is: another address', candidate('pub', { ports: "['127.0.0.5:3000:1']" }), undefined],
    ['nobody is: another port', candidate('pub', { ports: "['3001:1']" }), undefined],
  ])('%s', (_, one, problem) => {
    expect(told(grafana, one)).toEqual(problem === undefined ? [] : [problem])
  })

  test('another publishes', () => {
    const [one, two] = [
      candidate('a', { ports: "['7000:1']" }),
      candidate('b', { ports: "['127.0.0.1:7000:1']", listen: 9001 }),
    ]
    expect(told(one, two)).toEqual([
      `b:5 it publishes a port on 127.0.0.1 that A publishes too (7000). ${OUT}`,
    ])
    expect(told(candidate('a', { ports: "['127.0.0.9:7000:1']" }), two)).toEqual([])
  })

  test('a service that is read later is reached: that one gives way', () => {
    expect(told(candidate('a', { ports: "['9100:1']" }), candidate('b', { listen: 9100 }))).toEqual([
      'b:6 127.0.0.12:9100 is taken by A, which publishes it on all addresses of this machine (ports in its compose.yaml)',
    ])
  })

  test('one is reached through the ingress', () => {
    const loki = candidate('loki', { address: '127.0.0.7', listen: 3100, ingress: true }, 'ours')
    expect(told(loki, candidate('pub', { ports: "['127.0.0.7:80:1']" }))[0]).toContain(
      'on which LOKI is reached (127.0.0.7:80)',
    )
  })

  test('in another range of addresses, one is reached where it is moved to', () => {
    const moved = (ports: string) =>
      assemble([grafana, candidate('pub', { ports })], [], [], new Map(), { ...own, range: '127.0.1.0/24' })
        .catalog.problems.length
    expect(moved("['127.0.1.4:3000:1']")).toBe(1)
    expect(moved("['127.0.0.4:3000:1']")).toBe(0)
  })
})

describe('the port of our name server', () => {
  test.each<readonly [string, string, number, string[]]>([
    [
      'its address and port',
      '127.0.0.1',
      5354,
      ['web:5 127.0.0.1:5354 is the port of Macula\'s own name server ("dnsPort" in settings.json)'],
    ],
    ['its address, another port', '127.0.0.1', 5355, []],
    ['its port, another address', '127.0.0.9', 5354, []],
  ])('%s', (_, address, listen, problems) => {
    expect(told(candidate('web', { address, listen })).map((one) => one.replace(/:\d+ /, ':5 '))).toEqual(
      problems,
    )
  })
})

describe('a title that is another service', () => {
  const titled = (service: string, title: string, origin: 'ours' | 'user' = 'user'): Candidate => {
    const made = candidate(service, { listen: 9000 + service.length }, origin)
    return { ...made, spec: { ...made.spec, title } }
  }
  const titles = (...candidates: readonly Candidate[]): readonly string[] =>
    assemble(candidates, [], [], new Map(), own)
      .catalog.services.map(({ title }) => title)
      .toSorted()

  test.each(['Dashboards', 'DASHBOARDS', 'grafana', 'Grafana'])('%s has its id beside it', (title) => {
    expect(titles(titled('all', title), titled('grafana', 'Dashboards', 'ours'))).toEqual(
      ['Dashboards', `${title} (all)`].toSorted(),
    )
  })
  test.each(['all', 'Grafana 2'])('%s stays as it is', (title) => {
    expect(titles(titled('all', title), titled('grafana', 'Dashboards', 'ours'))).toContain(title)
  })
})
