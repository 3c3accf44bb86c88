import { sayPlan } from '../../../main/model/say-backup.ts'
import { expect, test } from 'vitest'
import { snapshotSchema, snapshotsSchema } from '../../../main/cli/json/snapshot.ts'
import { runCommand } from './run-command.ts'

/** maculactl snapshot: what is asked, what is never an argument, and what is told. */

test('create asks whether passwords belong in it; without a terminal that must be said', async () => {
  const piped = runCommand({})
  const refused = await piped.run('snapshot', 'create', 'friday')
  expect(refused.code).toBe(2)
  expect(refused.err).toContain('--secrets leave-out, or --secrets include --passphrase-file FILE')
  expect(piped.standIn.asked.filter((one) => one.startsWith('snapshot'))).toEqual([])

  const asked = runCommand({ columns: 100, answers: ['include', 'correct horse', 'correct horse'] })
  expect((await asked.run('snapshot', 'create', 'friday')).code).toBe(0)
  expect(asked.standIn.asked).toContain('snapshot friday whole correct horse')
  const left = runCommand({ columns: 100, answers: ['leave-out'] })
  expect((await left.run('snapshot', 'create', 'friday')).code).toBe(0)
  expect(left.standIn.asked).toContain('snapshot friday whole without passwords')
})

test('the size is told before, the file after', async () => {
  const ended = await runCommand({}).run(
    'snapshot',
    'create',
    'friday',
    '--secrets',
    'leave-out',
    '--registry',
    'references',
  )
  expect(ended.code).toBe(0)
  expect(ended.err).toContain('Up to 5 MB before compression')
  expect(ended.err).toContain('Grafana is stopped while its files are copied')
  expect(ended.out).toContain('friday.macula-snapshot: 1.2 MB')
})

test.each(['', '../x', '.hidden'])(
  'a name that is none (%j) is refused before anything is measured or asked',
  async (name) => {
    const ended = await runCommand({}).run('snapshot', 'create', name)
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('cannot be the name of a snapshot')
    expect(ended.err).not.toMatch(/before compression|passwords/)
  },
)

test('a name that is taken is refused before anything is measured or asked, and what has it stays', async () => {
  const one = runCommand({ columns: 100 })
  const ended = await one.run('snapshot', 'create', 'monday')
  expect(ended.code).toBe(2)
  expect(ended.err).toContain('There is a snapshot monday already. It stays as it is.')
  expect(ended.err).not.toMatch(/before compression|is left/)
  expect([one.questions, one.standIn.asked]).toEqual([[], ['close']])
})

test('where no service has data, settings alone are named', () => {
  const [size] = sayPlan({ sources: [], bytes: 0, free: 1_000_000 })
  expect(size).toBe('No data of services: your settings and own services. 1 MB are free.')
  expect(sayPlan({ sources: [], bytes: 0, free: 0 })[0]).toMatch(/No space is free\.$/)
})

test.each(['show', 'restore', 'delete'])('%s of no name at all asks for one', async (verb) => {
  const ended = await runCommand({}).run('snapshot', verb, '')
  expect([ended.code, ended.err]).toEqual([2, expect.stringContaining('Name a snapshot.')])
})

test('a passphrase comes from a file, is long enough, and two that differ are refused', async () => {
  const files = { '/p': 'correct horse\nmore', '/short': 'abc\n' }
  const good = runCommand({ files })
  expect(
    (await good.run('snapshot', 'create', 'friday', '--secrets', 'include', '--passphrase-file', '/p')).code,
  ).toBe(0)
  expect(good.standIn.asked).toContain('snapshot friday whole correct horse')
  expect(
    await runCommand({ files }).run('snapshot', 'create', 'friday', '--passphrase-file', '/short'),
  ).toMatchObject({ code: 2 })
  expect(
    await runCommand({ files }).run('snapshot', 'create', 'friday', '--passphrase-file', '/none'),
  ).toMatchObject({ code: 2 })
  const two = await runCommand({ columns: 100, answers: ['include', 'correct horse', 'correct horsf'] }).run(
    'snapshot',
    'create',
    'friday',
  )
  expect(two.err).toContain('the two are not the same')
})

