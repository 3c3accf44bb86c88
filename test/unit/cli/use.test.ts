import { execFileSync } from 'node:child_process'
import { parseEnv } from 'node:util'
import { fc } from '../../chance.ts'
import { describe, expect, test } from 'vitest'
import type { Engine } from '../../../main/engine/engine.ts'
import { handable } from '../../../main/engine/open.ts'
import { doctorSchema } from '../../../main/cli/json/doctor.ts'
import { envSchema } from '../../../main/cli/json/env.ts'
import { logSchema } from '../../../main/cli/json/logs.ts'
import { openSchema } from '../../../main/cli/json/open.ts'
import { versionSchema } from '../../../main/cli/json/version.ts'
import { quoteDotenv, quoteShell } from '../../../main/model/quote.ts'
import { parseSince } from '../../../main/cli/since.ts'
import type { LogLine } from '../../../main/model/log-line.ts'
import { runCommand } from './run-command.ts'
import { secrets } from './stand-in.ts'
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

describe('maculactl open', () => {
  const display = { DISPLAY: ':0' }

  test('opens the name when all is well', async () => {
    const one = runCommand({ env: display })
    expect(await one.run('open', 'grafana')).toMatchObject({
      code: 0,
      out: 'Opened http://grafana.macula.local\n',
      err: '',
    })
    expect(one.opened).toEqual(['xdg-open http://grafana.macula.local/'])
  })

  test.each([
    ['object-store/consol', 'Object store has no endpoint "consol".', 'Did you mean object-store/console?'],
    ['grafana/nonsense', 'Grafana has no endpoint "nonsense".', 'It has grafana/web.'],
    ['Grafana/nonsense', 'Grafana has no endpoint "nonsense".', 'It has grafana/web.'],
  ])('%s: what its service has is told, and no other services', async (word, what, todo) => {
    const { code, err } = await runCommand().run('open', word)
    expect(code).toBe(2)
    expect(err).toContain(what)
    expect(err).toContain(todo)
    expect(err).not.toContain('loki')
  })

  test('takes the best that works now and says why it is not the name', async () => {
    const one = runCommand({ env: display, world: troubleWorld() })
    const ended = await one.run('open', 'grafana')
    expect(ended.err).toBe('The name is not used (grafana.macula.local: nginx (pid 812) has 127.0.0.4:80).\n')
    expect(one.opened).toEqual(['xdg-open http://127.0.0.4:3000/'])
  })

  test('by its name with a port is still by its name: what is missing is the way without the port', async () => {
    const world = greenWorld()
    world.listeners.set('127.0.0.4:80', { kind: 'free', ms: 0 })
    const ended = await runCommand({ world }).run('open', 'grafana', '--print')
    expect(ended).toMatchObject({
      code: 0,
      out: 'http://grafana.macula.local:3000\n',
      err: 'The clean URL is not used (grafana.macula.local: no forwarder of ours on 127.0.0.4:80).\n',
    })
  })

  test.each([
    [
      'stopped',
      () => {
        const world = greenWorld()
        change(world, 'grafana', { state: 'exited', stoppedOnPurpose: true })
        silence(world, 'grafana')
        world.wanted.delete('grafana')
        return world
      },
      1,
      '✖ Grafana cannot be opened: it is stopped.\n  Start it: maculactl up grafana\n',
    ],
    [
      'Docker is down',
      dockerDownWorld,
      4,
      '✖ Grafana cannot be opened: Docker does not answer.\n  There is no socket at /var/run/docker.sock.\n  Install Docker, or start it (sudo systemctl start docker).',
    ],
  ])('%s: why, and what to do next', async (_, world, code, says) => {
    const ended = await runCommand({ world: world() }).run('open', 'grafana')
    expect(ended).toMatchObject({ code, out: '' })
    expect(ended.err).toContain(says)
  })

  test('an endpoint by its name, or after a slash', async () => {
    for (const [word, url] of [
      ['s3-console', 'http://s3-console.macula.local'],
      ['object-store/s3-console', 'http://s3-console.macula.local'],
      ['registry', 'http://registry.macula.local/v2/'],
      ['"registry ui"'.replaceAll('"', ''), 'http://registry.macula.local'],
    ] as const)
      expect((await runCommand().run('open', word, '--print')).out).toBe(`${url}\n`)
  })

  test('what is not for a browser is printed, not opened', async () => {
    const one = runCommand({ env: display })
    const ended = await one.run('open', 'postgres')
    expect(ended).toMatchObject({ code: 0, out: 'postgres://postgres.macula.local:5432\n' })
    expect(one.opened).toEqual([])
  })

  test('no display: prints the URL and says so, exit 0', async () => {
    const one = runCommand()
    const ended = await one.run('open', 'grafana')
    expect(ended).toMatchObject({ code: 0, out: 'http://grafana.macula.local\n' })
    expect(ended.err).toContain('There is no display here.')
    expect(one.opened).toEqual([])
  })

  test('no xdg-open: prints the URL and says so, exit 0', async () => {
    const launched = { kind: 'failed', says: 'it is not installed' } as const
    const ended = await runCommand({ env: display, launched }).run('open', 'grafana')
    expect(ended).toMatchObject({ code: 0, out: 'http://grafana.macula.local\n' })
    expect(ended.err).toContain('xdg-open did not open it (it is not installed).')
  })

  test('nothing works: exit 1 with the reason and what to do', async () => {
    const ended = await runCommand({ world: tenRedWorld() }).run('open', 'loki')
    expect(ended.code).toBe(1)
    expect(ended.err).toContain('Loki cannot be opened')
  })

  test('a tier, and an unknown word, are usage errors', async () => {
    expect((await runCommand().run('open', 'data')).code).toBe(2)
    expect((await runCommand().run('open', 'grafanna')).code).toBe(2)
    expect((await runCommand().run('open')).code).toBe(2)
  })

  test('--json follows its schema', async () => {
    const { out } = await runCommand({ world: troubleWorld() }).run('open', 'grafana', '--print', '--json')
    const value: unknown = JSON.parse(out)
    expect(openSchema.parse(value)).toEqual(value)
    expect(value).toMatchObject({ url: 'http://127.0.0.4:3000', kind: 'address', opened: false })
  })

  test.each([
    ['http://grafana.macula.local', 'http://grafana.macula.local/'],
    ['http://grafana.macula.local:3000/d/x?y=1', 'http://grafana.macula.local:3000/d/x?y=1'],
    ['http://127.0.0.4:3000', 'http://127.0.0.4:3000/'],
    ['http://172.23.0.22:3000', 'http://172.23.0.22:3000/'],
    // What a URL parser makes of these is what is handed over, never the text itself.
    ['http://0x7f.1:3000', 'http://127.0.0.1:3000/'],
    ['http://127.0.0.4\\@evil.example', 'http://127.0.0.4/@evil.example'],
    ['http://172.23.0.23:3000', undefined],
    ['http://10.0.0.1/', undefined],
    ['http://evil.macula.local', undefined],
    ['http://grafana.macula.local.evil.example', undefined],
    ['http://grafana.macula.local@evil.example', undefined],
    ['http://user:pw@127.0.0.4:3000', undefined],
    ['javascript:alert(1)', undefined],
    ['file:///etc/passwd', undefined],
    ['postgres://127.0.0.8:5432', undefined],
    ['--help', undefined],
    ['', undefined],
  ])('%s is handed to the desktop as %s', (url, expected) => {
    const snapshot = snapshotOf(greenWorld())
    const view = snapshot.services.find((service) => service.id === 'grafana')
    if (!view) throw new Error('no grafana')
    expect(handable(url, snapshot, view)).toBe(expected)
  })
})

