import { expect, test } from 'vitest'
import { createEnds, eventOf } from '../../../main/system/docker/events.ts'

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

type Told = readonly [action: string, exitCode?: string]
/** What is passed on of some events of one container. */
function passed(events: readonly Told[]): readonly (object | undefined)[] {
  const withEnd = createEnds()
  return events.map(([action, exitCode]) => {
    const value = event({
      Action: action,
      Actor: { ID: 'c1', Attributes: { ...ours, ...(exitCode === undefined ? {} : { exitCode }) } },
    })
    const known = eventOf(value, 'macula')
    return known && withEnd(value, known)
  })
}

test('an end after a signal says how it ended, and the signal alone says nothing', () => {
  const [kill, die] = passed([['kill'], ['die', '137']])
  expect(kill).toBeUndefined()
  expect(die).toMatchObject({ action: 'die', ended: { exitCode: 137, at: 1_700_000 } })
})

test.each<readonly [string, readonly Told[]]>([
  ['by itself', [['die', '1']]],
  ['in a run after the one that was signalled', [['kill'], ['start'], ['die', '1']]],
  ['once more after the end that was wished', [['kill'], ['die', '0'], ['die', '1']]],
  ['with a code that is none', [['kill'], ['die', '-1']]],
  ['without a code', [['kill'], ['die']]],
])('an end %s has to be asked for', (_, events) => {
  expect(passed(events).at(-1)).not.toHaveProperty('ended')
})
