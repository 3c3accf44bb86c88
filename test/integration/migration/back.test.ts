/**
 * A Compose project of many ways to be, by the real docker compose on a Docker engine of its own, taken over and given back by the
 * product's own parts (journal, order and engine calls; root and our own services are no part of it). Programs are busybox.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing } from '../root/sandbox.ts'
import type { BackSeen } from './inside/back-story.ts'
import { oneFile } from './one-file.ts'

const inside = fileURLToPath(new URL('inside', import.meta.url))
const project = fileURLToPath(new URL('../../..', import.meta.url))
const infra = '/mnt/home/dev/infrastructure'

/** Nodes of a cluster, and a container of somebody's own on the project's network. */
const guests = ['macula-dev-a-worker', 'macula-dev-control-plane', 'macula-dev-worker']

/** A hundred and fifty starts and stops of containers, and fifty processes: a busy machine takes its time (ms). */
const DEADLINE = 900_000

describe.skipIf(missing !== undefined)('migrate --back of a Compose project', () => {
  let folder: string
  let seen: BackSeen

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'macula-back-'))
    await oneFile(join(inside, 'back-run.ts'), folder)
    const child = spawn(
      join(inside, 'room.sh'),
      [
        folder,
        process.execPath,
        join(inside, 'back-story.ts'),
        project,
        dirname(process.execPath),
        '/mnt/engine/story-run.mjs',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [out, err] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    const line = out.split('\n').find((one) => one.startsWith('{'))
    if (code !== 0 || line === undefined) throw new Error(`the story ended with ${code}: ${err.slice(-3000)}`)
    seen = JSON.parse(line) as BackSeen
    if (process.env['ROOM_SEEN']) writeFileSync(process.env['ROOM_SEEN'], JSON.stringify(seen, null, 1))
  }, DEADLINE)
  afterAll(() => {
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  test('the old world is as it is meant to be', () => {
    const { containers, files } = seen.before
    const state = (name: string): unknown => containers[name]?.['state']
    expect(state('macula-powerdns')).toEqual({ running: true, paused: true })
    expect(state('macula-dev-a-worker')).toEqual({ running: true, paused: true })
    expect(state('infrastructure-worker-2')).toEqual({ running: false, paused: false })
    expect(state('infrastructure-job-1')).toEqual({ running: false, paused: false })
    expect(Object.keys(containers)).toHaveLength(15)
    expect(files).toEqual({
      'macula-registry:/var/lib/registry/kept': 'data',
      'macula-registry:/var/lib/own/kept': 'data',
      'macula-registry:/etc/file': 'from a file',
      'macula-dns-postgres:/scratch/kept': 'data',
      'macula-portal:/written': `written by compose for p$w "q" '`,
      'macula-portal:/run/secrets/token': `p$w "q" '`,
    })
  })

  test('what rests for a copy of data runs again as it was: paused, what shares a network after its owner', () => {
    const { names, failed } = seen.rested.answer
    expect(failed).toEqual([])
    expect(names).toHaveLength(10)
    for (const one of ['infrastructure-beside-1', 'infrastructure-near-1'])
      expect(names?.indexOf(one)).toBeLessThan(names?.indexOf('macula-registry') ?? 0)
    expect(seen.rested.differs).toEqual([])
  })

  test('the plan names values of the shell before anything is done, and where they are kept; only their owner reads it', () => {
    const effects = seen.plan.effects.join('\n')
    expect(effects).toMatch(
      /started with values of a shell that are not in its files, .*: SECRET and port 5999 of macula-registry; --back gives them back/,
    )
    expect(effects).toMatch(
      /passwords.* is kept in \/mnt\/home\/dev\/\S+\/journal\.json, which only you may read/,
    )
    expect(effects).not.toContain('p$w')
    expect(seen.taken.mode).toBe(0o600)
    expect(seen.plan.back.at(-1)).toContain(`--env-file ${infra}/more.env up -d`)
  })

  test('taken over as compose down does: only guests stay', () => {
    expect(seen.taken.answer.result).toMatchObject({ ok: true })
    expect(seen.taken.left).toEqual(guests)
  })

  test('given back, docker inspect tells the same of every container, network, volume and node, and nothing is told to differ', () => {
    expect(seen.back.differs).toEqual([])
    expect(seen.back.answer.result).toMatchObject({
      ok: true,
      done: [
        { id: 'stop' },
        {
          id: 'compose-infrastructure',
          says: '12 containers of infrastructure are there again, 10 running',
        },
      ],
    })
    // The cluster came before the project was refused.
    expect(seen.back.first.result).toMatchObject({
      ok: false,
      done: [{ id: 'stop' }, { id: 'cluster-macula-dev', says: 'macula-dev is started' }],
    })
    expect(seen.back.journal).toBe(false)
  })

  test('each refusal tells why, and its commands lead to the next one, as they are printed', () => {
    const { refused } = seen
    expect(Object.keys(refused)).toEqual([
      'no image at all',
      'another folder',
      'a name that is taken',
      'another image',
      'the image is gone',
    ])
    for (const [name, says] of [
      [
        'another folder',
        'containers of /mnt/home/bob/infrastructure have its name now. They are infrastructure-bobdb-1',
      ],
      ['a name that is taken', 'macula-portal is the name of a container that is none of it'],
      [
        'another image',
        'registry:2 is not the image that ran. Another version could change their data for good.',
      ],
      ['the image is gone', 'portal:1 is not the image that ran'],
      ['no image at all', 'docker pull portal:1 (or docker load) brings it; then maculactl migrate --back.'],
    ] as const)
      expect(refused[name]).toContain(says)
  })

  test('killed before each change of the engine, and without their files, it comes to the same', () => {
    const { takes, backs, last, left, differs } = seen.killed
    expect(last).toEqual(['', ''])
    // Each container is stopped, removed, made and started.
    expect(takes).toBeGreaterThan(14)
    expect(backs).toBeGreaterThan(14)
    expect(left).toEqual(guests)
    expect(differs).toEqual([])
  })

  test('two projects of one name are left and told; the command that is told leads on', () => {
    const { found, after } = seen.mixed
    const ids = (steps = found.steps): readonly string[] =>
      steps?.filter(({ part }) => part === 'compose').map(({ id }) => id) ?? []
    expect(ids()).toEqual([])
    expect(found.found?.[0]?.costs).toContain(
      'It stays: two Compose projects have the name infrastructure, because their folders have: ',
    )
    expect(ids(after.steps)).toEqual(['compose-infrastructure'])
  })

  test('where Compose insists on a variable of the shell, the plan says so, and that --back needs none', () => {
    expect(seen.insists).toMatch(
      /cannot be brought up without the shell .*NEEDED.*say it.*; --back needs neither/,
    )
  })

  test('docker compose knows them as its own: it makes none anew but what knows another by its id', () => {
    expect(seen.composed).toEqual(['infrastructure-beside-1'])
  })
})
