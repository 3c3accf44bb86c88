import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createSocket, type Socket } from 'node:dgram'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  argv,
  docker,
  done,
  everythingUp,
  home,
  maculactl,
  pidsOf,
  run,
  rungs,
  serviceOf,
  states,
  status,
  statusOf,
  until,
  variables,
  type Status,
} from '../support/actor.ts'
import { endForwarder, forwarderAt, holdPort, type Held } from '../support/held-port.ts'

/** Every rung broken on purpose: the right rung, a true reason, a fix that repairs it, and nothing else turns red. */

beforeAll(everythingUp)

const holders: Held[] = []
afterEach(async () => {
  for (const { leave } of holders.splice(0)) await leave()
  // What a failed test left broken must not break the next one.
  const { failed = [], works: _, ...others } = states(await status())
  if (failed.length > 0) await maculactl(['restart', ...failed])
  if (failed.length > 0 || Object.keys(others).length > 0) await everythingUp()
})

function isGreen(seen: Status): boolean {
  return Object.keys(states(seen)).join() === 'works'
}

/** Whether only `id` is not green. */
function isOnly(seen: Status, id: string): boolean {
  const { works: _, ...others } = states(seen)
  return Object.values(others).flat().join() === id
}

/**
 * Looks until only `id` is not green (on a loaded machine another may be late for one look), and its headline is the rung
 * `rung`.
 */
async function onlyAt(id: string, rung: string): Promise<Status['services'][number]> {
  return expectOnly(await until((seen) => isOnly(seen, id)), id, rung)
}

function expectOnly(seen: Status, id: string, rung: string): Status['services'][number] {
  const { works: _, ...others } = states(seen)
  expect(Object.values(others).flat()).toEqual([id])
  const service = serviceOf(seen, id)
  const told = service.ladder.find(
    ({ state }) => state === 'stop' || state === 'round' || state === 'progress',
  )
  expect(told?.id).toBe(rung)
  return service
}

/** Runs the fix that status offers, as a person would type it. */
async function fix(service: Status['services'][number]): Promise<void> {
  const command = service.headline?.fix?.command ?? ''
  expect(command).toMatch(/^maculactl /)
  await done(command.split(' ').slice(1))
  const after = await until(isGreen)
  expect(states(after), JSON.stringify(after.summary)).toEqual({ works: expect.any(Array) as unknown })
}

