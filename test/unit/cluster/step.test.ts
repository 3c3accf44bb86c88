import { expect, test } from 'vitest'
import { kind } from '../../../main/system/setup/kind.ts'
import type { Machine } from '../../../main/system/setup/machine.ts'

const machine = (tools: readonly string[], says: string | undefined): Machine => ({
  platform: 'linux',
  person: { uid: 1000 },
  text: () => Promise.resolve(undefined),
  list: () => Promise.resolve([]),
  link: () => Promise.resolve(undefined),
  answers: () => Promise.resolve(false),
  tool: (name) => Promise.resolve(tools.includes(name) ? `/usr/bin/${name}` : undefined),
  output: () => Promise.resolve(says),
})

test('kind is installed from the distribution where it has it', async () => {
  const planned = await kind(
    machine(['apt-get'], 'kind:\n  Installed: (none)\n  Candidate: 0.33.0-1\n'),
  ).plan()
  expect(planned).toMatchObject({ inPlace: false, says: 'kind not found' })
  expect(planned?.change.verbs).toEqual([{ verb: 'packages', names: ['kind'] }])
})

test('it is in place when it is on the PATH, whatever the distribution says, or when it says nothing in time', async () => {
  for (const says of ['  Candidate: 0.33.0-1', '  Candidate: (none)', undefined])
    expect(await kind(machine(['apt-get', 'kind'], says)).plan()).toMatchObject({ inPlace: true })
})

test('nothing is offered where the distribution has none, or one that cannot make nodes of Kubernetes 1.36', async () => {
  expect(await kind(machine(['apt-get'], 'kind:\n  Candidate: 0.31.0-1\n')).plan()).toBeUndefined()
  expect(await kind(machine(['pacman'], 'Name            : kind\nVersion         : 0.31.0-1\n')).plan()).toBe(
    undefined,
  )
  expect(
    await kind(machine(['pacman'], 'Name            : kind\nVersion         : 0.33.0-1\n')).plan(),
  ).toMatchObject({
    inPlace: false,
  })
  expect(await kind(machine(['apt-get'], 'kind:\n  Candidate: (none)\n')).plan()).toBeUndefined()
  expect(await kind(machine(['dnf'], '')).plan()).toBeUndefined()
})