describe('maculactl env', () => {
  test('shell lines with comments that tell the service', async () => {
    expect((await runCommand().run('env')).out).toBe(
      [
        '# Grafana',
        "export GRAFANA_URL='http://grafana.macula.local'",
        `export GRAFANA_PASSWORD='${secrets.GRAFANA_PASSWORD}'`,
        '# TimescaleDB',
        "export PGUSER='macula'",
        `export DATABASE_URL='postgres://macula:${secrets.POSTGRES_PASSWORD}@127.0.0.8:5432/macula'`,
        '',
      ].join('\n'),
    )
  })

  test('dotenv, and only what was named', async () => {
    expect((await runCommand().run('env', 'postgres', '--format', 'dotenv')).out).toBe(
      `# TimescaleDB\nPGUSER=macula\nDATABASE_URL=postgres://macula:${secrets.POSTGRES_PASSWORD}@127.0.0.8:5432/macula\n`,
    )
  })

  test('json, by --format and by --json', async () => {
    for (const flags of [['--json'], ['--format', 'json']]) {
      const value: unknown = JSON.parse((await runCommand().run('env', ...flags)).out)
      expect(envSchema.parse(value)).toEqual(value)
    }
  })

  test('an unknown format is a usage error', async () => {
    expect((await runCommand().run('env', '--format', 'xml')).code).toBe(2)
  })

  test('what could break out of its line is left out and said', async () => {
    const over = {
      env: () =>
        Promise.resolve([
          { service: 'loki', name: 'A;touch x', value: '1', secret: false },
          { service: 'loki', name: 'B', value: "1\nexport PATH='x'", secret: false },
          { service: 'loki', name: 'C', value: '3', secret: false },
        ]),
    }
    const ended = await runCommand({ over }).run('env')
    expect(ended.out).toBe("# Loki\nexport C='3'\n")
    expect(ended.err).toContain('A;touch x is left out')
  })

  test('whatever the value, a shell gives it back', () => {
    // eslint-disable-next-line no-control-regex -- what env leaves out anyway
    const plain = fc.string({ maxLength: 40 }).filter((text) => !/[\u0000-\u001F\u007F-\u009F]/.test(text))
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 20 }), (values) => {
        const script = values.map((value) => `printf '%s\\n' ${quoteShell(value)}`).join('\n')
        expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`${values.join('\n')}\n`)
      }),
      { numRuns: 20 },
    )
  })

  test('whatever the value without a single quote and a backslash at its end, a .env reader gives it back', () => {
    const plain = fc
      .string({ maxLength: 40 })
      // eslint-disable-next-line no-control-regex -- what env leaves out anyway
      .filter((text) => !/[\u0000-\u001F\u007F-\u009F']|\\$/.test(text))
    fc.assert(
      fc.property(plain, (value) => {
        expect(parseEnv(`A=${quoteDotenv(value)}\n`)['A']).toBe(value)
      }),
    )
  })
})

