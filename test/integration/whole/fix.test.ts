import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fixesSchema } from '../../../main/cli/json/fix.ts'
import { runSchema } from '../../../main/cli/json/run.ts'
import { docker, done, everythingUp, maculactl, states, status, until } from '../support/actor.ts'
import { endForwarder, holdPort, untilFree, type Held } from '../support/held-port.ts'

/** `maculactl fix` as the plain user, without a terminal: what is wrong, what mends it, what does not, and how it ends. */

beforeAll(everythingUp)

const holders: Held[] = []
afterEach(async () => {
  for (const { leave } of holders.splice(0)) await leave()
  await docker('rm', '-f', 'beside-holder')
  const { works: _, ...others } = states(await status())
  if (Object.keys(others).length > 0) await everythingUp()
})

const line = (text: string): string => text.replaceAll(/\s+/g, ' ')

/** On a loaded machine another service may be late for one look, which lists it too. */
const patience = { timeout: 180_000, interval: 400 } as const
const listed = async (): Promise<readonly (readonly string[])[]> =>
  fixesSchema
    .parse(JSON.parse(await done(['fix', '--json'])))
    .fixes.map(({ id, label, command }) => [id, label, command ?? ''])

async function green(): Promise<void> {
  const seen = await until((one) => Object.keys(states(one)).join() === 'works')
  expect(Object.keys(states(seen)), JSON.stringify(seen.summary)).toEqual(['works'])
}

test('nothing is wrong: it says so, to people and to programs', async () => {
  await expect
    .poll(async () => await maculactl(['fix']), patience)
    .toMatchObject({ code: 0, out: '✔ There is nothing to fix.' })
  await expect.poll(listed, patience).toEqual([])
  const named = await maculactl(['fix', 'grafana'])
  expect(named.code).toBe(2)
  expect(line(named.err)).toContain('There is nothing to fix about Grafana.')
})

test('one trouble: listed with what mends it, and mended by that', async () => {
  await endForwarder('127.0.0.8:5432')
  const listed = await maculactl(['fix'])
  expect(listed.code).toBe(0)
  expect(line(listed.out)).toContain('Nothing listens on 127.0.0.8:5432')
  expect(line(listed.out)).toContain('Restart forwarder maculactl fix timescaledb')
  const mended = await maculactl(['fix', 'timescaledb'])
  expect(mended.code, mended.err).toBe(0)
  await green()
})

test('several at once: each by its own name, one after the other; what still has a port is told, and is no success', async () => {
  const held = await holdPort('127.0.0.4')
  holders.push(held)
  await docker('stop', 'macula-prometheus-1')
  await until((seen) => states(seen)['failed']?.join() === 'prometheus')
  await expect.poll(listed, patience).toEqual([
    ['prometheus', 'Start Prometheus', 'maculactl up prometheus'],
    ['grafana', 'Check port 80 again', 'maculactl fix grafana'],
  ])

  const left = await maculactl(['fix', 'grafana'])
  expect(left.code).toBe(1)
  expect(line(`${left.out} ${left.err}`)).toContain(`python3 (pid ${held.pid}) still has 127.0.0.4:80.`)
  // By its command line, and where it was started; never by a signal to a pid.
  expect(line(`${left.out} ${left.err}`)).toContain('listens there as “python3 -m http.server')
  expect(line(`${left.out} ${left.err}`)).not.toContain('kill ')

  const started = await maculactl(['fix', 'prometheus', '--json'])
  expect(started.code, started.err).toBe(0)
  expect(runSchema.parse(JSON.parse(started.out))).toMatchObject({ command: 'fix', ok: true })

  await held.leave()
  await untilFree('127.0.0.4:80')
  expect((await maculactl(['fix', 'Grafana'])).code).toBe(0)
  await green()
})

describe('a container that has a port', () => {
  test('is left alone where nobody can be asked; with --yes it is stopped, and nothing of it is removed', async () => {
    await endForwarder('127.0.0.4:80')
    const server = ['python3', '-m', 'http.server', '8000', '--directory', '/usr/share/misc']
    const ran = await docker(
      'run',
      '-d',
      '--name',
      'beside-holder',
      '-p',
      '127.0.0.4:80:8000',
      'macula-test/base',
      ...server,
    )
    expect(ran.code, ran.err).toBe(0)
    const asked = await maculactl(['fix', 'grafana'])
    expect(asked.code).toBe(2)
    expect(line(asked.err)).toContain(
      'beside-holder was not stopped: that needs a confirmation, and this is not a terminal.',
    )
    expect(line(asked.err)).toContain('maculactl fix grafana --yes')
    const stateOf = async (): Promise<string> =>
      (await docker('inspect', '-f', '{{.State.Status}}', 'beside-holder')).out
    expect(await stateOf()).toBe('running')

    const ended = await maculactl(['fix', 'grafana', '--yes'])
    expect(ended.code, ended.err).toBe(0)
    expect(line(`${ended.out} ${ended.err}`)).toContain('beside-holder is stopped.')
    expect(await stateOf()).toBe('exited')
    await green()
  })
})

test('what needs set-up is not fixed by it: what is wrong is told, and the command that mends it', async () => {
  const before = await readFile('/etc/hosts', 'utf8')
  await writeFile('/etc/hosts', before.replace(/# BEGIN macula-desktop[\s\S]*# END macula-desktop\n/, ''))
  try {
    const listed = line(await done(['fix']))
    expect(listed).toContain('not set up on this machine')
    expect(listed).toContain('Set up names… maculactl setup')
    const refused = await maculactl(['fix', 'names'])
    expect(refused.code).toBe(2)
    expect(line(refused.err)).toContain('This command does not fix Names.')
    expect(line(refused.err)).toContain('maculactl setup')
  } finally {
    await writeFile('/etc/hosts', before)
  }
  await green()
})
