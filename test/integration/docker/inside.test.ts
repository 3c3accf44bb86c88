import { afterAll, beforeAll, expect, it } from 'vitest'
import { openFixture, stays, until, type Fixture } from './fixture.ts'

/** Programs that are run in a container: however much they print, and however they end. */

let fixture: Fixture
let id: string
beforeAll(async () => {
  fixture = await openFixture()
  await fixture.clear()
  id = await fixture.make('web', stays)
  await fixture.docker.start(id)
})
afterAll(() => fixture.clear())

const run = async (script: string, deadlineMs = 60_000) =>
  await fixture.docker.exec(id, { argv: ['bash', '-c', script], deadlineMs })

it('of a flood the end is kept, and how much was not is told', async () => {
  const { code, out, dropped } = await run(
    "printf begin; head -c 30000000 /dev/zero | tr '\\0' x; echo the reason; exit 3",
  )
  expect(code).toBe(3)
  expect(out.length).toBe(1024 * 1024)
  expect(out).toMatch(/x\nthe reason\n$|xthe reason\n$/)
  expect(dropped).toBe(30_000_016 - 1024 * 1024)
})

it('what fits is whole, and a character that is cut is none', async () => {
  expect(await run('echo out; echo err >&2')).toEqual({ code: 0, out: 'out\n', err: 'err\n' })
  const { out } = await run("yes 'ü' | head -c 3000001")
  expect(out).not.toContain('\uFFFD\u00FC')
  expect(out.slice(0, 2)).toMatch(/^(?:ü\n|\nü)$/)
})

it('a program that takes too long is ended, and that is said of it, not of Docker', async () => {
  await expect(run('sleep 4242; true', 1000)).rejects.toMatchObject({
    trouble: { kind: 'failed', what: 'bash in web took longer than 1.0 s and was ended.' },
  })
  await until(async () => {
    const { Processes: all } = (await fixture.raw.getContainer(id).top()) as { Processes: string[][] }
    expect(all.map((one) => one.join(' ')).filter((one) => one.includes('4242'))).toEqual([])
  })
})

it('a program that is ended from outside is gone from the container', async () => {
  const abort = new AbortController()
  const going = fixture.docker.exec(id, {
    argv: ['bash', '-c', 'sleep 4343; true'],
    deadlineMs: 60_000,
    signal: abort.signal,
  })
  const isThere = async (): Promise<boolean> => {
    const { Processes: all } = (await fixture.raw.getContainer(id).top()) as { Processes: string[][] }
    return all.some((one) => one.join(' ').includes('4343'))
  }
  await until(async () => expect(await isThere()).toBe(true))
  abort.abort()
  await expect(going).rejects.toMatchObject({
    trouble: { kind: 'failed', what: 'bash in web was ended before it was done.' },
  })
  await until(async () => expect(await isThere()).toBe(false))
})

it('a container that ends in the middle ends the program, with what it had said', async () => {
  const going = run('echo begun; sleep 4242')
  await until(async () => {
    const { Processes: all } = (await fixture.raw.getContainer(id).top()) as { Processes: string[][] }
    expect(all.some((one) => one.join(' ').includes('4242'))).toBe(true)
  })
  await fixture.raw.getContainer(id).kill()
  expect(await going).toEqual({ code: 137, out: 'begun\n', err: '' })
})