describe('name', () => {
  test('the route removed: told once, everything opens by address, set-up repairs it', async () => {
    const before = await readFile('/etc/hosts', 'utf8')
    await writeFile('/etc/hosts', before.replace(/# BEGIN macula-desktop[\s\S]*# END macula-desktop\n/, ''))
    const seen = await until((one) => one.causes.length > 0 && Object.keys(states(one)).length === 2)
    expect(seen.causes.map(({ id }) => id)).toEqual(['names'])
    expect(seen.causes[0]?.headline.what).toContain('not set up on this machine')
    expect(Object.keys(states(seen)).sort((one, two) => one.localeCompare(two))).toEqual([
      'degraded',
      'works',
    ])
    expect((await done(['open', 'grafana', '--print'])).trim()).toBe('http://127.0.0.4:3000')
    expect(seen.causes[0]?.headline.fix?.command).toBe('maculactl setup')
    await done(['setup', '--yes'])
    expect(isGreen(await until(isGreen))).toBe(true)
    expect(await readFile('/etc/hosts', 'utf8')).toBe(before)
  })

  test('one name taken out: only that service is touched', async () => {
    const before = await readFile('/etc/hosts', 'utf8')
    await writeFile('/etc/hosts', before.replace(/^.*grafana\.macula\.local\n/m, ''))
    const service = await onlyAt('grafana', 'name')
    expect(service.state).toBe('degraded')
    expect(service.headline?.what).toContain('grafana.macula.local is not known')
    expect(service.headline?.fix?.command).toBe('maculactl setup')
    await done(['setup', '--yes'])
    expect(isGreen(await until(isGreen))).toBe(true)
  })

  test('an older line above our block: programs get its address first, and it is named by file and line', async () => {
    const before = await readFile('/etc/hosts', 'utf8')
    await writeFile('/etc/hosts', `127.0.0.1 grafana.macula.local\n${before}`)
    try {
      const service = await onlyAt('grafana', 'name')
      expect(service.state).toBe('degraded')
      expect(service.headline?.what).toContain('grafana.macula.local is 127.0.0.1')
      expect(service.headline?.why).toBe('/etc/hosts:1 says “127.0.0.1 grafana.macula.local”.')
      expect(service.headline?.todo).toContain('maculactl setup takes line 1 of /etc/hosts out')
      expect((await done(['open', 'grafana', '--print'])).trim()).toBe('http://127.0.0.4:3000')
    } finally {
      await writeFile('/etc/hosts', before)
    }
    expect(isGreen(await until(isGreen))).toBe(true)
  })
})

describe('name server', () => {
  test('suspended: the doctor names it as ours, and up replaces it', async () => {
    const pidOf = async (): Promise<number> => Number((await pidsOf('-r', 'R,S', '-x', 'dnsmasq'))[0])
    const pid = await pidOf()
    process.kill(pid, 'SIGSTOP')
    const { out } = await maculactl(['doctor'])
    expect(out).toContain('Our name server does not answer.')
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      `dnsmasq, pid ${pid}) is suspended: a signal stopped it (SIGSTOP)`,
    )
    await done(['up'])
    expect(await pidOf()).not.toBe(pid)
    expect((await maculactl(['doctor'])).out).not.toContain('Our name server does not answer.')
  })
})

describe('forwarder', () => {
  test('fault 17: socat killed: named, and put back', async () => {
    await endForwarder('127.0.0.8:5432')
    const service = await onlyAt('timescaledb', 'forwarder')
    expect(service.headline?.what).toContain('Nothing listens on 127.0.0.8:5432')
    await fix(service)
  })

  test('socat suspended: named, never opened nor handed out, and replaced', async () => {
    const pid = await forwarderAt('127.0.0.8:5432')
    process.kill(pid, 'SIGSTOP')
    const service = await onlyAt('timescaledb', 'forwarder')
    expect(service.reason).toBe('forwarder on port 5432 is suspended')
    expect(service.headline?.what).toContain(
      `127.0.0.8:5432 is ours (socat, pid ${pid}), but takes no connection`,
    )
    // Handed out is what works: the container itself, past the forwarder.
    const handedOut = async (): Promise<string> => Object.values(await variables('timescaledb')).join(' ')
    expect(await handedOut()).not.toMatch(/127\.0\.0\.8|postgres\.macula\.local/)
    expect((await maculactl(['doctor'])).out).toContain('takes no connection')
    await fix(service)
    expect(await forwarderAt('127.0.0.8:5432')).not.toBe(pid)
    expect(await handedOut()).toMatch(/postgres\.macula\.local/)
  })

  test('fault 16: port 80 held by a foreign process: named by pid and program, never opened, never ended', async () => {
    const foreign = await holdPort('127.0.0.4')
    holders.push(foreign)
    const seen = await until(
      (one) =>
        isOnly(one, 'grafana') &&
        serviceOf(one, 'grafana').ladder.some(({ says }) => says.includes('held by')),
    )
    const service = expectOnly(seen, 'grafana', 'forwarder')
    expect(service.reason).toBe(`python3 (pid ${foreign.pid}) has port 80`)
    expect((await done(['open', 'grafana', '--print'])).trim()).toBe('http://grafana.macula.local:3000')
    // Starting again leaves the other program alone and says so.
    await maculactl(['up', 'grafana'])
    expect(foreign.child.exitCode).toBeNull()
    await foreign.leave()
    await fix(service)
  })

  test('fault 16: a holder that this user may not see is told by its user', async () => {
    holders.push(await holdPort('127.0.0.3', 'root'))
    const seen = await until(
      (one) =>
        isOnly(one, 'prometheus') &&
        serviceOf(one, 'prometheus').ladder.some(({ says }) => says.includes('held by')),
    )
    expect(expectOnly(seen, 'prometheus', 'forwarder').reason).toBe(
      'a program of user root (only root can see which) has port 80',
    )
  })
})

describe('container', () => {
  test('stopped by somebody else', async () => {
    await docker('stop', 'macula-prometheus-1')
    const service = await onlyAt('prometheus', 'container')
    expect(service.state).toBe('failed')
    expect(service.headline?.what).toMatch(/^Stopped at \d\d:\d\d, not by Macula/)
    await fix(service)
  })

  test('removed by somebody else', async () => {
    await docker('rm', '-f', 'macula-loki-1')
    await fix(await onlyAt('loki', 'container'))
  })
})

describe('service', () => {
  test('the process in the container hangs', async () => {
    const { out: pid } = await docker('inspect', '-f', '{{.State.Pid}}', 'macula-excalidraw-1')
    process.kill(Number(pid), 'SIGSTOP')
    const seen = await until((one) => isOnly(one, 'excalidraw'))
    const service = serviceOf(seen, 'excalidraw')
    // Docker's own check may have noticed already; both are true and have the same fix.
    expect(['container', 'service']).toContain(service.ladder.find(({ state }) => state === 'stop')?.id)
    expect(service.reason).toMatch(/no answer in \d+\.\d s|unhealthy/)
    expect(states(seen)['failed']).toEqual(['excalidraw'])
    await fix(service)
  })

  test('it answers 500', async () => {
    // Until Docker's first look that finds it healthy a container that answers wrong is starting, not failed.
    await until(
      (one) =>
        serviceOf(one, 'excalidraw')
          .ladder.find(({ id }) => id === 'container')
          ?.says?.includes('healthy') === true,
    )
    await run('curl', ['-sS', '-X', 'POST', 'http://127.0.0.7/-/fail'])
    const service = await onlyAt('excalidraw', 'service')
    expect(service.state).toBe('failed')
    expect(service.reason).toBe('answers HTTP 500')
    await fix(service)
  })

  test('the ingress stopped: what it routes goes round, and the cause is named', async () => {
    await docker('stop', 'macula-ingress-1')
    const round = ['registry', 'powerdns', 'powerdns-admin', 'object-store', 'prometheus']
    const seen = await until(
      (one) =>
        states(one)['failed']?.join() === 'ingress' &&
        round.every((id) => serviceOf(one, id).state === 'degraded') &&
        serviceOf(one, 'timescaledb').state === 'works',
    )
    expect(states(seen)['failed']).toEqual(['ingress'])
    for (const id of ['registry', 'powerdns', 'powerdns-admin', 'object-store'])
      expect(serviceOf(seen, id).state).toBe('degraded')
    // Clean URLs were led through it; their own ports go on, and putting the forwarders back leads them straight.
    expect(serviceOf(seen, 'prometheus').state).toBe('degraded')
    expect(serviceOf(seen, 'timescaledb').state).toBe('works')
    await fix(serviceOf(seen, 'ingress'))
  })
})

test('two at once: names slow by 5 s for all, and one container that crashes', async () => {
  const overlay = `${home}/.config/macula-desktop/stack/tempo`
  await run('install', ['-d', '-o', 'macula-test', overlay])
  await writeFile(join(overlay, 'tempo.yml'), 'compactor: {}\n')
  const hole = await blackHole()
  try {
    const failed = await maculactl(['up', 'tempo'])
    expect(failed.code).toBe(1)
    expect(failed.err + failed.out).toContain('compactor')
    const seen = await slowNames(['status', '--json'])
    const tempo = serviceOf(seen, 'tempo')
    expect(tempo.state).toBe('failed')
    // The crash is the headline of its row; the names are told once.
    expect(tempo.headline?.what).toMatch(/exit code 1|starts again and again/)
    expect(tempo.headline?.why).toContain('field compactor not found')
    expect(rungs(seen, 'tempo')).toMatch(/^name:round address:ok .*container:stop service:unreached$/)
    expect(seen.causes.map(({ id }) => id)).toEqual(['names'])
    expect(seen.causes[0]?.headline.what).toMatch(/Names are slow.*5\.\d s/)
    // Everything else still opens.
    const others = seen.services.filter(({ id, state }) => id !== 'tempo' && state !== 'not set up')
    expect(others).toHaveLength(13)
    for (const service of others)
      for (const endpoint of service.endpoints)
        expect(endpoint.url, `${service.id}/${endpoint.id}`).not.toBeNull()
  } finally {
    hole.close()
    await rm(overlay, { recursive: true })
    await done(['up', 'tempo'])
  }
  expect(isGreen(await until(isGreen))).toBe(true)
})

/** A name server that never answers, on an address of its own. */
async function blackHole(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(53, '127.0.0.99', resolve))
  return socket
}

/** maculactl on a machine whose resolver waits 5 s for a name server before it reads the hosts file. */
async function slowNames(words: readonly string[]): Promise<Status> {
  const folder = await mkdtemp(join(tmpdir(), 'macula-slow-'))
  await writeFile(join(folder, 'resolv.conf'), 'nameserver 127.0.0.99\noptions timeout:5 attempts:1\n')
  await writeFile(
    join(folder, 'nsswitch.conf'),
    (await readFile('/etc/nsswitch.conf', 'utf8')).replace(/^hosts:.*$/m, 'hosts: dns files'),
  )
  const script =
    'mount --bind "$1/resolv.conf" /etc/resolv.conf && mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf && shift && exec "$@"'
  try {
    return await statusOf(
      async () => await run('unshare', ['-m', 'sh', '-c', script, 'sh', folder, ...argv(words)]),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}
