import Docker from 'dockerode'
import { Resolver } from 'node:dns/promises'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ejectSchema } from '../../../main/cli/json/eject.ts'
import { ejected } from './ejected.ts'

/**
 * What `maculactl eject` writes, used without Macula: Docker's engine, Compose, socat, nginx, PostgreSQL, PowerDNS and the registry
 * are real; Grafana, Loki, Tempo, Alloy, the object store and Excalidraw are the stand-ins of test/images. Names are tried in a
 * sandbox by Debian's own dnsmasq service.
 */

const project = 'macula-it-eject'
const suffix = 'eject.test'
const one = ejected({ project, suffix, net: 93 })
const { base, folder, infrastructure, home, env, written, run, maculactl, compose, script, password } = one
const docker = new Docker()
const routing = ['observability', 'data', 'kind'] as const

/** Addresses by name, as the file for dnsmasq has them. */
function names(): ReadonlyMap<string, string> {
  const text = readFileSync(join(infrastructure, 'config/dnsmasq/macula.conf'), 'utf8')
  return new Map(
    [...text.matchAll(/^address=\/(.+)\/(.+)$/gm)].map(([, name = '', address = '']) => [name, address]),
  )
}

/** The status of GET http://NAME/PATH at an address and port. */
async function status(
  address: string,
  host: string,
  path = '/',
  headers: Record<string, string> = {},
  port = 80,
) {
  return await new Promise<number>((resolve, reject) => {
    const asked = request(
      { host: address, port, path, headers: { Host: host, ...headers }, timeout: 120_000 },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      },
    )
    asked.on('timeout', () => asked.destroy(new Error(`${host} did not answer`)))
    asked.on('error', reject)
    asked.end()
  })
}

const ofProject = { label: [`com.docker.compose.project=${written}`] }

async function leave(): Promise<void> {
  for (const one of routing) if (existsSync(folder)) await script(`scripts/setup-${one}-routing.sh`, 'stop')
  if (existsSync(join(infrastructure, '.env'))) await compose('down', '-v', '--timeout', '1')
}

beforeAll(() => {
  mkdirSync(join(home, 'config', 'services', 'notes', 'conf'), { recursive: true })
  mkdirSync(join(home, 'config', 'stack', 'loki'), { recursive: true })
  one.settle({ zones: ['lab'] })
  writeFileSync(
    join(home, 'config', 'services', 'notes', 'compose.yaml'),
    `services:
  notes:
    image: nginx:1.30.4-alpine
    networks: [macula]
    volumes: [./conf:/etc/nginx/conf.d:ro, './conf/nginx.conf:/etc/nginx/nginx.conf:ro']
    environment: { COST: '5$$', QUOTE: "it's \\"so\\"" }
    x-macula:
      tier: data
      title: "Notes \\"$(touch OWNED)\\"; '"
      purpose: A page
      order: 9
      needs: [timescaledb]
      endpoints:
        - { id: web, name: notes, scheme: http, target: 8080, listen: 8080, clean: true, open: /, probe: { path: / } }
networks: { macula: { name: '\${MACULA_NETWORK:-macula}', external: true } }
`,
  )
  writeFileSync(
    join(home, 'config', 'services', 'notes', 'conf', 'nginx.conf'),
    "events {}\nhttp { server { listen 8080; location / { return 200 'notes'; } } }\n",
  )
  writeFileSync(
    join(home, 'config', 'stack', 'loki', 'compose.override.yaml'),
    'services:\n  loki:\n    environment: { LAID: over }\n',
  )
})
afterAll(async () => {
  await leave()
  one.clear()
})

