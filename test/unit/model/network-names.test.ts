import { expect, test } from 'vitest'
import { namesInNetwork, namesOfContainer, shortNames } from '../../../main/model/network-names.ts'
import type { EndpointSpec, ServiceSpec } from '../../../main/model/service.ts'
import { catalog } from '../cli/fixture.ts'

const endpoint = (part: Partial<EndpointSpec>): EndpointSpec => ({
  id: 'web',
  scheme: 'http',
  target: 80,
  clean: false,
  probe: { path: '/', expect: [], headers: {} },
  ...part,
})
const base = catalog.services.find(({ id }) => id === 'grafana') as ServiceSpec
const service = (
  id: string,
  endpoints: readonly EndpointSpec[],
  aliases?: readonly string[],
): ServiceSpec => ({
  ...base,
  id,
  endpoints,
  ...(aliases ? { aliases } : {}),
})

const services = [
  service('ui', [endpoint({ name: 'registry', ingress: '/' })], ['macula-ui']),
  service('registry', [endpoint({ name: 'registry', listen: 5000, ingress: '/v2/' })], ['kind-registry']),
  service('notes', [endpoint({ name: 'notes', ingress: '/' }), endpoint({ id: 'inner' })]),
  service('draw', [endpoint({ name: 'draw', clean: true })]),
  service('ingress', [endpoint({ listen: 80 })]),
  ...catalog.services.filter(({ runtime }) => runtime.kind === 'cluster'),
]

test('a name leads to the container with its port; of two, to the one with a port of its own; routed only, to the ingress', () => {
  expect(Object.fromEntries(namesInNetwork(services, 'x.test'))).toEqual({
    'registry.x.test': 'registry',
    'draw.x.test': 'draw',
    'notes.x.test': 'ingress',
  })
  expect(namesOfContainer(services, 'x.test', 'ui')).toEqual([])
  expect(namesOfContainer(services, 'x.test', 'ingress')).toEqual(['notes.x.test'])
})

test('without the suffix a container has its id and its aliases; what runs in a cluster has none', () => {
  expect(Object.fromEntries(shortNames(services))).toEqual({
    ui: 'ui',
    'macula-ui': 'ui',
    registry: 'registry',
    'kind-registry': 'registry',
    notes: 'notes',
    draw: 'draw',
    ingress: 'ingress',
  })
})
