import { expect, test } from 'vitest'
import { createLearningCleaner, MASK } from '../../../main/model/clean.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import { safeSnapshots } from '../../../main/gateway/safe-snapshots.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

const SECRET = 'SecretSecret'

/** A snapshot whose first service says the secret. */
function saying(): Snapshot {
  const green = snapshotOf(greenWorld(), 1)
  return {
    ...green,
    services: green.services.map((one, index) => (index === 0 ? { ...one, reason: `it is ${SECRET}` } : one)),
  }
}

async function cleaner(known: string[]) {
  const clean = createLearningCleaner(() => Promise.resolve(known))
  await clean.learn()
  return clean
}

test('what is told is safe, and a service that is as before is the same object', async () => {
  const safe = safeSnapshots(await cleaner([SECRET]))
  const first = saying()
  const one = safe(first)
  expect(JSON.stringify(one)).not.toContain(SECRET)
  expect(one.services[0]?.reason).toBe(`it is ${MASK}`)
  expect(safe(first)).toBe(one)
  const [, changed] = first.services
  if (!changed) throw new Error('no second service')
  const two = safe({
    ...first,
    rev: first.rev + 1,
    services: first.services.map((each) => (each === changed ? { ...each, title: 'Another' } : each)),
  })
  expect(
    two.services.filter((each, index) => each !== one.services[index]).map(({ title }) => title),
  ).toEqual(['Another'])
})

test('only a service that changed is walked', async () => {
  const clean = await cleaner([])
  const walked: unknown[] = []
  const safe = safeSnapshots({
    ...clean,
    deep: (value) => {
      walked.push(value)
      return clean.deep(value)
    },
  })
  const first = saying()
  safe(first)
  walked.length = 0
  const services = first.services.map((each, index) => (index === 2 ? { ...each, title: 'Another' } : each))
  safe({ ...first, rev: first.rev + 1, services })
  expect(walked.filter((one) => first.services.includes(one as never))).toEqual([])
  expect(walked).toContain(services[2])
})

test('a secret that is learnt later is hidden in what was told before', async () => {
  const known: string[] = []
  const clean = await cleaner(known)
  const safe = safeSnapshots(clean)
  const first = saying()
  expect(JSON.stringify(safe(first))).toContain(SECRET)
  known.push(SECRET)
  await clean.learn()
  expect(JSON.stringify(safe({ ...first, rev: first.rev + 1 }))).not.toContain(SECRET)
  expect(JSON.stringify(safe(first))).not.toContain(SECRET)
})
