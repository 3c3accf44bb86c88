import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Forward, ForwardersAdapter } from '../../../main/engine/adapters.ts'
import { stuckOf, triedStuck } from '../../../main/system/process/stuck.ts'
import { openForwarders } from '../../../main/system/forward/open-forwarders.ts'
import { socatArgs } from '../../../main/system/forward/socat.ts'
import { openHost } from '../../../main/system/host/open-host.ts'
import { settledHolder } from '../../../main/system/process/sockets.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'

/** Real socat, and our own forwarder where there is none, in front of real sockets. */

const program = join(dirname(fileURLToPath(import.meta.url)), '../../../dist/maculactl.mjs')
const self = [process.execPath, program]
const listen = { address: '127.77.0.4', port: 23_000 }
/** An instance of its own: what the person's own Macula started on this machine is none of these tests'. */
const owner = { uid: process.getuid?.() ?? 0, project: `forward-${process.pid}` }
const host = openHost(process.env, 5354)
let paths: Paths
const servers: Server[] = []

beforeAll(async () => {
  paths = pathsOf({ MACULA_HOME: await mkdtemp(join(tmpdir(), 'macula-forward-')) }, '/assets')
})
afterEach(async () => {
  await openForwarders(paths, owner, process.env, self).stop()
  for (const server of servers.splice(0)) server.close()
  // What ended may hold the port for a moment longer.
  expect(await settledHolder(listen.address, listen.port)).toBeUndefined()
})
afterAll(async () => {
  await rm(join(paths.state, '..'), { recursive: true, force: true })
})

/** A server on a free port of 127.77.1.1; returns the forward that leads to it. */
async function target(onSocket: (socket: Socket) => void): Promise<Forward> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.77.1.1', resolve))
  const { port } = server.address() as { port: number }
  return { ...listen, host: '127.77.1.1', toPort: port }
}

/** Connects, sends, half-closes, and reads everything until the other side ends. */
async function talk(text: string, at: { address: string; port: number } = listen): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host: at.address, port: at.port, allowHalfOpen: true })
    socket.setTimeout(60_000, () => socket.destroy(new Error('timeout')))
    socket.on('connect', () => socket.end(text))
    socket.on('data', (data: Buffer) => chunks.push(data))
    socket.on('end', () => resolve(Buffer.concat(chunks)))
    socket.on('error', reject)
  })
}

const says = (word: string) => (socket: Socket) => void socket.end(word)

