import { spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  argv,
  as,
  docker,
  done,
  everythingUp,
  following,
  fresh,
  here,
  home,
  maculactl,
  pidsOf,
  processes,
  run,
  serviceOf,
  states,
  FOREIGN,
  until,
  user,
  type Status,
} from '../support/actor.ts'

/** Starting and stopping, interrupted, at the same moment, and beside what is not ours. */

beforeAll(async () => {
  await fresh()
  await everythingUp()
})
afterAll(fresh)

function isGreen(seen: Status): boolean {
  return Object.keys(states(seen)).join() === 'works'
}

async function names(...args: readonly string[]): Promise<readonly string[]> {
  return (await docker(...args)).out
    .split('\n')
    .filter(Boolean)
    .sort((one, two) => one.localeCompare(two))
}

const ours = ['ps', '-a', '--format', '{{.Names}}', '--filter', 'label=dev.macula.project=macula']
const socats = async (): Promise<number> => (await processes('socat')).length

describe('stopping', () => {
  test('what others need is not stopped without naming them', async () => {
    const ran = await maculactl(['down', 'object-store'])
    expect(ran.code).toBe(2)
    expect(ran.err).toContain('Tempo')
    expect(isGreen(await until(isGreen))).toBe(true)
  })

  test('a tier stops and starts; the others are not touched', async () => {
    await done(['down', 'observability', '--also'])
    const tier = ['prometheus', 'grafana', 'loki', 'tempo', 'alloy']
    await until(
      (one) => Object.keys(states(one)).length === 2 && states(one)['stopped']?.join() === tier.join(),
    )
    expect((await run('ss', ['-Hltn'])).out).not.toContain('127.0.0.4:3000')
    await done(['up', 'observability'])
    expect(isGreen(await until(isGreen))).toBe(true)
  })

  test('logs -f of two goes on with what is started again, and with what is made anew', async () => {
    const log = following(['excalidraw', 'grafana'])
    const logged = { timeout: 180_000 }
    try {
      await log.told('excalidraw  stand-in for')
      await done(['down', 'excalidraw'])
      await log.told('Excalidraw has no more lines for now')
      const before = log.lines().length
      await done(['up', 'excalidraw'])
      await expect.poll(() => log.lines().length, logged).toBeGreaterThan(before)
      await docker('rm', '-f', 'macula-excalidraw-1')
      await expect.poll(() => log.lines().length, logged).toBe(before + 1)
      await done(['up', 'excalidraw'])
      // Each start writes one line.
      await expect.poll(() => log.lines().length, logged).toBe(before + 2)
    } finally {
      expect(await log.end()).toBe(0)
    }
  })

  test('starting Tempo starts the object store first', async () => {
    await done(['down', 'object-store', '--also'])
    await until((one) => states(one)['stopped']?.join() === 'tempo,object-store')
    const { err } = await maculactl(['up', 'tempo'])
    expect(err.indexOf('Object store answers')).toBeGreaterThan(-1)
    expect(err.indexOf('Object store answers')).toBeLessThan(err.indexOf('Tempo is starting'))
    expect(isGreen(await until(isGreen))).toBe(true)
  })

  test('fault 32: down --remove keeps volumes and their data; nothing of ours runs any more', async () => {
    const volumes = await names('volume', 'ls', '-q', '--filter', 'label=com.docker.compose.project=macula')
    // Of another instance of the same person, which goes on: nobody may take it for one of this.
    const listen = 'TCP4-LISTEN:46999,bind=127.0.46.1,reuseaddr'
    const [program = '', ...args] = as(user, ['socat', listen, 'PIPE'], { MACULA_OWNER: '1/macula-beside' })
    const beside = spawn(program, args, { stdio: 'ignore', detached: true })
    await done(['down', '--remove'])
    expect(await names(...ours)).toEqual([])
    expect(await names('network', 'ls', '--format', '{{.Name}}', '--filter', 'name=^macula$')).toEqual([])
    expect(await names('volume', 'ls', '-q', '--filter', 'label=com.docker.compose.project=macula')).toEqual(
      volumes,
    )
    expect(volumes.length).toBeGreaterThan(5)
    // A process that was ended may take a moment to be gone.
    await expect.poll(async () => (await processes('socat', 'dnsmasq')).join('\n')).toBe('')
    expect(beside.kill()).toBe(true)
  })
})

