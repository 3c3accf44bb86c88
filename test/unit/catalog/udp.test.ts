import { describe, expect, test } from 'vitest'
import { directTarget } from '../../../main/engine/look/asking.ts'
import { unwantedForwards, wantedForwards } from '../../../main/engine/look/forwards.ts'
import { ejectPlan, leftOfClusters } from '../../../main/model/eject.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { assemble } from '../../../main/system/catalog/assemble.ts'
import { parseFragment, type Candidate } from '../../../main/system/catalog/parse.ts'
import { variablesFor } from '../../../main/system/catalog/variables.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { portsOf } from '../../../main/system/stack/compose-texts.ts'
import { homePage } from '../../../main/system/stack/ingress/home-page.ts'
import { ingressPlan } from '../../../main/system/stack/ingress/plan.ts'
import { newContainer } from '../engine/fake-container.ts'

/** What a person writes of UDP, and where it goes from there: a file, a forwarder, the page of all services, plain files. */

function read(id: string, endpoints: string, more = '', address = '127.0.0.20') {
  const text = `services:
  ${id}:
    image: redis:8
    networks: { macula: {} }
${more}    x-macula:
      tier: tools
      title: ${id.toUpperCase()}
      purpose: A test
      address: ${address}
      endpoints: ${endpoints}
networks: { macula: { name: macula, external: true } }
`
  return parseFragment(
    { service: id, origin: 'user', folder: `/s/${id}`, file: `/s/${id}/compose.yaml`, text },
    variablesFor(defaultSettings, { HOME: '/home/p' }),
  )
}
function candidate(...given: Parameters<typeof read>): Candidate {
  const found = read(...given)
  if ('reason' in found) throw new Error(found.reason)
  return found
}
const told = (...all: readonly Candidate[]) =>
  assemble(all, [], [], new Map()).catalog.problems.map(({ reason }) => reason)

const quic = '[{ id: q, name: mesh, scheme: quic, target: 4433, listen: 4433 }]'
const tcp = '[{ id: t, scheme: tcp, target: 4433, listen: 4433 }]'

describe('refused where it cannot be', () => {
  test.each([
    ['clean: true', /port 80 is TCP, and this is spoken over UDP: name its port under listen/],
    ['open: /', /a browser opens http and https only/],
    ['ingress: /', /only http can be routed by the ingress/],
    ['example: { path: / }', /an example is a question by http or https/],
    ['scheme: sctp', /quic.*udp/],
  ])('%s', (part, why) => {
    const base = part.startsWith('scheme') ? '' : 'scheme: quic, '
    const found = read('mesh', `[{ id: q, name: mesh, ${base}target: 4433, listen: 4433, ${part} }]`)
    expect('reason' in found ? found.reason : 'accepted').toMatch(why)
  })
})

describe('one port of each protocol', () => {
  test('stands beside the other, in one service and in two of an address', () => {
    expect(told(candidate('mesh', `${quic.slice(0, -1)}, ${tcp.slice(1)}`))).toEqual([])
    expect(told(candidate('a', quic), candidate('b', tcp))).toEqual([])
  })
  test('is taken by another of UDP', () => {
    const other = '[{ id: u, scheme: udp, target: 1, listen: 4433 }]'
    expect(told(candidate('a', quic), candidate('b', other))).toEqual(['127.0.0.20:4433/udp is taken by A'])
  })
  test.each([
    ["['4433:1/udp']", true],
    ["['4433:1']", false],
    ['[{ target: 1, published: 4433, protocol: udp }]', true],
    ['[{ target: 1, published: 4433, protocol: tcp }]', false],
  ])('published by Compose (ports: %s), it is taken: %s', (ports, is) => {
    const one = candidate(
      'pub',
      '[{ id: w, scheme: tcp, target: 1, listen: 1 }]',
      `    ports: ${ports}\n`,
      '127.0.0.21',
    )
    const [reason] = told(candidate('mesh', quic), one)
    if (is) expect(reason).toContain('on which MESH is reached (127.0.0.20:4433/udp)')
    else expect(reason).toBeUndefined()
  })
})

const catalog: Catalog = assemble([candidate('mesh', quic)], [], [], new Map()).catalog
const spec = catalog.services[0]
if (!spec) throw new Error('no service')
const container = {
  ...newContainer('mesh', { id: 'c', image: 'i', imageId: 's', config: 'c' }),
  state: 'running' as const,
  address: '172.23.0.40',
  published: { '4433/udp': '127.0.0.1:49200', 4433: '127.0.0.1:49201' },
}
const containers = new Map([['mesh', container]])

test('its forwarder leads to the port of UDP, of the container or of what is published', () => {
  const own = { address: '127.0.0.20', port: 4433, protocol: 'udp' as const }
  const wanted = (native: boolean) => wantedForwards(catalog, containers, new Set(), native, new Map())
  expect(wanted(true)).toEqual([{ ...own, host: '172.23.0.40', toPort: 4433 }])
  expect(wanted(false)).toEqual([{ ...own, host: '127.0.0.1', toPort: 49_200 }])
  expect(directTarget(container, 4433, false)).toEqual({ address: '127.0.0.1', port: 49_201 })
  expect(portsOf(spec, { dnsPort: 5354, tls: false })).toEqual(['127.0.0.1::4433/udp'])
})

test('a forwarder of TCP on its port is one that nothing wants, its own is not', () => {
  const wanted = wantedForwards(catalog, containers, new Set(), true, new Map())
  const stray = { address: '127.0.0.20', port: 4433, host: '172.23.0.40', toPort: 4433 }
  const seen = { containers, clusters: new Map() }
  expect(unwantedForwards(catalog, [...wanted, stray], wanted, seen)).toEqual([stray])
})

test('nginx is given nothing of it: the page shows it unasked, and no server has its name', () => {
  const plan = ingressPlan(catalog.services, 'x.test')
  expect(plan.asked).toEqual([])
  expect(plan.names).toEqual([])
  const page = homePage(catalog.services, 'x.test')
  expect(page).toContain('<code>https://mesh.x.test:4433</code>')
  expect(page).toContain('is not checked')
})

test('as plain files Docker publishes it itself', () => {
  const plan = ejectPlan(catalog, { project: 'macula', suffix: 'x.test' })
  expect(plan.published).toEqual([
    { address: '127.0.0.20', port: 4433, service: 'mesh', target: 4433, protocol: 'udp' },
  ])
  expect(Object.values(plan.forwards).flat()).toEqual([])
  expect(leftOfClusters(catalog)).toEqual([])
})

test('what leads to a cluster over UDP is in no plain file, and told', () => {
  const hub = { address: '127.0.0.2', listen: 4433, host: '127.0.0.1', port: 4434, cluster: 'hub' }
  const forwards = [
    { ...hub, tier: 'applications' as const, protocol: 'udp' as const },
    { ...hub, tier: 'applications' as const, listen: 80 },
  ]
  expect(leftOfClusters({ ...catalog, forwards })).toEqual([
    "Nothing forwards 127.0.0.2:4433/udp to the cluster hub: the scripts' socat is for TCP. kind publishes it at 127.0.0.1:4434/udp.",
  ])
  const plan = ejectPlan({ ...catalog, forwards }, { project: 'macula', suffix: 'x.test' })
  expect(plan.forwards.kind.map(({ port }) => port)).toEqual([80])
})