describe.each([
  ['socat', process.env, 'socat'],
  ['our own, where socat is missing', { PATH: '/nonexistent' }, 'macula-forward'],
] as const)('%s', (_, env, kind) => {
  // Without socat on the machine the second kind is what a person gets; here the search is led past it.
  const open = (): ForwardersAdapter =>
    openForwarders(paths, owner, env, self, kind === 'socat' ? undefined : async () => undefined)

  test('is started, kept, and started anew for another target, which alone gets the next connection', async () => {
    const one = await target(says('one'))
    const two = await target(says('two'))
    const forwarders = open()
    expect(await forwarders.ensure([one])).toMatchObject([{ kind: 'started', program: kind }])
    expect((await talk('')).toString()).toBe('one')
    expect(await forwarders.ensure([one])).toMatchObject([{ kind: 'kept' }])
    expect(await forwarders.ensure([two])).toMatchObject([{ kind: 'retargeted' }])
    for (let round = 0; round < 5; round += 1) expect((await talk('')).toString()).toBe('two')
    expect(await forwarders.list()).toMatchObject([{ ...two, program: kind }])
  })

  test('fault 21: a half-closed connection still gets its late answer', async () => {
    const forward = await target((socket) => {
      socket.on('data', () => undefined)
      // The answer comes after the client has ended its side: the default of socat would have cut it at 0.5 s.
      socket.on('end', () => setTimeout(() => socket.end('late'), 900))
    })
    await open().ensure([forward])
    expect((await talk('question')).toString()).toBe('late')
  })

  test('fault 21: 1 MB and then the end: all bytes arrive', async () => {
    const bytes = Buffer.alloc(1024 * 1024, 'x')
    const forward = await target((socket) => socket.end(bytes))
    await open().ensure([forward])
    expect((await talk('')).equals(bytes)).toBe(true)
  })

  test('fault 21: a target that is not there is told as closed, not as an answer', async () => {
    const forward = await target(says(''))
    servers.pop()?.close()
    await open().ensure([forward])
    const probe = { path: '/', expect: [], headers: {} }
    for (const scheme of ['http', 'tcp', 'postgres'] as const)
      expect(await host.ask({ scheme, ...listen, host: 'x', probe, deadline: 30_000 })).toMatchObject({
        kind: 'closed',
      })
  })

  test('fault 17: killed, it is seen as gone and put back, once', async () => {
    const forward = await target(says('one'))
    const [started] = await open().ensure([forward])
    if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
    process.kill(started.pid, 'SIGKILL')
    await expect.poll(async () => await open().list()).toEqual([])
    expect(await open().ensure([forward])).toMatchObject([{ kind: 'started' }])
    expect(await open().list()).toHaveLength(1)
  })

  test('suspended (SIGSTOP), it is told as ours that takes no connection, and is replaced', async () => {
    const forward = await target(says('one'))
    const [started] = await open().ensure([forward])
    if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
    const look = async () => await host.listener(listen.address, listen.port, await open().list())
    expect(await look()).toMatchObject({ kind: 'ours', pid: started.pid })
    process.kill(started.pid, 'SIGSTOP')
    await expect
      .poll(look)
      .toMatchObject({ kind: 'hung', hung: 'suspended', pid: started.pid, program: kind })
    const [anew] = await open().ensure([forward])
    expect(anew).toMatchObject({ kind: 'started', program: kind })
    expect(anew).not.toMatchObject({ pid: started.pid })
    expect((await talk('')).toString()).toBe('one')
    await ended(started.pid)
  })

  test('whoever just started it keeps it without a connection to the service, others try it; suspended it is replaced', async () => {
    let connections = 0
    const forward = await target((socket) => {
      connections += 1
      socket.end('one')
    })
    const mine = open()
    const [started] = await mine.ensure([forward])
    if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
    expect(await mine.ensure([forward])).toMatchObject([{ kind: 'kept', pid: started.pid }])
    await talk('')
    expect(connections).toBe(1)
    expect(await open().ensure([forward])).toMatchObject([{ kind: 'kept', pid: started.pid }])
    await expect.poll(() => connections).toBe(2)
    process.kill(started.pid, 'SIGSTOP')
    await expect.poll(async () => (await mine.ensure([forward]))[0]?.kind).toBe('started')
    await ended(started.pid)
  })

  test('suspended without a record, it is not taken over but replaced', async () => {
    const forward = await target(says('one'))
    const [started] = await open().ensure([forward])
    if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
    await rm(join(paths.state, 'pids', `forward-${listen.address}-${listen.port}.json`))
    process.kill(started.pid, 'SIGSTOP')
    expect(await open().ensure([forward])).toMatchObject([{ kind: 'started' }])
    expect((await talk('')).toString()).toBe('one')
  })

  test('who has looked before sees each change that another actor makes, and the end of a process', async () => {
    const looker = open()
    const targets = async (): Promise<readonly number[]> => (await looker.list()).map(({ toPort }) => toPort)
    const one = await target(says('one'))
    const two = await target(says('two'))
    expect(await targets()).toEqual([])
    await open().ensure([one])
    expect(await targets()).toEqual([one.toPort])
    expect(await targets()).toEqual([one.toPort])
    await open().ensure([two])
    expect(await targets()).toEqual([two.toPort])
    const [seen] = await looker.list()
    if (!seen) throw new Error('nothing is seen')
    expect(looker.someEnded()).toBe(false)
    process.kill(seen.pid, 'SIGKILL')
    await expect.poll(() => looker.someEnded()).toBe(true)
    await expect.poll(targets).toEqual([])
    expect(looker.someEnded()).toBe(false)
    await open().ensure([two])
    expect(await targets()).toEqual([two.toPort])
    await open().stop()
    expect(await targets()).toEqual([])
  })

  test('fault 29: one whose record was never written, because its actor was killed, is known again', async () => {
    const one = await target(says('one'))
    const two = await target(says('two'))
    const file = join(paths.state, 'pids', `forward-${listen.address}-${listen.port}.json`)
    const [started] = await open().ensure([one])
    if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
    await rm(file)
    expect(await open().list()).toMatchObject([{ ...one, pid: started.pid, program: kind }])
    expect(await open().ensure([one])).toMatchObject([{ kind: 'kept', pid: started.pid, program: kind }])
    expect(await open().list()).toMatchObject([{ ...one, pid: started.pid }])
    await rm(file)
    expect(await open().ensure([two])).toMatchObject([{ kind: 'started', program: kind }])
    expect((await talk('')).toString()).toBe('two')
    expect(await open().list()).toHaveLength(1)
    await rm(file)
    await open().stop([listen])
    expect(await settledHolder(listen.address, listen.port)).toBeUndefined()
  })

  test('its own are known by a state folder that was moved, lost, or restored from an older copy', async () => {
    const one = await target(says('one'))
    const [started] = await open().ensure([one])
    if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
    const elsewhere = pathsOf({ MACULA_HOME: join(paths.state, 'elsewhere') }, '/assets')
    const moved = openForwarders(
      elsewhere,
      owner,
      env,
      self,
      kind === 'socat' ? undefined : async () => undefined,
    )
    expect(await moved.list()).toMatchObject([{ ...one, pid: started.pid }])
    expect(await moved.ensure([one])).toMatchObject([{ kind: 'kept', pid: started.pid }])
    // The older copy tells of a process that is long gone.
    await writeFile(
      join(elsewhere.state, 'pids', `forward-${listen.address}-${listen.port}.json`),
      JSON.stringify({ pid: 2 ** 22 + 1, started: 'an older boot/1', argv: ['socat'] }),
    )
    expect(await moved.list()).toMatchObject([{ ...one, pid: started.pid }])
    await moved.stop()
    expect(await settledHolder(listen.address, listen.port)).toBeUndefined()
    expect(await open().list()).toEqual([])
  })

  test('those of another instance, or of another person, are never ours', async () => {
    const one = await target(says('one'))
    const [started] = await open().ensure([one])
    if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
    const elsewhere = pathsOf({ MACULA_HOME: join(paths.state, 'beside') }, '/assets')
    for (const other of [
      { ...owner, project: 'beside' },
      { ...owner, uid: owner.uid + 1 },
    ]) {
      // Its holder is told as a Macula, which is nothing to end.
      expect(await host.listener(listen.address, listen.port, [])).toMatchObject({
        kind: 'foreign',
        holder: { pid: started.pid, macula: owner },
      })
      const beside = openForwarders(elsewhere, other, env, self)
      expect(await beside.list()).toEqual([])
      expect(await beside.ensure([one])).toMatchObject([{ kind: 'failed', code: 'EADDRINUSE' }])
      await beside.stop()
      expect(await open().list()).toMatchObject([{ ...one, pid: started.pid }])
    }
  })

  test('fault 16: a listener of somebody else is named and left alone', async () => {
    const foreign = createServer(says('foreign'))
    servers.push(foreign)
    await new Promise<void>((resolve, reject) => {
      foreign.on('error', reject)
      foreign.listen(listen.port, listen.address, resolve)
    })
    const forward = await target(says('one'))
    const [result] = await open().ensure([forward])
    expect(result).toMatchObject({
      kind: 'failed',
      code: 'EADDRINUSE',
      says: expect.stringContaining(`pid ${process.pid}`) as unknown,
    })
    expect((await talk('')).toString()).toBe('foreign')
    expect(await host.listener(listen.address, listen.port, [])).toMatchObject({
      kind: 'foreign',
      holder: { pid: process.pid },
    })
  })
})