describe('fault 30: what is not ours', () => {
  test('a network of our name is not used, changed or removed', async () => {
    await docker('network', 'create', '--subnet', '172.29.77.0/24', 'macula')
    const ran = await maculactl(['up'])
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('docker network rm macula')
    await maculactl(['down', '--remove'])
    expect(
      (await docker('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', 'macula')).out,
    ).toBe('172.29.77.0/24')
    await docker('network', 'rm', 'macula')
  })

  test('fault 28: another network with our subnet is named, with a free one', async () => {
    await docker('network', 'create', '--subnet', '172.23.0.0/16', `${FOREIGN}other`)
    const ran = await maculactl(['up'])
    await docker('network', 'rm', `${FOREIGN}other`)
    expect(ran.code).toBe(1)
    expect(ran.err).toContain(`${FOREIGN}other`)
    expect(ran.err).toMatch(/maculactl setup --subnet \d+\.\d+\.\d+\.0\/24/)
  })

  test('a container of another project beside ours is never stopped', async () => {
    await docker(
      'run',
      '-d',
      '--name',
      `${FOREIGN}runs`,
      '--label',
      'com.docker.compose.project=macula-other',
      '--label',
      'com.docker.compose.service=grafana',
      'macula-test/base',
      'tail',
      '-f',
      '/dev/null',
    )
    await everythingUp()
    await done(['down', 'grafana'])
    expect((await docker('inspect', '-f', '{{.State.Running}}', `${FOREIGN}runs`)).out).toBe('true')
    await docker('rm', '-f', `${FOREIGN}runs`)
    await done(['up'])
  })

  test('fault 28: an image that cannot be pulled is named; everything else starts', async () => {
    await done(['down', 'excalidraw', '--remove'])
    // Laid over ours: the image itself is needed by the suites beside this one.
    const overlay = join(home, '.config/macula-desktop/stack/excalidraw')
    await run('install', ['-d', '-o', user, overlay])
    await writeFile(
      join(overlay, 'compose.override.yaml'),
      'services:\n  excalidraw:\n    image: excalidraw/excalidraw:not-here\n',
    )
    const ran = await maculactl(['up'])
    const seen = await until((one) => states(one)['failed']?.join() === 'excalidraw')
    await rm(overlay, { recursive: true })
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('excalidraw/excalidraw:not-here cannot be pulled')
    expect(states(seen)['failed']).toEqual(['excalidraw'])
    await done(['up'])
    expect(isGreen(await until(isGreen))).toBe(true)
  })
})

describe('interrupted', () => {
  /** Starts `maculactl up` and signals it as soon as it says `word`. Resolves with its exit code or signal. */
  async function upUntil(word: string, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    const [program = '', ...args] = argv(['up'])
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString()
      if (said.includes(word)) child.kill(signal)
    })
    return await new Promise((resolve) => child.on('exit', (code, killed) => resolve(killed ?? code ?? -1)))
  }

  test.each([
    ['SIGINT', 130],
    ['SIGKILL', 'SIGKILL'],
  ] as const)('fault 29: %s in the middle of a start: a second run resumes', async (signal, ending) => {
    await done(['down', '--remove'])
    expect(await upUntil('is starting', signal)).toBe(ending)
    await done(['up'])
    expect(isGreen(await until(isGreen))).toBe(true)
  })

  test('fault 17: dnsmasq and forwarders killed together are put back, none twice', async () => {
    const before = await socats()
    await run('kill', ['-9', ...(await pidsOf('-x', 'socat|dnsmasq'))])
    await done(['up'])
    expect(isGreen(await until(isGreen))).toBe(true)
    expect(await socats()).toBe(before)
  })

  test('fault 19: two at the same moment: one waits or is refused, the end is what was asked', async () => {
    await done(['down'])
    const both = await Promise.all([maculactl(['up']), maculactl(['up'])])
    for (const ran of both)
      if (ran.code !== 0) expect(ran.err).toMatch(/Another Macula is at work: [\s\S]*\(pid \d+/)
    expect(both.map(({ code }) => code)).toContain(0)
    expect(isGreen(await until(isGreen))).toBe(true)
  })
})

