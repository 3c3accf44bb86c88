import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { docker, done, fresh, states, until, type Status } from '../support/actor.ts'
import { endForwarder } from '../support/held-port.ts'
import { key, onTerminal } from '../support/terminal.ts'

/** What maculactl asks on a terminal, answered by its keys, over the running stack. */

beforeAll(async () => {
  await fresh()
  await done(['setup', '--yes'])
})
afterAll(async () => void (await docker('rm', '-f', 'beside-holder')))

const isGreen = (seen: Status): boolean => Object.keys(states(seen)).join() === 'works'

describe('set-up', () => {
  test('starts what is to run; then the cluster that nobody needs is offered once, with its price, and left', async () => {
    const terminal = onTerminal(['setup'])
    // Nothing ran yet, and nobody was welcomed.
    await terminal.told('How to read a service')
    await terminal.told('What should run?')
    terminal.type(key.enter)
    await terminal.told('Start all services now')
    terminal.type(key.enter)
    await terminal.told('All 14 services work')
    await terminal.told('There is no cluster yet. Services work without one.')
    await terminal.told('It takes about 700 MB of memory, 1 GB of disk and a node image of 1 GB once')
    await terminal.told('Not now (any time later: maculactl up cluster/hub)')
    await terminal.told('Create it now')
    terminal.type(key.enter)
    expect(await terminal.ended, terminal.shown()).toBe(0)
    // It is nobody's need, so it counts as nothing that was left out.
    expect(terminal.shown()).not.toContain('Left out')
    expect((await docker('ps', '-aq', '--filter', 'label=io.x-k8s.kind.cluster')).out).toBe('')
    expect(isGreen(await until(isGreen))).toBe(true)
  })

  test('asks nothing where all is in place, not of a cluster either', async () => {
    const terminal = onTerminal(['setup'])
    expect(await terminal.ended, terminal.shown()).toBe(0)
    expect(terminal.shown()).not.toContain('There is no cluster yet')
  })
})

describe('fix of a port that a container has', () => {
  const stateOf = async (): Promise<string> =>
    (await docker('inspect', '-f', '{{.State.Status}}', 'beside-holder')).out

  test('asks first; Enter, and Esc, do nothing', async () => {
    await endForwarder('127.0.0.4:80')
    const server = ['python3', '-m', 'http.server', '8000', '--directory', '/usr/share/misc']
    const place = ['--name', 'beside-holder', '-p', '127.0.0.4:80:8000', 'macula-test/base']
    const ran = await docker('run', '-d', ...place, ...server)
    expect(ran.code, ran.err).toBe(0)
    await until((seen) => states(seen)['degraded']?.join() === 'grafana')
    for (const pressed of [key.enter, key.escape]) {
      const terminal = onTerminal(['fix', 'grafana'])
      await terminal.told('beside-holder is not part of Macula and holds 127.0.0.4:80.')
      await terminal.told('Docker stops it; nothing is removed.')
      await terminal.told('Stop beside-holder?')
      await terminal.told('Do nothing')
      terminal.type(pressed)
      expect(await terminal.ended, terminal.shown()).toBe(3)
      expect(terminal.shown()).toContain('beside-holder was not stopped. Everything is as it was.')
      expect(await stateOf()).toBe('running')
    }
  })

  test('Down and Enter stop it, and the port is ours again', async () => {
    const terminal = onTerminal(['fix', 'grafana'])
    await terminal.told('Stop beside-holder?')
    await terminal.told('Do nothing')
    terminal.type(key.down)
    terminal.type(key.enter)
    await terminal.told('beside-holder is stopped.')
    expect(await terminal.ended, terminal.shown()).toBe(0)
    expect(await stateOf()).toBe('exited')
    expect(isGreen(await until(isGreen))).toBe(true)
  })
})