test('one that an earlier version started tells only its folder: known by it, and by no other', async () => {
  const forward = await target(says('one'))
  const child = spawn('socat', socatArgs(forward), {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], MACULA_STATE: paths.state },
  })
  await expect.poll(async () => (await settledHolder(listen.address, listen.port))?.pid).toBe(child.pid)
  const elsewhere = pathsOf({ MACULA_HOME: join(paths.state, 'elsewhere') }, '/assets')
  expect(await openForwarders(elsewhere, owner, process.env, self).list()).toEqual([])
  expect(await openForwarders(paths, owner, process.env, self).list()).toMatchObject([
    { ...forward, pid: child.pid },
  ])
})

test('one in a network of its own, as in a sandbox or a container, is none of this machine', async () => {
  const forward = await target(says('one'))
  const open = (): ForwardersAdapter => openForwarders(paths, owner, process.env, self)
  const [started] = await open().ensure([forward])
  if (started?.kind !== 'started') throw new Error(JSON.stringify(started))
  const marks = (await readFile(`/proc/${started.pid}/environ`, 'utf8')).split('\0').filter(Boolean)
  await open().stop()
  const script = 'ip link set lo up && exec socat "$@"'
  const apart = spawn('unshare', ['--net', 'sh', '-c', script, 'sh', ...socatArgs(forward)], {
    detached: true,
    stdio: 'ignore',
    env: Object.fromEntries(
      marks.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]),
    ),
  })
  try {
    await expect
      .poll(async () => await readFile(`/proc/${apart.pid ?? 0}/cmdline`, 'utf8'))
      .toMatch(/^socat\0/)
    expect(await open().list()).toEqual([])
    await open().stop()
    expect(await readFile(`/proc/${apart.pid ?? 0}/cmdline`, 'utf8')).toMatch(/^socat\0/)
  } finally {
    apart.kill('SIGKILL')
    await ended(apart.pid ?? 0)
  }
})

