import { afterEach, expect, test } from 'vitest'
import { createSessions } from '../../../main/ui-server/sessions.ts'
import { openFixture, tokenOf, type Fixture } from './fixture.ts'

let fixture: Fixture | undefined
afterEach(async () => {
  await fixture?.close()
  fixture = undefined
})

const enter = async (url: string): Promise<number | undefined> =>
  (
    await fixture?.ask({
      method: 'POST',
      path: '/enter',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: tokenOf(url) }),
    })
  )?.status

test('fault 45: a token that every user can read in the list of processes is taken from our own user only', async () => {
  let user: number | undefined = 65_534
  fixture = await openFixture({ userAtOtherEnd: () => Promise.resolve(user) })
  const url = fixture.server.address('argument')
  expect(await enter(url)).toBe(403)
  user = undefined
  expect(await enter(url)).toBe(403)
  // Refused is not used up: the person it was made for still comes in.
  user = process.getuid?.()
  expect(await enter(url)).toBe(200)
  expect(await enter(url)).toBe(401)
})

test.runIf(process.platform === 'linux')('the kernel tells whose program is at the other end', async () => {
  fixture = await openFixture()
  expect(await enter(fixture.server.address('argument'))).toBe(200)
})

test('tokens and sessions are bounded: the oldest go', () => {
  const sessions = createSessions()
  const tokens = Array.from({ length: 9 }, () => sessions.invite('printed'))
  expect(sessions.enter(tokens[0] ?? '')).toBeUndefined()
  const first = sessions.enter(tokens[1] ?? '') ?? ''
  expect(sessions.holds(first)).toBe(true)
  for (let count = 0; count < 32; count += 1) sessions.enter(sessions.invite('printed'))
  expect(sessions.holds(first)).toBe(false)
})

test('who did not get the answer comes in again with the same ticket, for a short while; nobody else does', () => {
  let now = 0
  const sessions = createSessions(() => now)
  const token = sessions.invite('argument')
  const [mine, other] = ['mine-0123456789ab', 'other-0123456789a']
  const first = sessions.enter(token, mine)
  expect(sessions.enter(token)).toBeUndefined()
  expect(sessions.enter(token, other)).toBeUndefined()
  expect(sessions.wayOf(token)).toBe('argument')
  const second = sessions.enter(token, mine)
  expect(second).toBeDefined()
  expect(second).not.toBe(first)
  now = 30_001
  expect(sessions.enter(token, mine)).toBeUndefined()
  // Without a ticket a token is used up at once.
  const plain = sessions.invite('printed')
  expect(sessions.enter(plain)).toBeDefined()
  expect(sessions.enter(plain, mine)).toBeUndefined()
})
