import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSchema } from '../../../main/cli/json/run.ts'
import { docker, done, everythingUp, maculactl, serviceOf, until } from '../support/actor.ts'

/** Reset on the real stack: the data is moved aside, never lost, and nothing that others need is pulled away. */

const kept: string[] = []

beforeAll(everythingUp)
afterAll(async () => {
  if (kept.length > 0) await docker('volume', 'rm', ...kept)
})

const works = async (id: string): Promise<unknown> =>
  await until((one) => serviceOf(one, id).state === 'works')

/** What a file in a volume says, read by a container that only reads. */
async function inVolume(volume: string, file: string): Promise<string> {
  return (
    await docker(
      'run',
      '--rm',
      '--network',
      'none',
      '-v',
      `${volume}:/v:ro`,
      '--entrypoint',
      'cat',
      'macula-test/base',
      `/v/${file}`,
    )
  ).out
}

test('fault 32: reset asks for the name; another one changes nothing', async () => {
  const wrong = await maculactl(['reset', 'grafana', '--name', 'loki'])
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('Type Grafana or grafana')
  const none = await maculactl(['reset', 'grafana'])
  expect(none.code).toBe(2)
  await works('grafana')
})

test('fault 32: what others need is not reset while they run', async () => {
  const ran = await maculactl(['reset', 'object-store', '--name', 'object-store'])
  expect(ran.code).toBe(2)
  expect(ran.err).toContain('Tempo needs it and runs')
  await works('object-store')
})

test('fault 32: reset moves the data aside, leaves the service stopped, and it starts empty', async () => {
  await docker('exec', 'macula-grafana-1', 'sh', '-c', 'echo precious > /var/lib/grafana/marker')
  const { moved, ok } = runSchema.parse(
    JSON.parse(await done(['reset', 'grafana', '--name', 'Grafana', '--json'])),
  )
  kept.push(...(moved ?? []).map(({ to }) => to))
  expect(ok).toBe(true)
  expect(moved).toEqual([
    { from: 'macula_grafana', to: expect.stringMatching(/^macula_grafana_before-\d{8}-\d{4}/) },
  ])
  expect(await inVolume(kept[0] ?? '', 'marker')).toBe('precious')
  expect((await docker('volume', 'inspect', 'macula_grafana')).code).not.toBe(0)
  await until((one) => serviceOf(one, 'grafana').state === 'stopped')
  await works('prometheus')
  // Nothing of the copying is left but the copy.
  expect((await docker('ps', '-aq', '--filter', 'label=dev.macula.copy-project=macula')).out).toBe('')

  await done(['up', 'grafana'])
  await works('grafana')
  expect(await inVolume('macula_grafana', 'marker')).toBe('')
  expect(await inVolume(kept[0] ?? '', 'marker')).toBe('precious')
})

test('fault 32: a service without data of its own has nothing to reset', async () => {
  const ran = await maculactl(['reset', 'excalidraw', '--name', 'excalidraw'])
  expect(ran.code).toBe(1)
  expect(ran.err).toContain('keeps no data in a volume')
  await works('excalidraw')
})
