import { expect, test } from 'vitest'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import { standIn } from '../cli/stand-in.ts'
import { greenWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

test('who missed something is told the whole: its end begins anew first, and nobody else’s does', async () => {
  const { engine } = standIn({ world: greenWorld() })
  const gateway = await openGateway({
    open: () => Promise.resolve(systemOf(engine)),
    face: 'browser',
    version: '0.1.0',
  })
  const told: string[] = []
  const listen = (who: string) =>
    gateway.connect({
      push: ({ event }) => void told.push(`${who} ${event}`),
      anew: () => void told.push(`${who} anew`),
      ready: () => Promise.resolve(),
    })
  const [one, two] = [listen('one'), listen('two')]
  for (const client of [one, two])
    expect(await client.request('watch', { closely: true })).toMatchObject({ ok: true })
  await expect.poll(() => told).toEqual(expect.arrayContaining(['one snapshot', 'two snapshot']))
  told.length = 0
  expect(await one.request('wholeSnapshot', {})).toMatchObject({ ok: true })
  const snapshots = told.filter((line) => line.startsWith('one'))
  expect(snapshots.slice(0, 2)).toEqual(['one anew', 'one snapshot'])
  expect(told).not.toContain('two anew')
  one.close()
  two.close()
  await gateway.close()
})