test('fault 18: a record whose pid is another program now is never signalled', async () => {
  const forward = await target(says('one'))
  const forwarders = openForwarders(paths, owner, process.env, self)
  await forwarders.ensure([forward])
  const file = join(paths.state, 'pids', `forward-${listen.address}-${listen.port}.json`)
  const record = JSON.parse(await readFile(file, 'utf8')) as { pid: number; argv: string[] }
  const real = record.pid
  // As if the pid had been given to this very test.
  await writeFile(file, JSON.stringify({ ...record, pid: process.pid }))
  await forwarders.stop()
  expect(process.kill(process.pid, 0)).toBe(true)
  // The forwarder itself is known without its record, and was ended.
  await ended(real)
})

/** Until the kernel has begun to take a killed process away. */
async function ended(pid: number): Promise<void> {
  await expect.poll(async () => await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).toBe('')
}

describe('a listener that lives and takes no connection', () => {
  /** Listens with room for a few connections and takes none. */
  const deaf = [
    'import socket, sys, time',
    'server = socket.socket(); server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)',
    'server.bind((sys.argv[1], int(sys.argv[2]))); server.listen(int(sys.argv[3]))',
    'print(flush=True)',
    'time.sleep(600)',
  ].join('\n')

  async function listening(backlog: number): Promise<ReturnType<typeof spawn>> {
    const child = spawn('python3', ['-c', deaf, listen.address, String(listen.port), String(backlog)])
    await new Promise((resolve) => child.stdout.once('data', resolve))
    return child
  }

  test.each([
    ['with room in its queue', 16, 0],
    ['whose queue is full', 0, 3],
  ])('%s is found by trying it', async (_, backlog, others) => {
    const child = await listening(backlog)
    const sockets = Array.from({ length: others }, () => connect(listen.port, listen.address))
    for (const socket of sockets) socket.on('error', () => undefined)
    try {
      expect(await triedStuck(child.pid ?? 0, listen)).toBe('deaf')
      // From now on its queue tells, and nobody needs to try.
      expect(await stuckOf(child.pid ?? 0, listen)).toBe('deaf')
    } finally {
      for (const socket of sockets) socket.destroy()
      child.kill('SIGKILL')
      await ended(child.pid ?? 0)
    }
  })

  test('one that takes them slowly is none', async () => {
    const slow = deaf.replace('time.sleep(600)', 'while True: time.sleep(0.2); server.accept()')
    const child = spawn('python3', ['-c', slow, listen.address, String(listen.port), '64'])
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const sockets = Array.from({ length: 12 }, () => connect(listen.port, listen.address))
    for (const socket of sockets) socket.on('error', () => undefined)
    try {
      expect(await triedStuck(child.pid ?? 0, listen)).toBeUndefined()
    } finally {
      for (const socket of sockets) socket.destroy()
      child.kill('SIGKILL')
      await ended(child.pid ?? 0)
    }
  })
})

test('twenty-five forwarders that are right are kept within a moment', async () => {
  const forward = await target(says('one'))
  const wanted = Array.from({ length: 25 }, (_, index) => ({ ...forward, port: 23_100 + index }))
  const forwarders = openForwarders(paths, owner, process.env, self)
  expect((await forwarders.ensure(wanted)).map(({ kind }) => kind)).toEqual(Array(25).fill('started'))
  expect((await forwarders.ensure(wanted)).map(({ kind }) => kind)).toEqual(Array(25).fill('kept'))
})

test('the socket of a process of ours that takes its time to die is waited for', async () => {
  // The kernel gives back 600 MB first, and the sockets after them.
  const script = [
    'import mmap, socket, sys, time',
    'memory = mmap.mmap(-1, 600_000_000)',
    'memory.madvise(mmap.MADV_NOHUGEPAGE)',
    'for at in range(0, len(memory), 4096): memory[at] = 1',
    'server = socket.create_server((sys.argv[1], int(sys.argv[2])))',
    'print(flush=True)',
    'time.sleep(600)',
  ].join('\n')
  const child = spawn('python3', ['-c', script, listen.address, String(listen.port)])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  expect(await settledHolder(listen.address, listen.port)).toMatchObject({ pid: child.pid })
  child.kill('SIGKILL')
  await ended(child.pid ?? 0)
  expect(await settledHolder(listen.address, listen.port)).toBeUndefined()
})
