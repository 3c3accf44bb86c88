import { expect, test } from 'vitest'
import { openGateway } from '../../../main/gateway/open-gateway.ts'
import { standIn } from '../cli/stand-in.ts'
import { greenWorld } from '../cli/worlds.ts'
import { systemOf } from '../ui-server/system.ts'

test('the switch of the window makes what belongs to it at once; other settings do not', async () => {
  const { engine, asked } = standIn({ world: greenWorld() })
  const system = systemOf(engine)
  const gateway = await openGateway({
    open: () => Promise.resolve(system),
    face: 'browser',
    version: '0.1.0',
  })
  const client = gateway.connect({ push: () => undefined, ready: () => Promise.resolve() })
  try {
    await client.request('saveSettings', { nativePorts: false })
    expect(asked.filter((one) => one !== 'close')).toEqual([])
    expect(await client.request('saveSettings', { tls: true })).toMatchObject({
      ok: true,
      value: { settings: { tls: true } },
    })
    expect(asked.filter((one) => one !== 'close')).toEqual(['tls as set'])
  } finally {
    client.close()
    await gateway.close()
  }
})
