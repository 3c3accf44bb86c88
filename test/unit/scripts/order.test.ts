import { expect, test } from 'vitest'
import { kindOf } from '../../order.ts'

test.each([
  ['needs nothing of the stack', "beforeAll(async () => await done(['up', 'mesh']))", 'own'],
  [
    'begins from nothing',
    "beforeAll(fresh)\nafterAll(fresh)\ntest('x', async () => await done(['up']))",
    'own',
  ],
  [
    'takes what is up',
    'import { everythingUp } from "a"\nbeforeAll(everythingUp)\nafterAll(async () => await close())',
    'takes',
  ],
  [
    'begins from nothing and leaves all up',
    'beforeAll(async () => {\n  await fresh()\n  await everythingUp()\n})',
    'leaves',
  ],
  [
    'takes all of it away at its end',
    'beforeAll(everythingUp)\nafterAll(async () => {\n  await fresh()\n})',
    'own',
  ],
  ['has a cluster of its own', 'beforeAll(cleared)\nafterAll(gone)', 'own'],
])('a file that %s', (_, text, kind) => {
  expect(kindOf(text)).toBe(kind)
})
