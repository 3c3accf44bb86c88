import { expect, test } from 'vitest'
import { actionSchema, actionsSchema } from '../../../main/cli/json/action.ts'
import type { Engine } from '../../../main/engine/engine.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { catalog } from './fixture.ts'
import { runCommand } from './run-command.ts'

/** Actions of a service’s own in a terminal: listed, run, and what came of them. */

const actions = [
  { id: 'vacuum', title: 'Vacuum\u001B[31m', run: ['psql', '-c', 'VACUUM'], in: 'container' },
  { id: 'wipe', title: 'Wipe', run: ['true'], in: 'container', asks: 'All is removed.' },
] as const
const withActions = {
  catalog: () => ({
    ...catalog,
    services: catalog.services.map((one): ServiceSpec => (one.id === 'grafana' ? { ...one, actions } : one)),
  }),
}

test('without one they are listed, in JSON too', async () => {
  const listed = await runCommand({ over: withActions }).run('action', 'grafana')
  expect(listed).toMatchObject({ code: 0, err: '' })
  expect(listed.out).toBe('vacuum  Vacuum  (psql -c VACUUM)\nwipe  Wipe  (true)\n')
  const json = await runCommand({ over: withActions }).run('action', 'grafana', '--json')
  expect(actionsSchema.parse(JSON.parse(json.out))).toEqual({
    version: 1,
    service: 'grafana',
    actions: [
      { id: 'vacuum', title: 'Vacuum\u001B[31m', run: ['psql', '-c', 'VACUUM'], asks: null },
      { id: 'wipe', title: 'Wipe', run: ['true'], asks: 'All is removed.' },
    ],
  })
  const none = await runCommand().run('action', 'grafana', '--json')
  expect(actionsSchema.parse(JSON.parse(none.out)).actions).toEqual([])
})

test('Ctrl-C ends the program in its container, and says so', async () => {
  let heard: AbortSignal | undefined
  const act: Engine['act'] = async (_id, _action, signal) =>
    await new Promise((_, reject) => {
      heard = signal
      signal?.addEventListener('abort', () =>
        reject(new MaculaError({ kind: 'failed', what: 'psql in grafana was ended before it was done.' })),
      )
    })
  const one = runCommand({ over: { ...withActions, act } })
  const going = one.run('action', 'grafana', 'vacuum')
  await expect.poll(() => heard !== undefined).toBe(true)
  one.interrupt()
  expect(await going).toMatchObject({ code: 130, out: '' })
  expect(one.err()).toContain('psql in grafana was ended before it was done.')
})

test('of what prints more than is kept the end is shown, and that it is the end', async () => {
  const act = () => Promise.resolve({ code: 3, out: 'xx\nthe reason\n', err: '', ms: 5, dropped: 99_000_000 })
  const over = { ...withActions, act }
  const ended = await runCommand({ over }).run('action', 'grafana', 'vacuum')
  expect(ended).toMatchObject({ code: 3, out: 'xx\nthe reason\n' })
  expect(ended.err).toContain('Only the end of its output is shown: 99 MB before that were not kept.')
  const json = await runCommand({ over }).run('action', 'grafana', 'vacuum', '--json')
  expect(actionSchema.parse(JSON.parse(json.out)).dropped).toBe(99_000_000)
})
