import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../main/engine/engine.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import { runCommand } from './run-command.ts'
import { greenWorld } from './worlds.ts'

/** `reset --back`: asked before, or told that nobody has to be. */

const at = '20261124-0712'

test('without a terminal it refuses, as a reset does', async () => {
  const one = runCommand({ world: greenWorld() })
  const ended = await one.run('reset', 'timescaledb', '--back')
  expect(ended.code).toBe(2)
  expect(ended.err).toContain('it needs a confirmation, and this is not a terminal')
  expect(ended.err).toContain('maculactl reset timescaledb --back --yes')
  expect(one.standIn.asked.filter((line) => line.startsWith('put back'))).toEqual([])
})

test.each([
  ['with --yes', ['--yes'], 0],
  ['with its name', ['--name', 'timescaledb'], 0],
  ['with the name of another', ['--name', 'grafana'], 2],
] as const)('%s', async (_, words, code) => {
  const one = runCommand({ world: greenWorld() })
  const ended = await one.run('reset', 'timescaledb', '--back', ...words)
  expect(ended.code, ended.err).toBe(code)
  expect(one.standIn.asked.filter((line) => line.startsWith('put back'))).toEqual(
    code === 0 ? [`put back timescaledb ${at}`] : [],
  )
})

test('a time of which nothing is kept names those of which something is', async () => {
  const ended = await runCommand({ world: greenWorld() }).run('reset', 'timescaledb', '--back', '1', '--yes')
  expect(ended.code).toBe(2)
  expect(ended.err).toContain(`Kept: ${at}.`)
})

describe('a reset that is interrupted', () => {
  const ends = async (how: 'whole' | 'refused') => {
    const resetData: Engine['resetData'] = async (id, _, tell, signal) => {
      tell({ kind: 'phase', ms: 1, says: 'Copying macula_grafana' })
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      if (how === 'whole')
        return {
          ok: true,
          done: [id],
          failed: [],
          skipped: [],
          ms: 2,
          moved: [{ from: 'macula_grafana', to: `macula_grafana_before-${at}` }],
        }
      throw new MaculaError({
        kind: 'refused',
        what: 'The data of Grafana was not moved: interrupted.',
        todo: 'Nothing was removed: maculactl up grafana starts it with its data.',
      })
    }
    const one = runCommand({ world: greenWorld(), over: { resetData } })
    const ended = one.run('reset', 'grafana', '--name', 'grafana')
    await expect.poll(one.err).toContain('Copying macula_grafana')
    one.interrupt('terminate')
    return await ended
  }

  test('too late: it came to its end, and there is nothing to continue', async () => {
    const { code, out, err } = await ends('whole')
    expect([code, err.includes('Continue with')]).toEqual([0, false])
    expect(out).toContain(`maculactl reset grafana --back ${at} puts it back`)
  })

  test('in time: says that nothing was removed, and how to go on', async () => {
    const { code, out, err } = await ends('refused')
    expect(code).toBe(130)
    expect(err).toContain('The data of Grafana was not moved: interrupted.')
    expect(err).toContain('Nothing was removed')
    expect(err).toContain('Continue with maculactl reset grafana')
    expect(out).not.toContain('is kept as')
  })
})