describe('maculactl eject, and then without it', () => {
  test('writes everything; shellcheck finds nothing in any script', async () => {
    const ended = await maculactl('eject', folder, '--json')
    expect(ended.exitCode, ended.stderr).toBe(0)
    const { files, leftOut, secrets } = ejectSchema.parse(JSON.parse(ended.stdout))
    expect({ leftOut, secrets }).toEqual({ leftOut: [], secrets: 'to be made' })
    const scripts = files.filter((path) => path.endsWith('.sh') && !path.includes('/config/'))
    expect(scripts.length).toBeGreaterThanOrEqual(9)
    for (const options of [[], ['-x']]) {
      const checked = await run('shellcheck', [...options, ...scripts], { cwd: folder })
      expect(checked.stdout, options.join()).toBe('')
      expect(checked.exitCode, options.join()).toBe(0)
    }
    for (const path of scripts) {
      expect(readFileSync(join(folder, path), 'utf8'), path).not.toMatch(/\/home\/|\/root\/|OWNED/)
      for (const shell of ['dash', 'bash', 'busybox']) {
        const args = shell === 'busybox' ? ['sh', '-n', path] : ['-n', path]
        expect((await run(shell, args, { cwd: folder })).exitCode, `${shell} ${path}`).toBe(0)
      }
    }
  })

  test('Compose brings all of it up and finds every service healthy', { timeout: 240_000 }, async () => {
    const made = await script('infrastructure/make-env.sh')
    expect(made.exitCode, made.stderr).toBe(0)
    const up = await compose('up', '-d', '--wait', '--pull', 'never')
    expect(up.exitCode, up.stderr.slice(-2000)).toBe(0)
    const containers = await docker.listContainers({ all: true, filters: ofProject })
    expect(containers.length).toBeGreaterThanOrEqual(15)
    for (const { Names, State, Labels } of containers) {
      expect(State, Names[0]).toBe('running')
      expect(Object.keys(Labels).filter((label) => /^dev\.macula\.(?!test\.)/.test(label))).toEqual([])
    }
    const loki = containers.find(({ Labels }) => Labels['com.docker.compose.service'] === 'loki')
    const { Config } = await docker.getContainer(loki?.Id ?? '').inspect()
    expect(Config.Env).toContain('LAID=over')
    const notes = containers.find(({ Labels }) => Labels['com.docker.compose.service'] === 'notes')
    const inside = await docker.getContainer(notes?.Id ?? '').inspect()
    expect(inside.Config.Env).toEqual(expect.arrayContaining(['COST=5$', `QUOTE=it's "so"`]))
    // The old names lead to it too.
    const asked = await compose(
      'exec',
      '-T',
      'notes',
      'getent',
      'hosts',
      'macula-timescaledb',
      'minio',
      `s3.${suffix}`,
    )
    expect(asked.stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      '172.28.93.31',
      '172.28.93.30',
      '172.28.93.30',
    ])
  })

  test('databases and zones are there, also when asked for twice', async () => {
    for (const says of ['macula_console is made.', '']) {
      const made = await script('infrastructure/setup-databases.sh')
      expect(made.exitCode, made.stderr).toBe(0)
      expect(made.stdout).toContain(says)
      if (says === '') expect(made.stdout).toBe('')
    }
    for (const says of ['The zone lab is made.', 'The zone lab is there already.']) {
      const made = await script('infrastructure/setup-zones.sh')
      expect(made.exitCode, `${made.stdout}${made.stderr}`).toBe(0)
      expect(made.stdout).toContain(says)
    }
    const resolver = new Resolver({ timeout: 3000, tries: 30 })
    resolver.setServers(['172.28.93.10'])
    expect((await resolver.resolveSoa(suffix)).nsname).toBe(`dns.${suffix}`)
  })

  test('forwarders start, are kept, tell how they are, and lead to every service', async () => {
    for (const one of routing) {
      const started = await script(`scripts/setup-${one}-routing.sh`, 'start')
      expect(started.exitCode, started.stdout).toBe(0)
      expect(started.stdout).toContain('leads to')
      const again = await script(`scripts/setup-${one}-routing.sh`, 'start')
      expect(again.stdout).not.toMatch(/leads to|not started/)
    }
    for (const one of ['observability', 'data']) {
      const told = await script(`scripts/setup-${one}-routing.sh`, 'status')
      expect(told.exitCode, told.stdout).toBe(0)
    }
    // Where a cluster is to be another suite's may be just now: the forwarder is there, and tells which it is.
    const kind = await script('scripts/setup-kind-routing.sh', 'status')
    expect(kind.stdout).toMatch(
      kind.exitCode === 0 ? /works, pid \d+/ : /runs, pid \d+, but .* does not answer/,
    )

    const address = names()
    const at = (name: string): [string, string] => [
      address.get(`${name}.${suffix}`) ?? '',
      `${name}.${suffix}`,
    ]
    expect(await status(...at('grafana'), '/api/health')).toBe(200)
    expect(await status(...at('prometheus'), '/-/healthy')).toBe(200)
    expect(await status(...at('loki'), '/ready')).toBe(200)
    expect(await status(...at('tempo'), '/ready')).toBe(200)
    expect(await status(...at('draw'))).toBe(200)
    expect(await status(...at('notes'))).toBe(200)
    expect(await status(...at('s3'), '/minio/health/live')).toBe(200)
    expect(await status(...at('registry'), '/v2/')).toBe(200)
    expect(await status(...at('registry'), '/v2/', {}, 5000)).toBe(200)
    const key = { 'X-API-Key': password('POWERDNS_API_KEY') }
    expect(await status(...at('dns'), '/api/v1/servers', key)).toBe(200)
    const psql = await run(
      'psql',
      [
        '-h',
        at('postgres')[0],
        '-U',
        'macula',
        '-d',
        'cortexiq_exchange',
        '-tAc',
        "SELECT extname FROM pg_extension WHERE extname = 'timescaledb'",
      ],
      {
        env: { ...env, PGPASSWORD: password('POSTGRES_PASSWORD') },
      },
    )
    expect(psql.stdout, psql.stderr).toBe('timescaledb')
    const appended = await run(
      'psql',
      [
        '-h',
        at('postgres')[0],
        '-U',
        'macula_app',
        '-d',
        'macula',
        '-tAc',
        `SELECT version FROM events.append('ejected', 0, ARRAY['{"kind": "seen"}']::jsonb[])`,
      ],
      { env: { ...env, PGPASSWORD: password('POSTGRES_APP_PASSWORD') } },
    )
    expect(appended.stdout, appended.stderr).toBe('1')
  })

  test('Macula counts none of it as its own: nothing runs for it, a start is refused, and what runs goes on', async () => {
    const before = (await docker.listContainers({ filters: ofProject })).map(({ Id }) => Id).sort()
    const told = await maculactl('status', '--json')
    const { services } = JSON.parse(told.stdout) as { services: { id: string; state: string }[] }
    expect(services.filter(({ state }) => state === 'works')).toEqual([])
    const started = await maculactl('up', 'grafana')
    expect(started.exitCode).toBe(1)
    expect(started.stderr + started.stdout).toContain(`the docker network ${written} has 172.28.93.0/24`)
    expect((await docker.listContainers({ filters: ofProject })).map(({ Id }) => Id).sort()).toEqual(before)
    expect((await script('scripts/setup-data-routing.sh', 'status')).exitCode).toBe(0)
  })

  test('a forwarder that was ended is started again; a pid file that names another process is not believed', async () => {
    const state = join(base, 'state', `${written}-routing`)
    const file = join(state, '127.0.93.8:5432.pid')
    const pid = Number(readFileSync(file, 'utf8'))
    // Ours, by the number that its script wrote down.
    process.kill(-pid, 'SIGKILL')
    // Its port is free a moment after the signal.
    await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), { interval: 20 })
    writeFileSync(file, `${process.pid}\n`)
    const told = await script('scripts/setup-data-routing.sh', 'status')
    expect(told.exitCode).toBe(1)
    expect(told.stdout).toContain('127.0.93.8:5432 (timescaledb) stopped')
    // This process lives on though the file names it.
    const started = await script('scripts/setup-data-routing.sh', 'start')
    expect(started.stdout).toContain('127.0.93.8:5432 (timescaledb) leads to 172.28.93.31:5432')
    expect(Number(readFileSync(file, 'utf8'))).not.toBe(process.pid)
  })

  test(
    'stopped, nothing is left: no process, no file, no container, no network, no volume',
    { timeout: 120_000 },
    async () => {
      for (const one of routing)
        expect((await script(`scripts/setup-${one}-routing.sh`, 'stop')).exitCode).toBe(0)
      expect(existsSync(join(base, 'state', `${written}-routing`))).toBe(false)
      const argvs = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => {
          try {
            return readFileSync(`/proc/${name}/cmdline`, 'utf8')
          } catch {
            return ''
          }
        })
      expect(argvs.filter((argv) => argv.includes('bind=127.0.93.'))).toEqual([])
      const down = await compose('down', '-v', '--timeout', '1')
      expect(down.exitCode, down.stderr).toBe(0)
      expect(await docker.listContainers({ all: true, filters: ofProject })).toEqual([])
      expect((await docker.listNetworks()).filter(({ Name }) => Name === written)).toEqual([])
      expect((await docker.listVolumes()).Volumes.filter(({ Name }) => Name.startsWith(written))).toEqual([])
    },
  )
})
