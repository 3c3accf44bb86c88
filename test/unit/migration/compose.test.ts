/** The Compose project as a part of the take-over, over a Docker engine of values. */
import { describe, expect, test } from 'vitest'
import { beyondShown } from '../../../main/model/before/compose.ts'
import { composePart } from '../../../main/system/migration/compose.ts'
import { fakeDocker } from './fake-docker.ts'

const signal = new AbortController().signal
const quiet = (): void => undefined

function old() {
  const docker = fakeDocker([
    { id: 'r1', name: 'macula-registry', running: true },
    { id: 'p1', name: 'macula-powerdns', running: false },
  ])
  const part = composePart({
    link: () => Promise.resolve(docker.link),
    env: {},
    state: '/nowhere',
    subnet: '172.23.0.0/24',
  })
  return { docker, part }
}

describe('what goes is what was shown', () => {
  test('resting for their data is no more than that', async () => {
    const { docker, part } = old()
    const [shown] = await part.plan()
    docker.containers[0]!.running = false
    const [now] = await part.plan()
    expect(now?.effects).not.toEqual(shown?.effects)
    expect(part.beyond?.(shown!, now!)).toEqual([])
    await part.takeOver(shown!, quiet, signal)
    expect(docker.said).toEqual(['remove p1', 'remove r1', 'remove net1'])
  })

  test('a container that appeared after the last look is not touched, nor is any other', async () => {
    const { docker, part } = old()
    const [shown] = await part.plan()
    docker.containers.push({ id: 's1', name: 'shop-db', running: true })
    await expect(part.takeOver(shown!, quiet, signal)).rejects.toMatchObject({
      trouble: { why: expect.stringContaining('shop-db') as string },
    })
    expect(docker.said).toEqual([])
  })

  test.each([
    ['container a (x) is stopped and removed', 'container a (x) is removed', true],
    ['container a (x) is removed', 'container a (x) is stopped and removed', false],
    ['container a (x) is removed', 'container a (y) is removed', false],
    ['container a (x) is removed', 'network n is removed', false],
    ['no volume is removed: a, b stay', 'no volume is removed: a stay', true],
  ])('“%s” covers “%s”: %s', (shown, now, is) => {
    expect(beyondShown([shown], [now])).toEqual(is ? [] : [now])
  })
})
