import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFixture, until, type Fixture } from '../docker/fixture.ts'

/** Programs that are run in a container of ours: what goes in, what comes out, and what ends the waiting. */

let fixture: Fixture
let id = ''
const exec = async (argv: readonly string[], more: { input?: string; deadlineMs?: number } = {}) =>
  await fixture.docker.exec(id, { argv, deadlineMs: 60_000, ...more })

beforeAll(async () => {
  fixture = await openFixture()
  await fixture.clear()
  id = await fixture.make('inside', 'trap "exit 0" TERM; sleep infinity & wait')
  await fixture.raw.getContainer(id).start()
})
afterAll(async () => await fixture.clear())

test('argv is taken as it is, stdin comes by its own way, both outputs and the code come back', async () => {
  const hostile = `'"$(id) $#\\ ;&|`
  expect(await exec(['printf', '%s', hostile])).toEqual({ code: 0, out: hostile, err: '' })
  expect(await exec(['cat'], { input: hostile })).toEqual({ code: 0, out: hostile, err: '' })
  expect(await exec(['bash', '-c', 'echo no >&2; exit 7'])).toEqual({ code: 7, out: '', err: 'no\n' })
})

test('what is much is cut off, and does not fill memory', async () => {
  const { code, out } = await exec(['bash', '-c', 'head -c 5000000 /dev/zero | tr "\\0" x'])
  expect([code, out.length]).toEqual([0, 1024 * 1024])
})

test('one that does not end is not waited for', async () => {
  const began = Date.now()
  await expect(exec(['sleep', '300'], { deadlineMs: 500 })).rejects.toThrow(
    /sleep in inside took longer than 0\.5 s and was ended/,
  )
  expect(Date.now() - began).toBeLessThan(200_000)
})

test('a program that is not there is told by its code', async () => {
  const { code } = await exec(['/no/such/program'])
  expect(code).toBeGreaterThan(0)
})

test('what does not run, or is not ours, is left alone', async () => {
  const stopped = await fixture.make('resting', 'sleep 1')
  await expect(fixture.docker.exec(stopped, { argv: ['true'], deadlineMs: 60_000 })).rejects.toThrow(
    /resting does not run/,
  )
  const foreign = await fixture.makeForeign('theirs', { Entrypoint: ['sleep', 'infinity'] })
  await foreign.start()
  await expect(fixture.docker.exec(foreign.id, { argv: ['true'], deadlineMs: 60_000 })).rejects.toThrow(
    /does not run/,
  )
})

/** All that comes of a program with its streams apart. */
async function piped(argv: readonly string[], input = Buffer.alloc(0)) {
  const program = await fixture.docker.piped(id, argv)
  await program.write(input)
  program.end()
  const got = { out: [] as Uint8Array[], err: [] as Uint8Array[] }
  for await (const { from, data } of program.output) got[from].push(data)
  const code = await program.code()
  await program.close()
  return { code, out: Buffer.concat(got.out), err: Buffer.concat(got.err) }
}

test('a program in pipes: any bytes there and back, both outputs apart, arguments as they are, its own code', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256))
  const back = await piped(['cat'], bytes)
  expect([back.code, back.out.equals(bytes), back.err.length]).toEqual([0, true, 0])
  const said = await piped(['bash', '-c', 'printf %s "$1"; printf no >&2; exit 3', '--', '--help $(id)'])
  expect([said.code, said.out.toString(), said.err.toString()]).toEqual([3, '--help $(id)', 'no'])
  expect((await piped(['/no/such/program'])).code).toBeGreaterThan(0)
})

test('a program that never ends waits for its reader, and ends when it is closed', async () => {
  // By the first word of each process: that of the shell which looks never is the name.
  const endless = async (): Promise<readonly string[]> => {
    const look =
      'for p in /proc/[0-9]*; do IFS= read -r -d "" first <$p/cmdline && echo "$first"; done 2>/dev/null'
    const { out } = await exec(['bash', '-c', look])
    const firsts = out.split('\n')
    // It sees what runs at all: its own shell.
    expect(firsts).toContain('bash')
    return firsts.filter((first) => first === 'endless-in-pipes')
  }
  const program = await fixture.docker.piped(id, ['bash', '-c', 'exec -a endless-in-pipes yes'])
  let size = 0
  for await (const { data } of program.output) {
    size += data.length
    if (size > 200_000) break
  }
  expect(await endless()).toEqual(['endless-in-pipes'])
  await program.close()
  await until(async () => expect(await endless()).toEqual([]))
})
