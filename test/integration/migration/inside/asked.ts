/** What the data of the old project answers, asked of programs that serve it: theirs, and ours after the take-over. */
import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { run } from './look.ts'

/** Reference with digest of each pushed image, as docker told it. */
export const pushed = (): readonly string[] => readFileSync('/tmp/pushed.txt', 'utf8').trim().split('\n')

/** Until it answers; the last reason when it does not in this time (ms). */
async function soon<T>(ask: () => T | Promise<T>, deadline = 90_000): Promise<T> {
  const until = Date.now() + deadline
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > until) throw error
      await sleep(250)
    }
  }
}

async function resolve(server: string, zone: string, kind: 'A' | 'TXT'): Promise<string> {
  const resolver = new Resolver({ timeout: 3000, tries: 1 })
  resolver.setServers([server])
  return await soon(async () =>
    (kind === 'A' ? await resolver.resolve4(zone) : (await resolver.resolveTxt(zone)).flat()).join(' '),
  )
}

/** SQL's answer by way of a connection string, as a program of theirs asks. */
const select = async (url: string, sql: string): Promise<string> =>
  await soon(() =>
    run(
      'docker',
      'run',
      '--rm',
      '--network',
      'host',
      '--entrypoint',
      'psql',
      'postgres:15-alpine',
      '-Atc',
      sql,
      url,
    ),
  )

/**
 * Digests pulled (`by` is the registry's name), records by the name server and by PowerDNS' API with their key, rows by SQL with
 * their passwords.
 */
export async function asked(where: {
  readonly registry: string
  readonly nameServer: string
  readonly api: string
  readonly postgres: string
}) {
  const pulled = []
  for (const one of pushed()) {
    const reference = one.replace('localhost:5001', where.registry)
    pulled.push(await soon(() => run('docker', 'pull', '-q', reference)))
    run('docker', 'image', 'rm', reference)
  }
  return {
    pulled: pulled.map((one) => one.replace(where.registry, 'localhost:5001')),
    record: await resolve(where.nameServer, 'beam00.lab', 'A'),
    owner: await resolve(where.nameServer, 'beam00.lab', 'TXT'),
    zones: await soon(() => {
      const said = run(
        'curl',
        '-sSf',
        '--max-time',
        '10',
        '-H',
        'X-API-Key: key-of-their-own',
        `${where.api}/api/v1/servers/localhost/zones/lab.`,
      )
      const { rrsets } = JSON.parse(said) as {
        readonly rrsets: readonly { readonly name: string; readonly type: string }[]
      }
      return rrsets.map(({ name, type }) => `${name} ${type}`).toSorted()
    }),
    rows: await select(
      `postgresql://macula:rows-of-their-own@${where.postgres}/macula`,
      "SELECT count(*), sum(value), (SELECT count(*) FROM show_chunks('public.readings')) FROM public.readings",
    ),
    users: await select(
      `postgresql://console:consoles-own@${where.postgres}/macula_console`,
      "SELECT string_agg(name, ' ' ORDER BY name) FROM users",
    ),
  }
}
export type Asked = Awaited<ReturnType<typeof asked>>