describe('a value of env in a .env', () => {
  // By the .env readers of Compose, Node and dotenv, each tried; Compose's own by test/integration/stack/variables.test.ts.
  test.each([
    ['plain-1', 'plain-1'],
    ['a b', "'a b'"],
    ['a #b', "'a #b'"],
    ['a$b', "'a$b'"],
    ['a"b', `'a"b'`],
    ['a\\b', "'a\\b'"],
    ['end\\', 'end\\'],
    ["it's", "it's"],
    [`x'\\`, `x'\\`],
    [`it's "x"`, `it's "x"`],
    ["'lead", `"'lead"`],
    ["it's ", `"it's "`],
    [`'"$#\\ :/@%{}`, String.raw`"'\"\$#\\ :/@%{}"`],
  ])('%j stands as %s', (value, written) => {
    expect(quoteDotenv(value)).toBe(written)
    if (!written.startsWith('"') || !/["$\\]/.test(value))
      expect(parseEnv(`A=${written}\nB=1\n`)).toEqual({ A: value, B: '1' })
  })
})

describe('maculactl logs', () => {
  const line = (service: string, text: string, at = now): LogLine => ({ service, text, at, stream: 'out' })

  test('-f says when what was named has nothing to follow; of all services that is no news', async () => {
    const logs: Engine['logs'] = async function* (_ids, { onEnd }) {
      yield await Promise.resolve(line('loki', 'one'))
      onEnd?.('loki')
    }
    const says = 'Loki has no more lines for now; new ones follow when it runs again (Ctrl-C quits).'
    expect((await runCommand({ over: { logs } }).run('logs', '-f', 'loki')).err).toContain(says)
    expect((await runCommand({ over: { logs } }).run('logs', '-f')).err).not.toContain(says)
    expect((await runCommand({ over: { logs } }).run('logs', 'loki')).err).not.toContain(says)
  })

  test('merged lines with time and service', async () => {
    const lines = [line('tempo', 'one'), line('loki', 'two', now + 1000)]
    expect((await runCommand({ lines }).run('logs', 'tempo', 'loki')).out).toBe(
      '10:42:55 tempo  one\n10:42:56 loki   two\n',
    )
  })

  test('the last 100 lines, unless a time, a search or a number says otherwise', async () => {
    const asked = async (...argv: string[]): Promise<string | undefined> => {
      const one = runCommand()
      await one.run('logs', 'loki', ...argv)
      return one.standIn.asked[0]
    }
    expect(await asked()).toBe('logs loki tail=100 since=begin')
    expect(await asked('-n', '5')).toBe('logs loki tail=5 since=begin')
    expect(await asked('--since', '10m')).toBe(`logs loki tail=all since=${now - 600_000}`)
    expect(await asked('--grep', 'x')).toBe('logs loki tail=all since=begin')
  })

  test('--grep keeps what matches and marks it', async () => {
    const lines = [line('loki', 'all fine'), line('loki', 'an error, another error')]
    const { out } = await runCommand({ lines, env: { FORCE_COLOR: '1' } }).run(
      'logs',
      'loki',
      '--grep',
      'err.r',
    )
    expect(out).not.toContain('all fine')
    expect(out).toContain('an \u001B[7merror\u001B[27m, another \u001B[7merror\u001B[27m')
  })

  test('a broken pattern, time or number is a usage error', async () => {
    expect((await runCommand().run('logs', '--grep', '(')).code).toBe(2)
    expect((await runCommand().run('logs', '--since', 'yesterday')).code).toBe(2)
    expect((await runCommand().run('logs', '-n', 'x')).code).toBe(2)
  })

  test('-f ends with Ctrl-C: exit 0', async () => {
    const one = runCommand({
      over: {
        async *logs(_, { signal }) {
          yield line('loki', 'first')
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve())
          })
        },
      },
    })
    const ended = one.run('logs', '-f', 'loki')
    await expect.poll(one.out).toContain('first')
    one.interrupt()
    expect(await ended).toMatchObject({ code: 0 })
  })

  test('--json is one object a line', async () => {
    const { out } = await runCommand({ lines: [line('loki', 'a\u009Bb')] }).run('logs', 'loki', '--json')
    const value: unknown = JSON.parse(out)
    expect(logSchema.parse(value)).toEqual(value)
    expect(value).toMatchObject({ text: 'a\u009Bb' })
    expect(out).not.toContain('\u009B')
  })

  test('no lines: says so on stderr', async () => {
    expect((await runCommand().run('logs', 'loki')).err).toBe('No log lines of Loki.\n')
  })

  test('times', () => {
    expect(parseSince('2h', now)).toBe(now - 7_200_000)
    expect(parseSince('2026-11-23T10:42:00Z', now)).toBe(Date.UTC(2026, 10, 23, 10, 42))
    expect(parseSince('2026-11-23', now)).toBe(new Date(2026, 10, 23).getTime())
    for (const bad of ['', '0m', '10', '10x', '1e3s', '2026-13-40', '-5m'])
      expect(() => parseSince(bad, now)).toThrow('is not a time')
  })
})

describe('maculactl doctor', () => {
  test('findings first, then every check by group; exit 1', async () => {
    const ended = await runCommand({ columns: 100 }).run('doctor')
    expect(ended.code).toBe(1)
    await expect(ended.out).toMatchFileSnapshot('golden/doctor-100.txt')
  })

  test('warnings alone are no failure', async () => {
    const over = { doctor: () => Promise.resolve([]) }
    expect((await runCommand({ over }).run('doctor')).code).toBe(0)
  })

  test('--json follows its schema', async () => {
    const value: unknown = JSON.parse((await runCommand().run('doctor', '--json')).out)
    expect(doctorSchema.parse(value)).toEqual(value)
    expect(value).toMatchObject({ ok: false, counts: { ok: 3, warning: 1, failed: 1, unknown: 0 } })
  })
})

describe('maculactl version', () => {
  test('--json follows its schema', async () => {
    const value: unknown = JSON.parse((await runCommand().run('version', '--json')).out)
    expect(versionSchema.parse(value)).toEqual(value)
    expect(value).toMatchObject({ docker: '29.7.2', node: process.versions.node })
  })

  test('--version is the number alone', async () => {
    expect((await runCommand().run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
