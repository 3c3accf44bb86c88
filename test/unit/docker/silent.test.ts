import { afterEach, expect, test, vi } from 'vitest'
import { openDocker } from '../../../main/system/docker/open-docker.ts'
import { json, standIn } from './stand-in.ts'

/** A Docker that answers nothing about one container, as 26.1 does about one that was paused in a wrong moment. */

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(open.splice(0).map((close) => close()))
})

const labels = (id: string) => ({
  'dev.macula.project': 'macula-ut',
  'dev.macula.service': id,
  'dev.macula.config': 'c',
})
const listed = (id: string) => ({
  Id: id,
  Names: [`/macula-ut-${id}-1`],
  Image: `${id}:1`,
  ImageID: 'sha256:1',
  State: 'running',
  Labels: labels(id),
  NetworkSettings: { Networks: { 'macula-ut': { IPAddress: '172.28.77.9' } } },
})
const inspected = (id: string) => ({
  Id: id,
  Name: `/macula-ut-${id}-1`,
  Image: 'sha256:1',
  Config: { Image: `${id}:1`, Labels: labels(id) },
  State: { Status: 'running', ExitCode: 0, OOMKilled: false, Error: '', Paused: false },
  HostConfig: {},
  NetworkSettings: { Ports: {}, Networks: {} },
  Mounts: [],
})

/** An engine with two containers; `hangs`: about "bad", or about everything. */
async function engine() {
  const state = { hangs: 'bad' as 'bad' | 'all' | 'nothing', asked: 0 }
  const server = await standIn((request, response) => {
    const path = request.url ?? ''
    const isBad = path.includes('/containers/bad/')
    if (isBad) state.asked += 1
    if (state.hangs === 'all' || (isBad && state.hangs === 'bad')) return
    if (path.includes('/_ping')) return void response.writeHead(200).end('OK')
    if (path.includes('/containers/json')) return json(response, [listed('good'), listed('bad')])
    json(response, inspected(isBad ? 'bad' : 'good'))
  })
  open.push(server.close)
  const docker = await openDocker(server.settings, {})
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  return { docker, state }
}

/** What comes of work while `ms` pass in steps. */
async function after<T>(ms: number, work: Promise<T>): Promise<T | Error> {
  const came: (T | Error)[] = []
  work.then(
    (value) => came.push(value),
    (error: unknown) => came.push(error as Error),
  )
  for (let passed = 0; passed < ms; passed += 100) {
    await vi.advanceTimersByTimeAsync(100)
    // Answers come over a real socket.
    await new Promise((resolve) => setImmediate(resolve))
    const [first] = came
    if (first !== undefined) return first
  }
  return came[0] ?? expect.fail(`nothing came within ${ms} ms`)
}

test('the others are told as they are, and it as one that is not answered about; the next looks take two seconds', async () => {
  const { docker, state } = await engine()
  const all = await after(10_500, docker.containers())
  expect(all).toMatchObject([
    { service: 'good', state: 'running' },
    { service: 'bad', name: 'macula-ut-bad-1', state: 'running', address: '172.28.77.9', error: '' },
  ])
  const [good, bad] = all as readonly { readonly silentSince?: number }[]
  expect(good?.silentSince).toBeUndefined()
  expect(docker.silentSince?.('bad')).toBe(bad?.silentSince)
  const again = await after(2500, docker.containers())
  expect((again as readonly unknown[])[1]).toMatchObject({ silentSince: bad?.silentSince })
  // It answers again: nothing is remembered.
  state.hangs = 'nothing'
  expect(((await after(1000, docker.containers())) as readonly unknown[])[1]).not.toHaveProperty(
    'silentSince',
  )
  expect(docker.silentSince?.('bad')).toBeUndefined()
})

test.each(['stop', 'start', 'remove'] as const)(
  '%s ends with the reason, long before its own deadline',
  async (verb) => {
    const { docker } = await engine()
    await after(10_500, docker.containers())
    const error = await after(2500, docker[verb]('bad'))
    expect(error).toMatchObject({
      trouble: {
        kind: 'outside',
        what: expect.stringMatching(/^Docker has not answered about macula-ut-bad-1 for \d+ s\.$/) as string,
        why: expect.stringContaining('It answers about the others') as string,
        todo: expect.stringContaining('Restart Docker') as string,
      },
    })
  },
)

test('a Docker that answers nothing at all is no trouble of one container', async () => {
  const { docker, state } = await engine()
  state.hangs = 'all'
  const error = await after(13_000, docker.inspect('bad'))
  expect(error).toMatchObject({ trouble: { what: 'A container cannot be inspected.' } })
  expect(docker.silentSince?.('bad')).toBeUndefined()
})