test('list and show, for people and for programs', async () => {
  const listed = await runCommand({}).run('snapshot')
  expect(listed.out).toMatch(/^Snapshot +Size {2}Created +Holds\n/)
  expect(listed.out).toMatch(/monday +1\.2 MB .*with passwords, encrypted/)
  expect(listed.out).toContain('It is damaged.')
  expect(listed.out).toMatch(/tuesday +700 kB .*cut off while it was created: create it again, or delete it/)
  expect(listed.err).toContain(
    'maculactl snapshot create tuesday creates it again; maculactl snapshot delete',
  )
  const { snapshots } = snapshotsSchema.parse(
    JSON.parse((await runCommand({}).run('snapshot', 'list', '--json')).out),
  )
  expect(snapshots.map(({ name, cutOff, at }) => [name, cutOff, at !== null])).toEqual([
    ['monday', false, true],
    ['odd', false, false],
    ['tuesday', true, true],
  ])
  const shown = runCommand({})
  expect((await shown.run('snapshot', 'show', 'monday', '--verify')).out).toContain(
    'Everything in it is as it was written.',
  )
  expect(shown.standIn.asked).toContain('verify')
  expect(
    snapshotSchema.parse(JSON.parse((await runCommand({}).run('snapshot', 'show', 'monday', '--json')).out)),
  ).toMatchObject({ did: 'show', bytes: 5_000_000 })
  expect((await runCommand({}).run('snapshot', 'show', 'wednesday')).code).toBe(2)
})

test('restore and delete are asked first, and no is no', async () => {
  for (const [verb, does] of [
    ['restore', 'Restore it'],
    ['delete', 'Delete it'],
  ] as const) {
    const piped = runCommand({})
    expect((await piped.run('snapshot', verb, 'monday')).code, verb).toBe(2)
    const no = runCommand({ columns: 100, answers: ['no'] })
    expect((await no.run('snapshot', verb, 'monday')).code, verb).toBe(3)
    expect(no.questions.slice(1)).toEqual(['- Do nothing', `- ${does}`])
    for (const one of [piped, no])
      expect(one.standIn.asked.filter((word) => word.includes('monday'))).toEqual([])
  }
  const deleted = runCommand({})
  expect((await deleted.run('snapshot', 'delete', 'monday', '--yes')).code).toBe(0)
  expect(deleted.standIn.asked).toContain('delete snapshot monday')
})

test('restore tells what it replaced and how to get it back', async () => {
  const one = runCommand({ files: { '/p': 'correct horse' } })
  const ended = await one.run('snapshot', 'restore', 'monday', '--yes', '--passphrase-file', '/p')
  expect(ended.code).toBe(0)
  expect(one.standIn.asked).toContain('restore monday correct horse')
  expect(ended.out).toContain('What was in macula_grafana is kept as macula_grafana_before-20261123-1042.')
  expect(ended.out).toContain('maculactl reset SERVICE --back')
  const without = runCommand({})
  expect((await without.run('snapshot', 'restore', 'monday', '--yes')).code).toBe(2)
  const json = await runCommand({}).run(
    'snapshot',
    'restore',
    'monday',
    '--yes',
    '--secrets',
    'leave-out',
    '--json',
  )
  expect(snapshotSchema.parse(JSON.parse(json.out))).toMatchObject({
    did: 'restore',
    notes: ['A note.'],
    moved: [{ from: 'macula_grafana' }],
  })
})

test('a name that is missing, or one too many, is usage', async () => {
  expect((await runCommand({}).run('snapshot', 'create')).code).toBe(2)
  expect((await runCommand({}).run('snapshot', 'forget', 'monday')).code).toBe(2)
})
