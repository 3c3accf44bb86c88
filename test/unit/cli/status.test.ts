import { describe, expect, test } from 'vitest'
import { statusSchema } from '../../../main/cli/json/status.ts'
import { runCommand } from './run-command.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import {
  change,
  dockerDownWorld,
  greenWorld,
  now,
  silence,
  snapshotOf,
  tenRedWorld,
  troubleWorld,
} from './worlds.ts'

describe('maculactl status', () => {
  test('exit 0 when all works, results on stdout only', async () => {
    const ended = await runCommand().run('status')
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(ended.out).toContain('✔ All 14 services work.')
  })

  test('exit 1 when something is red, 4 without Docker', async () => {
    expect((await runCommand({ world: troubleWorld() }).run('status')).code).toBe(1)
    expect((await runCommand({ world: tenRedWorld() }).run('status')).code).toBe(1)
    expect((await runCommand({ world: dockerDownWorld() }).run('status')).code).toBe(4)
  })

  test('names that wait for set-up are no failure', async () => {
    const route = {
      kind: 'absent',
      waits: { route: 'route-hosts', title: 'hosts file', names: ['oldname.macula.local'] },
    } as const
    const ended = await runCommand({ world: { ...greenWorld(), route } }).run('status')
    expect(ended.out).toContain('A name waits for set-up: oldname.macula.local.')
    expect(ended.code).toBe(0)
  })

  test('only what was named counts', async () => {
    const ended = await runCommand({ world: troubleWorld() }).run('status', 'tools', 'host')
    expect(ended.code).toBe(0)
    expect(ended.out).toContain('Excalidraw')
    expect(ended.out).not.toContain('Prometheus')
  })

  test('one service named alone is shown in detail, with the states of what it uses', async () => {
    const { out } = await runCommand({ world: troubleWorld() }).run('status', 'grafana')
    expect(out).toContain('Can it be reached?')
    expect(out).toMatch(/Uses +Prometheus \(works, with a problem\), Loki .*, Tempo \(failed\)/)
  })

  describe('what fires in Prometheus', () => {
    const alert = {
      name: 'DiskFilling',
      service: 'object-store',
      severity: 'critical',
      summary: 'The disk is full in 3 hours',
      description: 'Free some of it.',
      dashboard: 'macula-object-store',
      since: now - 60_000,
    } as const
    const world = { ...greenWorld(), alerts: [alert] }

    test('makes a row work with a problem, as in the window', async () => {
      const { out, code } = await runCommand({ world }).run('status')
      expect(out).toContain('Object store')
      expect(out).toContain('The disk is full in 3 hours')
      expect(out).not.toContain('✔ All 14 services work.')
      expect(code).toBe(0)
    })

    test('is told with what to do where the service is shown alone', async () => {
      const { out } = await runCommand({ world }).run('status', 'object-store')
      expect(out).toMatch(
        /\nAlerts\n {2}✖ The disk is full in 3 hours \(critical, since .+\)\n {4}Free some of it\.\n/,
      )
    })

    test('is in the JSON', async () => {
      const { out } = await runCommand({ world }).run('status', 'object-store', '--json')
      const { services } = statusSchema.parse(JSON.parse(out))
      const { service: _, ...told } = alert
      expect(services[0]?.alerts).toEqual([{ ...told, since: new Date(alert.since).toISOString() }])
    })
  })

  test('an unknown name is a usage error with a near match', async () => {
    const ended = await runCommand().run('status', 'grafanna')
    expect(ended).toMatchObject({ code: 2, out: '' })
    expect(ended.err).toBe('✖ There is no service or tier "grafanna".\n  Did you mean grafana?\n')
  })

  test('--json follows its schema, and the schema leaves nothing out that it prints', async () => {
    for (const world of [greenWorld(), troubleWorld(), dockerDownWorld()]) {
      const { out } = await runCommand({ world }).run('status', '--json')
      const value: unknown = JSON.parse(out)
      expect(statusSchema.parse(value)).toEqual(value)
    }
  })

  test('--json tells the address in use', async () => {
    const { out } = await runCommand({ world: troubleWorld() }).run('status', 'grafana', '--json')
    const { services } = statusSchema.parse(JSON.parse(out))
    expect(services.map((service) => service.endpoints[0]?.url)).toEqual(['http://127.0.0.4:3000'])
  })

  test('notes on our own files go to stderr', async () => {
    const ended = await runCommand({ notes: ['settings.json could not be read.'] }).run('status', '--json')
    expect(ended.err).toBe('Note: settings.json could not be read.\n')
    expect(() => JSON.parse(ended.out)).not.toThrow()
  })

  test('a look that takes long is said on a terminal, and taken back', async () => {
    const world = greenWorld()
    let end = (): void => undefined
    const slow = new Promise<Snapshot>((resolve) => {
      end = () => resolve(snapshotOf(world))
    })
    const one = runCommand({ columns: 100, over: { look: async () => await slow } })
    const ended = one.run('status')
    await expect.poll(one.err).toBe('Looking at services…')
    end()
    expect(await ended).toMatchObject({ code: 0, err: 'Looking at services…\r\u001B[K' })
  })

  test('--watch on a terminal draws again on each change and leaves the last drawing', async () => {
    const world = greenWorld()
    const one = runCommand({ world, columns: 100 })
    const ended = one.run('status', '--watch')
    await expect.poll(one.out).toContain('All 14 services work')
    change(world, 'grafana', { state: 'exited', exitCode: 1 })
    silence(world, 'grafana')
    one.standIn.publish()
    await expect.poll(one.out).toContain('Grafana fails')
    one.interrupt()
    expect(await ended).toMatchObject({ code: 1 })
    expect(one.standIn.asked).toContain('close')
  })

  test('--watch --json prints one snapshot a line', async () => {
    const one = runCommand()
    const ended = one.run('status', '--watch', '--json')
    await expect.poll(one.out).toContain('"rev":1')
    one.standIn.publish()
    await expect.poll(one.out).toContain('"rev":2')
    one.interrupt()
    const { code, out } = await ended
    const lines = out.trim().split('\n')
    expect(code).toBe(0)
    expect(lines.map((line) => statusSchema.parse(JSON.parse(line)).rev)).toEqual([1, 2])
  })

  test('--watch --json keeps only the newest for a reader that is slow', async () => {
    let read = (): void => undefined
    const readFrom = new Promise<void>((resolve) => {
      read = resolve
    })
    const one = runCommand({ readFrom })
    const ended = one.run('status', '--watch', '--json')
    await expect.poll(() => one.standIn.subscribers()).toBe(1)
    for (let count = 0; count < 100; count += 1) one.standIn.publish()
    read()
    await expect.poll(one.out).toContain('"rev":101')
    one.interrupt()
    const lines = (await ended).out.trim().split('\n')
    const revs = lines.map((line) => statusSchema.parse(JSON.parse(line)).rev)
    // Node takes one or two before its own buffer is full.
    expect(revs.length).toBeLessThan(5)
    expect([revs[0], revs.at(-1)]).toEqual([1, 101])
  })
})
