import { describe, expect, test } from 'vitest'
import type { Forward } from '../../../main/engine/adapters.ts'
import { unwantedForwards, wantedForwards } from '../../../main/engine/look/forwards.ts'
import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { ContainerSeen } from '../../../main/model/observation.ts'
import type { Catalog } from '../../../main/model/service.ts'
import { endpoint, service } from '../stack/fixture.ts'
import { newContainer } from './fake-container.ts'

/** Which forwarders should be there by what is wanted and runs, and which of ours nothing wants. */

const catalog: Catalog = {
  services: [
    service('ingress', { address: '127.0.0.1', endpoints: [endpoint({ target: 8080, listen: 80 })] }),
    service('page', { address: '127.0.0.11', endpoints: [endpoint({ name: 'page', ingress: '/' })] }),
    service('db', { address: '127.0.0.12', endpoints: [endpoint({ target: 5432, listen: 5432 })] }),
  ],
  forwards: [
    {
      address: '127.0.0.2',
      listen: 80,
      host: '127.0.0.1',
      port: 8081,
      tier: 'applications',
      cluster: 'hub',
    },
  ],
  problems: [],
}
const container = (id: string, address: string, part: Partial<ContainerSeen> = {}): ContainerSeen => ({
  ...newContainer(id, { id: `c-${id}`, image: 'i', imageId: 's', config: 'c' }),
  state: 'running',
  address,
  ...part,
})
const say = (all: readonly Forward[]) =>
  all.map((one) => `${one.address}:${one.port} ${one.host}:${one.toPort}`)

describe('the front of a page that opens by the ingress', () => {
  const ingress = container('ingress', '172.23.0.5')
  test.each<readonly [string, readonly string[], readonly ContainerSeen[], readonly string[]]>([
    ['is there while it is wanted', ['page'], [ingress], ['127.0.0.1:80', '127.0.0.11:80']],
    ['and while it runs', [], [ingress, container('page', '172.23.0.6')], ['127.0.0.1:80', '127.0.0.11:80']],
    ['not when it is neither', [], [ingress], ['127.0.0.1:80']],
    ['not without the ingress', ['page'], [], []],
  ])('%s', (_, wanted, containers, at) => {
    const seen = new Map(containers.map((one) => [one.service, one]))
    const all = wantedForwards(catalog, seen, new Set(wanted), true, new Map())
    expect(say(all)).toEqual(at.map((one) => `${one} 172.23.0.5:8080`))
  })
})

describe('of two clusters with one port', () => {
  const two: Catalog = {
    ...catalog,
    forwards: ['hub', 'peer0'].map((cluster, index) => ({
      address: `127.0.0.${index === 0 ? 2 : 40}`,
      listen: 443,
      host: '127.0.0.1',
      port: 8443,
      tier: 'applications' as const,
      cluster,
    })),
  }
  const up = { kind: 'up' } as ClusterSeen
  const off = { kind: 'stopped' } as ClusterSeen
  test.each<readonly [string, ClusterSeen | undefined, ClusterSeen | undefined, readonly string[]]>([
    ['the one that runs has it', up, off, ['127.0.0.2:443']],
    ['whichever that is', off, up, ['127.0.0.40:443']],
    ['while none runs both wait for it', off, undefined, ['127.0.0.2:443', '127.0.0.40:443']],
  ])('%s', (_, hub, peer, at) => {
    const seen = new Map(
      Object.entries({ hub, peer0: peer }).flatMap(([id, one]) => (one ? [[id, one]] : [])),
    )
    const wanted = new Set(['cluster/hub', 'cluster/peer0'])
    expect(say(wantedForwards(two, new Map(), wanted, true, seen))).toEqual(
      at.map((one) => `${one} 127.0.0.1:8443`),
    )
  })
})

