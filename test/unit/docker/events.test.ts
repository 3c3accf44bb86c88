import { expect, test } from 'vitest'
import { eventOf } from '../../../main/system/docker/events.ts'

const ours = {
  'com.docker.compose.project': 'macula',
  'dev.macula.project': 'macula',
  'dev.macula.service': 'grafana',
}
const event = (part: object): object => ({ Type: 'container', Action: 'die', time: 1700, ...part })

test.each<readonly [string, object, object | undefined]>([
  [
    'a container of ours',
    event({ Actor: { ID: 'c1', Attributes: ours } }),
    { id: 'c1', service: 'grafana', action: 'die', at: 1_700_000 },
  ],
  [
    'a container of another project with our label',
    event({ Actor: { ID: 'c1', Attributes: { ...ours, 'dev.macula.project': 'other' } } }),
    undefined,
  ],
  [
    'a container that compose did not make',
    event({ Actor: { ID: 'c1', Attributes: { ...ours, 'com.docker.compose.project': '' } } }),
    undefined,
  ],
  ['a container of somebody', event({ Actor: { ID: 'c1', Attributes: { image: 'x' } } }), undefined],
  [
    'a container that left a network: known by its id alone',
    event({
      Type: 'network',
      Action: 'disconnect',
      Actor: { ID: 'n1', Attributes: { container: 'c1', name: 'macula' } },
    }),
    { id: 'c1', service: undefined, action: 'disconnect', at: 1_700_000 },
  ],
  ['a network without a container', event({ Type: 'network', Actor: { ID: 'n1' } }), undefined],
  ['something else', { hello: 'there' }, undefined],
])('%s', (_, value, told) => {
  expect(eventOf(value, 'macula')).toEqual(told)
})
