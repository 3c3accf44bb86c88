import { curl, variables } from './actor.ts'

/** Writes a record of PowerDNS through its API as ExternalDNS does (provider/pdns: PATCH of the zone), or takes it out; the status of the answer. */
export async function writeRecord(
  zone: string,
  name: string,
  content: string,
  changetype: 'REPLACE' | 'DELETE' = 'REPLACE',
): Promise<number> {
  const { POWERDNS_API_KEY: key = '', POWERDNS_URL: url = '' } = await variables('powerdns')
  const body = JSON.stringify({
    id: `${zone}.`,
    name: `${zone}.`,
    kind: 'Native',
    rrsets: [
      {
        name: `${name}.`,
        type: 'A',
        ttl: 300,
        changetype,
        records: [{ content, disabled: false, 'set-ptr': false }],
      },
    ],
  })
  const headers = ['-H', `X-API-Key: ${key}`, '-H', 'Content-Type: application/json']
  const to = `${url}/api/v1/servers/localhost/zones/${zone}.`
  return (await curl(...headers, '-X', 'PATCH', '-d', body, to)).status
}
