import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { MOST_RECORDS } from '../../../main/model/unlisted.ts'
import { openZones } from '../../../main/system/dns/powerdns.ts'

/** The API of PowerDNS, stood in for by a server that has one zone. */
test('of very many names so many are read that it can be told that there are more', async () => {
  const rrset = (name: string) => ({ name: `${name}.lab.`, type: 'A', records: [{ content: '10.0.0.1' }] })
  const rrsets = Array.from({ length: MOST_RECORDS + 500 }, (_, at) => rrset(`n${at}`))
  const server = createServer((request, response) =>
    response.end(JSON.stringify(request.url?.endsWith('/zones') ? [{ name: 'lab.' }] : { rrsets })),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    const records = await openZones().records({ address: '127.0.0.1', port }, 'key')
    expect(records.size).toBe(MOST_RECORDS + 1)
  } finally {
    server.close()
  }
})