describe('a service of the person’s own', () => {
  const folder = join(home, '.config/macula-desktop/services/notes')
  const fragment = `services:
  notes:
    image: excalidraw/excalidraw:latest
    networks: { macula: {} }
    x-macula:
      tier: tools
      title: Notes
      purpose: A page of our own
      endpoints:
        - { id: web, name: notes, scheme: http, target: 80, clean: true, open: /, probe: { path: / } }
networks: { macula: { name: macula, external: true } }
`

  test('a folder dropped into services/ appears everywhere', async () => {
    await run('install', ['-d', '-o', user, join(home, '.config/macula-desktop/services'), folder])
    await writeFile(join(folder, 'compose.yaml'), fragment)
    await done(['setup', '--yes'])
    await done(['up', 'notes'])
    const notes = serviceOf(await until(isGreen), 'notes')
    expect(notes).toMatchObject({ state: 'works', address: '127.0.0.11:80', origin: 'user' })
    expect((await run('curl', ['-sS', 'http://notes.macula.local/'])).out).toContain('xcalidraw')
    expect((await done(['open', 'notes', '--print'])).trim()).toBe('http://notes.macula.local')
  })

  test('fault 20: a container that comes back with another address is found again', async () => {
    await done(['down', 'notes'])
    // Somebody takes the address it had.
    await docker(
      'run',
      '-d',
      '--name',
      `${FOREIGN}squatter`,
      '--network',
      'macula',
      'macula-test/base',
      'tail',
      '-f',
      '/dev/null',
    )
    await done(['up', 'notes'])
    expect((await run('curl', ['-sS', 'http://notes.macula.local/'])).out).toContain('xcalidraw')
    // By the ingress, which looks names up again.
    const format = '{{.NetworkSettings.Networks.macula.IPAddress}}'
    const ingress = (await docker('inspect', '-f', format, 'macula-ingress-1')).out
    expect((await run('pgrep', [...here, '-af', 'bind=127.0.0.11'])).out).toContain(`TCP4:${ingress}:80`)
    await docker('rm', '-f', `${FOREIGN}squatter`)
  })

  test('faults 1-4: a bad one is refused with file and line; the others keep working, files stay as they were', async () => {
    const dns = `${home}/.local/state/macula-desktop/dns/hosts.d/notes.macula.local`
    await done(['down', 'notes', '--remove'])
    const before = await readFile(dns, 'utf8')
    for (const [from, to, reason] of [
      ['name: notes,', 'name: "x\\nconf-script=/bin/false",', 'endpoints.0.name'],
      ['tier: tools', 'tier: tools\n      address: 127.0.0.2,lockfile=/x', 'address'],
      ['target: 80', 'target: "EXEC:sh"', 'target'],
      ['clean: true', 'listen: 080', '080'],
    ] as const) {
      await writeFile(join(folder, 'compose.yaml'), fragment.replace(from, to))
      const ran = await maculactl(['status', '--json'])
      const seen = JSON.parse(ran.out) as Status
      expect(seen.problems).toHaveLength(1)
      expect(seen.problems[0]).toMatchObject({ service: 'notes', file: join(folder, 'compose.yaml') })
      expect(seen.problems[0]?.reason).toContain(reason)
      expect(seen.problems[0]?.line).toBeGreaterThan(5)
      expect(states(seen)['failed']).toBeUndefined()
      await done(['up', 'excalidraw'])
      expect((await run('grep', ['-r', 'conf-script', `${home}/.local/state/macula-desktop/dns`])).code).toBe(
        1,
      )
    }
    expect(before).toContain('notes.macula.local')
  })
})
