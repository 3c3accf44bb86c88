import { expect, test } from 'vitest'
import { createJournal } from '../../../main/cli/draw/progress.ts'
import { endpoint } from '../stack/fixture.ts'
import { fakeStack } from './fake-stack.ts'

/** Beside what ran here before, many ports are held: each is said once, with its address once, by the name people know. */
test('who has a port that our forwarder would have is named as docker ps does, and told once in a start', async () => {
  const stack = fakeStack(['app', 'db'], (id) => ({
    address: id === 'app' ? '127.0.0.21' : '127.0.0.22',
    endpoints: [endpoint({ target: 80, listen: 3000 })],
  }))
  stack.world.held.set('127.0.0.21:3000', { pid: 812, program: 'docker-proxy', container: '172.23.0.4' })
  stack.world.held.set('127.0.0.22:3000', { pid: 813, program: 'socat' })
  stack.world.names.set('172.23.0.4', 'macula-nginx-ingress')
  await stack.up()
  await stack.context.reconcileForwards(stack.tell, () => 1)
  const told = stack.told.flatMap((event) => (event.kind === 'forward' && !event.ok ? [event] : []))
  const journal = createJournal((id) => id)
  const said = told.map((event) => (journal(event) ?? '').replace(/^\[.*?\] /, ''))
  expect(said.toSorted((one, two) => one.localeCompare(two))).toEqual([
    '127.0.0.21:3000 is held by the container macula-nginx-ingress (docker-proxy, pid 812).',
    '127.0.0.22:3000 is held by socat (pid 813).',
  ])
})

test('what is said without the port gets it', () => {
  const journal = createJournal((id) => id)
  const event = { kind: 'forward', ms: 0, ok: false, listener: '127.0.0.1:80', says: 'no program' } as const
  expect(journal(event)).toContain('127.0.0.1:80: no program')
})