describe('a clean URL', () => {
  const clean: Catalog = {
    ...catalog,
    services: [
      ...catalog.services,
      service('grafana', {
        address: '127.0.0.14',
        endpoints: [endpoint({ name: 'grafana', target: 3000, clean: true })],
      }),
    ],
  }
  const grafana = container('grafana', '172.23.0.7')
  const leads = (...others: readonly ContainerSeen[]): readonly string[] => {
    const seen = new Map([grafana, ...others].map((one) => [one.service, one]))
    return say(wantedForwards(clean, seen, new Set(), true, new Map())).filter((one) => one.includes('.14:'))
  }
  const ingress = (part: Partial<ContainerSeen>): ContainerSeen => container('ingress', '172.23.0.5', part)
  test.each<readonly [string, readonly string[], readonly string[]]>([
    ['goes by the ingress while that runs', leads(ingress({})), ['127.0.0.14:80 172.23.0.5:8080']],
    ['straight without one', leads(), ['127.0.0.14:80 172.23.0.7:3000']],
    ['straight when it is stopped', leads(ingress({ state: 'exited' })), ['127.0.0.14:80 172.23.0.7:3000']],
    // Docker starts it again in a moment: nobody's connection is to be moved to and fro.
    ['stays with one that goes on by itself', leads(ingress({ state: 'restarting' })), []],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected))
})

describe('what nothing wants', () => {
  const db: Forward = { address: '127.0.0.12', port: 5432, host: '172.23.0.9', toPort: 5432 }
  const cluster: Forward = { address: '127.0.0.2', port: 80, host: '127.0.0.1', toPort: 8081 }
  const other: Forward = { address: '127.0.0.99', port: 1, host: '172.23.0.9', toPort: 1 }
  const seen = (containers: readonly ContainerSeen[], clusters: readonly string[] = []) => ({
    containers: new Map(containers.map((one) => [one.service, one])),
    clusters: new Map(clusters.map((id) => [id, { kind: 'absent' } as ClusterSeen])),
  })
  const paused = container('db', '172.23.0.9', { state: 'paused' })
  const restarting = container('db', '', { state: 'restarting' })
  const taken = container('page', '172.23.0.9')
  const elsewhere = { ...db, host: '172.23.0.8' }
  const published = container('page', '172.23.0.7', { published: { 80: '172.23.0.9:5432' } })

  test.each<
    readonly [string, readonly Forward[], readonly Forward[], ReturnType<typeof seen>, boolean, boolean]
  >([
    ['one that is wanted stays', [db], [db], seen([]), false, false],
    [
      'one that leads elsewhere than wanted stays, as it is put right',
      [db],
      [elsewhere],
      seen([]),
      false,
      false,
    ],
    ['exactly: its host is another', [db], [elsewhere], seen([]), true, true],
    ['exactly: its port is another', [db], [{ ...db, toPort: 1 }], seen([]), true, true],
    ['exactly: it leads where it should', [db], [db], seen([]), true, false],
    ['one of no service goes', [other], [db], seen([]), false, true],
    ['one of a service that is not there goes', [db], [], seen([]), false, true],
    [
      'one of a service that was stopped goes',
      [db],
      [],
      seen([container('db', '', { state: 'exited' })]),
      false,
      true,
    ],
    ['one of a paused service stays', [db], [], seen([paused]), false, false],
    ['one of a service that Docker restarts stays', [db], [], seen([restarting]), false, false],
    ['unless another that runs has its address', [db], [], seen([restarting, taken]), false, true],
    ['unless another publishes there', [db], [], seen([restarting, published]), false, true],
    [
      'another that does not run has it not',
      [db],
      [],
      seen([restarting, { ...taken, state: 'exited' }]),
      false,
      false,
    ],
    [
      'its own address is its own',
      [db],
      [],
      seen([{ ...paused, state: 'paused' }, container('page', '172.23.0.6')]),
      false,
      false,
    ],
    ['one of a cluster that was looked at goes', [cluster], [], seen([], ['hub']), false, true],
    ['one of a cluster that was not looked at stays', [cluster], [], seen([]), false, false],
  ])('%s', (_, listed, wanted, world, exactly, goes) => {
    expect(unwantedForwards(catalog, listed, wanted, world, exactly)).toEqual(goes ? listed : [])
  })
})
