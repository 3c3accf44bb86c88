import { z } from 'zod'
import type { Endpoint, ZonesAdapter } from '../../engine/adapters.ts'
import { inert, isHostName, isIpv4, isZone } from '../../model/atoms.ts'
import { fewAtOnce } from '../../model/few-at-once.ts'
import { MaculaError, troubleOf } from '../../model/errors.ts'
import { MOST_RECORDS } from '../../model/unlisted.ts'
import { askPlain } from '../plain-http.ts'
import { askDns } from './ask.ts'

/** Its API answers from its database within milliseconds; a busy machine takes longer (ms). */
const API_DEADLINE_MS = 5000

/** Longer than an answer of PowerDNS takes on a busy machine (ms). */
const DNS_DEADLINE_MS = 500

/** Each question takes a socket. */
const AT_ONCE = 100

/** More zones are not looked at. */
const MOST_ZONES = 64

/**
 * How long others may remember that a name is not there (s): who asks for one before ExternalDNS wrote it must not be told
 * so for an hour (RFC 2308; the usual 3600 would).
 */
const NEGATIVE_S = 5

const zonesSchema = z.array(z.looseObject({ name: z.string() }))

const zoneSchema = z.looseObject({
  rrsets: z.array(
    z.looseObject({
      name: z.string(),
      type: z.string(),
      records: z.array(z.looseObject({ content: z.string(), disabled: z.boolean().optional() })),
    }),
  ),
})

/** PowerDNS by its HTTP API (https://doc.powerdns.com/authoritative/http-api/) and by DNS. */
export function openZones(): ZonesAdapter {
  async function zonesOf(api: Endpoint, key: string): Promise<readonly string[]> {
    const zones = zonesSchema.parse(await call(api, key, 'GET', '/zones'))
    return zones.slice(0, MOST_ZONES).map(({ name }) => withoutDot(name))
  }

  return {
    ensure: async (api, key, zones) =>
      await told('The zones of PowerDNS cannot be created', async () => {
        const there = await zonesOf(api, key)
        const made: string[] = []
        for (const zone of zones.filter(isZone)) {
          if (there.some((one) => zone === one || zone.endsWith(`.${one}`))) continue
          await call(api, key, 'POST', '/zones', newZone(zone))
          made.push(zone)
        }
        return made
      }),
    records: async (api, key) =>
      await told('The records of PowerDNS cannot be read', async () => {
        const found = new Map<string, readonly string[]>()
        for (const zone of (await zonesOf(api, key)).filter(isZone)) {
          const { rrsets } = zoneSchema.parse(await call(api, key, 'GET', `/zones/${zone}.`))
          for (const { name, type, records } of rrsets) {
            const addresses = records.flatMap(({ content, disabled }) =>
              disabled !== true && isIpv4(content) ? [content] : [],
            )
            const plain = withoutDot(name)
            if (type !== 'A' || addresses.length === 0 || !isHostName(plain, 2)) continue
            if (found.size <= MOST_RECORDS) found.set(plain, addresses)
          }
        }
        return found
      }),
    async answers({ address, port }, names) {
      const all = await fewAtOnce(names, AT_ONCE, async (name) => {
        const answer = await askDns(port, name, 'A', DNS_DEADLINE_MS, address).catch(() => undefined)
        return [name, answer?.addresses ?? []] as const
      })
      return new Map(all.filter(([, addresses]) => addresses.length > 0))
    },
  }
}

/** A zone as it is made: answered by ourselves (Native), without records but those that every zone has. */
export function newZone(zone: string): unknown {
  return {
    name: `${zone}.`,
    kind: 'Native',
    nameservers: [`dns.${zone}.`],
    rrsets: [
      {
        name: `${zone}.`,
        type: 'SOA',
        ttl: NEGATIVE_S,
        changetype: 'REPLACE',
        // Its serial counts up with each change through the API.
        records: [
          { content: `dns.${zone}. hostmaster.${zone}. 1 10800 3600 604800 ${NEGATIVE_S}`, disabled: false },
        ],
      },
    ],
  }
}

async function call(
  { address, port }: Endpoint,
  key: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { status, text } = await askPlain({
    address,
    port,
    method,
    path: `/api/v1/servers/localhost${path}`,
    headers: { 'X-API-Key': key, Accept: 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    deadline: API_DEADLINE_MS,
  })
  if (status < 200 || status > 299) throw new Error(`PowerDNS says ${status}: ${inert(text).slice(0, 200)}`)
  return JSON.parse(text)
}

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { kind, what: says, why: message } = troubleOf(error)
    const why = (kind === 'internal' ? message : undefined) ?? says
    throw new MaculaError({
      kind: 'outside',
      what: `${what}.`,
      why,
      todo: 'maculactl logs powerdns says more.',
    })
  }
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '').toLowerCase()
}
