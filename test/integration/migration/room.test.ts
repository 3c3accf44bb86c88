/** The old world as a person has it, in a machine of its own: told, taken over, interrupted at each step, and given back. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing } from '../root/sandbox.ts'
import type { Seen } from './inside/story.ts'

const inside = fileURLToPath(new URL('inside', import.meta.url))
const project = fileURLToPath(new URL('../../..', import.meta.url))

/** The story's own engine loads no image and starts eight small containers; a busy machine takes its time (ms). */
const DEADLINE = 240_000

describe.skipIf(missing !== undefined)('the platform’s earlier set-up in a room', () => {
  let folder: string
  let seen: Seen

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'macula-room-'))
    const child = spawn(
      join(inside, 'room.sh'),
      [folder, process.execPath, join(inside, 'story.ts'), project, dirname(process.execPath)],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    const line = out.split('\n').find((one) => one.startsWith('{'))
    if (code !== 0 || line === undefined) throw new Error(`the story ended with ${code}: ${err.slice(-3000)}`)
    seen = JSON.parse(line) as Seen
  }, DEADLINE)
  afterAll(() => {
    if (folder) rmSync(folder, { recursive: true, force: true })
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
    expect(before[0]?.why).toContain('172.23.0.0/16')
    // Neither the subnet nor twelve ports are told beside it.
    expect(seen.findings.filter(({ id, result }) => id === 'network' && result !== 'ok')).toEqual([])
    expect(seen.findings.map(({ what }) => what).join()).not.toContain('has port')
  })

  test('is a step of set-up', () => {
    expect(seen.step).toMatchObject({ state: 'trouble', skippable: true, command: 'maculactl migrate' })
  })

  test('each step is shown with its exact effect; a project of somebody’s own is none of them', () => {
    const { steps } = seen
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
    expect(text).toContain('container macula-timescaledb (timescale/timescaledb:latest-pg16) is removed')
    expect(text).toContain('network infrastructure_macula-infra (172.23.0.0/16) is removed')
    expect(text).toContain('Names under .lab are asked from 172.23.0.10 no more')
    expect(text).not.toContain('shop-web-1')
    expect(text).not.toContain('nas.macula.local')
  })

  test('only data: theirs rest meanwhile, and run again exactly as before; /etc is untouched', () => {
    expect(seen.onlyData.code, seen.onlyData.err).toBe(0)
    expect(seen.onlyData.err).toContain('rest while data is copied')
    expect(seen.onlyData.same).toBe(true)
  })

  test('killed again and again it goes on where it stopped, to its end', () => {
    expect(seen.killed).toBeGreaterThan(2)
    expect(seen.taken.code).toBe(0)
    expect(seen.taken.containers).toEqual(['macula-dev-control-plane exited', 'shop-web-1 running'])
    expect(seen.taken.networks).not.toContain('infrastructure_macula-infra')
    expect(seen.taken.socat).toEqual([])
    // What is left of it stands in our own block, if at all.
    expect(seen.taken.hosts.split('# BEGIN macula-desktop')[0]).not.toContain('home.macula.local')
    expect(seen.taken.hosts).toContain('127.0.0.1 my-own-box   # by a script')
    expect(seen.taken.hosts).toContain('192.168.7.9 nas.macula.local')
  })

  test('their volumes are as they were, and 172.23.0.0/24 can be ours', () => {
    expect(seen.taken.pushed).toBe('pushed')
    expect(seen.taken.subnet).toBe('made')
  })

  test('names lead to us: the resolver gives our address first', () => {
    expect(seen.taken.prometheus).toBe('127.0.0.3')
  })

  test('given back, killed once meanwhile, everything is as it was: /etc byte for byte, what ran runs', () => {
    expect(seen.back.code).toBe(0)
    expect(seen.back.etc).toEqual([])
    expect(seen.back.before).toEqual(seen.back.after)
    expect(seen.back.answers).toBe('old')
    expect(seen.back.journal).toEqual([])
  })
})
