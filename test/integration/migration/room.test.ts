/**
 * The old world as a person has it, in a machine of its own, with real programs and their data: told, taken over by the built
 * maculactl as a plain user, interrupted, asked of our services, and given back. Stand-ins: systemctl (two units), the node of the
 * KinD cluster, and of our own services those that test/machine/README.md names.
 */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildOld } from '../migration-data/world.ts'
import { missing } from '../root/sandbox.ts'
import type { Seen } from './inside/story.ts'

const inside = fileURLToPath(new URL('inside', import.meta.url))
const project = fileURLToPath(new URL('../../..', import.meta.url))

/** Containers of the old project. */
const before = ['registry', 'dns-postgres', 'powerdns', 'prometheus', 'timescaledb', 'nginx-ingress'].map(
  (name) => `macula-${name}`,
)

/** The story's own engine loads a gigabyte of images and starts both stacks; a busy machine takes its time (ms). */
const DEADLINE = 900_000

describe.skipIf(missing !== undefined)('the platform’s earlier set-up in a room', () => {
  let folder: string
  let seen: Seen

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'macula-room-'))
    buildOld()
    const list = execFileSync(process.execPath, [join(project, 'test/images/build.mjs'), '--list'], {
      encoding: 'utf8',
    })
    writeFileSync(join(folder, 'images'), list)
    // The node image is large, and this story's node is a stand-in.
    const names = list
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .flatMap(([service = '', image = '']) => (service.startsWith('kind-') ? [] : [image]))
    const images = spawn('docker', ['save', ...names], { stdio: ['ignore', 'pipe', 'inherit'] })
    const child = spawn(
      join(inside, 'room.sh'),
      [
        folder,
        process.execPath,
        join(inside, 'story.ts'),
        project,
        dirname(process.execPath),
        '/mnt/engine/images',
      ],
      { stdio: [images.stdout, 'pipe', 'pipe'] },
    )
    // What the room has is its own; ours would keep the pipe open when the room ends early.
    images.stdout.destroy()
    let [out, err] = ['', '']
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text))
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    const line = out.split('\n').find((one) => one.startsWith('{'))
    if (code !== 0 || line === undefined) {
      const told = existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8') : ''
      if (process.env['ROOM_SEEN']) writeFileSync(process.env['ROOM_SEEN'], told)
      throw new Error(`the story ended with ${code}: ${err.slice(-3000)}\nIt had told:\n${told.slice(-3000)}`)
    }
    seen = JSON.parse(line) as Seen
    if (process.env['ROOM_SEEN']) writeFileSync(process.env['ROOM_SEEN'], JSON.stringify(seen, null, 1))
  }, DEADLINE)
  afterAll(() => {
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  test('their programs serve their data: images by digest, records, rows', () => {
    const { theirs, pushed } = seen
    expect(pushed).toHaveLength(3)
    expect(theirs).toEqual({
      pulled: pushed,
      record: '192.168.9.10',
      owner: 'heritage=external-dns,owner=beam',
      zones: ['beam00.lab. A', 'beam00.lab. TXT', 'lab. NS', 'lab. SOA', 'ns.lab. A'],
      rows: '5000|12497500|35',
      users: 'ada joe kim',
    })
  })

  test('is one finding of the doctor, with what it holds', () => {
    const before = seen.findings.filter(({ id }) => id === 'before')
    expect(before).toHaveLength(1)
    for (const part of [
      'Compose project infrastructure',
      'KinD cluster macula-dev',
      'macula-port-forwarding.service',
      'dnsmasq',
      '2 lines of /etc/hosts',
    ])
      expect(before[0]?.what).toContain(part)
    expect(before[0]?.why).toContain('172.23.0.0/24')
    // Neither the subnet nor twelve ports are told beside it.
    expect(seen.findings.filter(({ id, result }) => id === 'network' && result !== 'ok')).toEqual([])
    expect(seen.findings.map(({ what }) => what).join()).not.toContain('has port')
  })

  test('is a step of set-up', () => {
    expect(seen.step).toMatchObject({ state: 'trouble', skippable: true, command: 'maculactl migrate' })
  })

  test('each step is shown with its exact effect; a project of somebody’s own is none of them', () => {
    const { steps } = seen.list
    expect(steps.map(({ id }) => id).slice(0, 7)).toEqual([
      'compose-infrastructure',
      'cluster-macula-dev',
      'forwarders-own',
      'before-unit',
      'before-socat',
      'before-dnsmasq',
      'before-hosts',
    ])
    const text = JSON.stringify(steps)
    expect(text).toContain('container macula-nginx-ingress (nginx:alpine) is stopped and removed')
    expect(text).toContain('container macula-prometheus (prom/prometheus:latest) is removed')
    expect(text).toContain('network infrastructure_macula-infra (172.23.0.0/16) is removed')
    expect(text).toContain('Names under .lab are no longer asked from 172.23.0.10')
    expect(text).not.toContain('shop-web-1')
    expect(text).not.toContain('nas.macula.local')
  })

  test('each store is shown with its size and what wrote it', () => {
    const { data } = seen.list
    expect(data.map(({ id, refused }) => [id, refused])).toEqual([
      ['registry', undefined],
      ['powerdns', undefined],
      ['timescaledb', undefined],
    ])
    for (const { bytes = 0, needsBytes = 0 } of data) expect(needsBytes).toBeGreaterThanOrEqual(bytes)
    const text = JSON.stringify(data)
    for (const part of ['PostgreSQL 15', 'PostgreSQL 16']) expect(text).toContain(part)
  })

  test('only data: theirs rest meanwhile, and run again exactly as before; /etc is untouched', () => {
    expect(seen.onlyData.code, seen.onlyData.err).toBe(0)
    expect(seen.onlyData.err).toContain('rest while data is copied')
    expect(seen.onlyData.err).toContain('2 repositories, 3 tags, 9 blobs: all digests equal')
    expect(seen.onlyData.same).toBe(true)
  })

  test('killed while data comes, while containers go and while root works, it goes on to its end, and says its counts', () => {
    expect(seen.killed).toEqual(seen.killed.map(({ at }) => ({ at, code: null })))
    expect(seen.taken.code, seen.taken.told.slice(-2000)).toBe(0)
    expect(seen.taken.containers).toEqual(
      expect.arrayContaining(['macula-dev-control-plane exited', 'shop-web-1 running']),
    )
    expect(seen.taken.containers.filter((line) => before.includes(line.split(' ')[0] ?? ''))).toEqual([])
    expect(seen.taken.networks).not.toContain('infrastructure_macula-infra')
    for (const counts of [
      '2 repositories, 3 tags, 9 blobs: all digests equal',
      '1 zone, 5 records: all counts equal',
      '2 databases, 2 tables, 1 hypertable, 5003 rows: all counts equal',
    ])
      expect(seen.taken.told).toContain(counts)
  })

  test('the same data is asked of our services, with their passwords: digests, records, rows', () => {
    expect(seen.taken.ours).toEqual(seen.theirs)
  })

  test('names lead to us, 172.23.0.0/24 is ours, and nothing of before is left to tell', () => {
    expect(seen.taken.prometheus).toBe('127.0.0.3')
    expect(seen.taken.subnet).toBe('172.23.0.0/24')
    // What is left of the lines stands in our own block, if at all.
    expect(seen.taken.hosts.split('# BEGIN macula-desktop')[0]).not.toContain('home.macula.local')
    expect(seen.taken.hosts).toContain('127.0.0.1 my-own-box   # by a script')
    expect(seen.taken.hosts).toContain('192.168.7.9 nas.macula.local')
    expect(seen.taken.findings.filter(({ id }) => id === 'before')).toEqual([])
  })

  test('given back, killed once meanwhile, everything is as it was: /etc byte for byte, what ran runs', () => {
    expect(seen.back.killed).toBeNull()
    expect(seen.back.code, seen.back.err).toBe(0)
    expect(seen.back.etc).toEqual([])
    expect(seen.back.before).toEqual(seen.back.after)
    expect(seen.back.answers).toBe('old')
    expect(seen.back.journal).toEqual([])
  })

  test('and their programs serve what they served', () => {
    expect(seen.back.theirs).toEqual(seen.theirs)
  })
})
