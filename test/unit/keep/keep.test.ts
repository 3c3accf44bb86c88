import { execa } from 'execa'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openIntent } from '../../../main/system/keep/intent.ts'
import { openLock } from '../../../main/system/keep/lock.ts'
import { openSecrets } from '../../../main/system/keep/secrets.ts'
import { openSettings, saveSettings, settingsFile } from '../../../main/system/keep/settings.ts'
import { openSystem } from '../../../main/system/open-system.ts'
import { pathsOf, type Paths } from '../../../main/system/paths.ts'
import { isAlive, recordsIn, startOf } from '../../../main/system/process/record.ts'
import { openSetupMemory } from '../../../main/system/keep/setup-memory.ts'
import { parseTable } from '../../../main/system/process/sockets.ts'

let paths: Paths
beforeEach(async () => {
  paths = pathsOf({ MACULA_HOME: await mkdtemp(join(tmpdir(), 'macula-keep-')) }, '/assets')
  await mkdir(paths.config, { recursive: true })
  await mkdir(paths.state, { recursive: true })
})

describe('settings', () => {
  test('none: the defaults of the approved design', async () => {
    expect(await openSettings(paths)).toEqual({
      settings: {
        suffix: 'macula.local',
        subnet: '172.23.0.0/24',
        addresses: '127.0.0.0/24',
        project: 'macula',
        nativePorts: true,
        dnsPort: 5354,
        zones: [],
        dns53: false,
        tls: false,
        dockerHost: '',
        route: '',
        clusters: { kubeconfig: 'own', images: {}, nodes: {}, sources: [] },
        apps: [],
        sets: {},
        updates: {},
        desktop: {
          theme: 'system',
          startAtLogin: false,
          startMinimised: false,
          startServices: false,
          notify: { muted: false, failed: true, recovered: true, ready: true },
          letterKeys: true,
        },
      },
    })
  })
  test('what is written holds', async () => {
    await writeFile(settingsFile(paths), '{"suffix":"dev.macula.test","subnet":"10.9.8.0/24"}')
    expect((await openSettings(paths)).settings).toMatchObject({
      suffix: 'dev.macula.test',
      subnet: '10.9.8.0/24',
    })
  })
  test.each([
    ['\uFEFF{"suffix":"dev.macula.test"}', { suffix: 'dev.macula.test' }],
    ['{"route":"route-hosts"}', { route: 'route-hosts' }],
    ['{"route":""}', { route: '' }],
  ])('%j holds', async (text, part) => {
    await writeFile(settingsFile(paths), text)
    expect(await openSettings(paths)).toMatchObject({ settings: part })
    expect((await openSettings(paths)).problem).toBeUndefined()
  })
  test.each([
    ['', 'Line 1, column 1: it is empty.'],
    ['{', 'Line 1, column 2: it is not JSON: the closing brace } is missing.'],
    [
      '{\n  "suffix": "a.b",\n  "dnsPort": 5354,\n}\n',
      'Line 4, column 1: it is not JSON: a name in double quotes is expected here; a comma before the closing brace is one too many.',
    ],
    [
      '{\n  "suffix": "a.b"\n  "dnsPort": 5354\n}\n',
      'Line 3, column 3: it is not JSON: a comma is missing before this.',
    ],
    ['{ "suffix": "a.b" } // mine\n', 'Line 1, column 21: it is not JSON: comments are not read.'],
    ['[]', 'Line 1, column 1: Invalid input: expected object, received array.'],
    [
      '{"suffix":"a/b"}',
      'Line 1, column 2: suffix must be a suffix of two labels or more, like macula.local; one alone would take a whole top-level domain.',
    ],
    [
      '{"suffix":"../../etc/cron.d/x"}',
      'Line 1, column 2: suffix must be a suffix of two labels or more, like macula.local; one alone would take a whole top-level domain.',
    ],
    ['{\n\n  "colour": 1}', 'Line 3, column 3: there is no setting colour.'],
    ['{"dnsport": 5355}', 'Line 1, column 2: there is no setting dnsport (did you mean dnsPort?).'],
    [
      '{"desktop":{"notify":{"mutet":true}}}',
      'Line 1, column 23: there is no setting desktop.notify.mutet (did you mean desktop.notify.muted?).',
    ],
    [
      '{"apps":[{"path":"/shop","folow":true}]}',
      'Line 1, column 26: there is no setting apps.0.folow (did you mean apps.0.follow?).',
    ],
    [
      '{"desktop":\n{"notify":\n {"muted": 1}}}',
      'Line 3, column 3: desktop.notify.muted Invalid input: expected boolean, received number.',
    ],
    ['{"suffix":"a.b",\n"suffix":"c.d"}', 'Line 2, column 1: suffix is written twice.'],
    [
      '{"clusters":{"images":{"console":"Registry/Console:x"}}}',
      'Line 1, column 24: clusters.images.console must name an image: NAME:TAG, the name in lower case.',
    ],
    ['{"subnet":"172.23.0.0/16"}', 'Line 1, column 2: subnet must be a private /24 like 172.23.0.0/24.'],
    [
      '{"suffix":"MACULA.Local."}',
      'Line 1, column 2: suffix must be in lower case and without a dot at its end: macula.local.',
    ],
    [
      '{"route":"nosuch"}',
      'Line 1, column 2: route must be route-dns-delegate or route-systemd-resolved or route-networkmanager or route-dnsmasq or route-hosts; empty ("") leaves the choice to Macula.',
    ],
    ['\uFEFF{"dnsPort":53}', 'Line 1, column 2: dnsPort Too small: expected number to be >=1024.'],
    [
      '{"zones":["lab","com"]}',
      'Line 1, column 17: zones.1 must be a zone in lower case like lab or beam.lab, and no top-level domain that is in use.',
    ],
    ['{"zones":["lab","lab"]}', 'Line 1, column 2: zones must name each zone once.'],
    [
      '{"sets":{"front":["grafana","a/b"]}}',
      'Line 1, column 29: sets.front.1 must be the id of a service, like grafana or cluster/hub.',
    ],
    [
      '{"updates":{"grafana":{"image":"grafana/grafana:14","instead":"grafana/grafana:13","before":["grafana/grafana:13"]}}}',
      'Line 1, column 24: updates.grafana.image must be NAME:TAG@sha256:…, as maculactl update writes it.',
    ],
    ['{"sets":{"front":["loki","loki"]}}', 'Line 1, column 10: sets.front must name each service once.'],
    ['{"dnsPort":53}', 'Line 1, column 2: dnsPort Too small: expected number to be >=1024.'],
  ])('fault 33: %j is told with line and column and left where it is', async (text, why) => {
    await writeFile(settingsFile(paths), text)
    const { problem } = await openSettings(paths)
    expect(problem).toMatchObject({ kind: 'invalid', what: `${settingsFile(paths)} cannot be used.`, why })
    await expect(saveSettings(paths, { suffix: 'x.test' })).rejects.toThrow(/were not saved/)
    expect(await readdir(paths.config)).toEqual(['settings.json'])
    expect(await readFile(settingsFile(paths), 'utf8')).toBe(text)
  })
  test.each(['', '{\n', '{"version":2}', '{"colour":1}'])(
    'nothing is done while the file is %j, whatever is asked; the doctor shows it, and corrected it holds',
    async (text) => {
      await writeFile(settingsFile(paths), text)
      const env = { MACULA_HOME: join(paths.config, '..'), PATH: '' }
      const { engine, problem, settings } = await openSystem(env)
      expect(problem?.what).toContain(settingsFile(paths))
      const signal = new AbortController().signal
      const none = (): void => undefined
      for (const call of [
        () => engine.look(),
        () => engine.up(['loki'], none, signal),
        () => engine.down(['loki'], { also: false, remove: false }, none, signal),
        () => engine.restart(['loki'], none, signal),
        () => engine.env(['loki']),
        () => engine.setupPlan(),
        () => engine.resetData('loki', 'loki', none, signal),
        () => engine.kubeconfig('x'),
        async () => {
          for await (const line of engine.logs(['loki'], { follow: false, signal })) void line
        },
      ])
        await expect(call()).rejects.toMatchObject({ trouble: problem })
      expect(await engine.doctor()).toMatchObject([{ group: 'files', result: 'failed', what: problem?.what }])
      expect(await settings.view()).toMatchObject({ problem })
      const told: string[] = []
      engine.subscribe(({ summary }) => told.push(summary.says))()
      expect(told).toEqual([problem?.what])
      expect(await readFile(settingsFile(paths), 'utf8')).toBe(text)
      await writeFile(settingsFile(paths), '{"suffix":"dev.macula.test"}')
      const again = await openSystem(env)
      expect([again.problem, again.engine.settings.suffix]).toEqual([undefined, 'dev.macula.test'])
      await again.engine.close()
    },
  )
  test('a link to a file that is away: the defaults do not hold, and it is not said to be unused', async () => {
    const away = join(paths.config, '..', 'dotfiles', 'settings.json')
    await symlink(away, settingsFile(paths))
    const { engine, problem, notes } = await openSystem({ MACULA_HOME: join(paths.config, '..'), PATH: '' })
    expect(problem).toEqual({
      kind: 'invalid',
      what: `${settingsFile(paths)} cannot be used.`,
      why: `${settingsFile(paths)} is a link to ${away}, and nothing is there.`,
      todo: 'Put back what it leads to, mount the disk that it lies on, or remove the link (rm) if nothing is to be there.',
    })
    expect(notes).toEqual([])
    await expect(engine.look()).rejects.toMatchObject({ trouble: problem })
    await expect(saveSettings(paths, { suffix: 'x.test' })).rejects.toThrow(/were not saved/)
  })
  test('a link in a circle: why is one sentence', async () => {
    await symlink(settingsFile(paths), settingsFile(paths))
    const { problem } = await openSettings(paths)
    expect(problem?.why).toMatch(/^It cannot be read: .*\(ELOOP\)\.$/)
  })
  test('fault 33: a file of a newer version stays where it is', async () => {
    await writeFile(settingsFile(paths), '{"version":2}')
    expect((await openSettings(paths)).problem?.why).toContain('newer')
    expect(await readFile(settingsFile(paths), 'utf8')).toBe('{"version":2}')
  })
})

describe('secrets', () => {
  test('fault 35: made once, kept, for our eyes only', async () => {
    const secrets = openSecrets(paths)
    const one = await secrets.ensure(['A', 'B'])
    expect(one.get('A')).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(one.get('A')).not.toBe(one.get('B'))
    expect((await secrets.ensure(['A', 'C'])).get('A')).toBe(one.get('A'))
    expect((await stat(join(paths.config, 'secrets.json'))).mode & 0o777).toBe(0o600)
  })
  test.each(['', '{', '[]', '"A"'])(
    'fault 33: a damaged file (%j) is an error and stays as it is',
    async (text) => {
      const file = join(paths.config, 'secrets.json')
      await writeFile(file, text)
      await expect(openSecrets(paths).ensure(['A'])).rejects.toThrow(/generated passwords is damaged/)
      expect(await readFile(file, 'utf8')).toBe(text)
    },
  )
  test('many that ask at the same moment, in one process and in others, get the same ones', async () => {
    const here = Array.from({ length: 8 }, async () =>
      JSON.stringify([...(await openSecrets(paths).ensure(['A', 'B']))]),
    )
    const there = [1, 2, 3].map(async () => await inAnother(`openSecrets(paths).ensure(['A', 'B'])`))
    const all = await Promise.all([...here, ...there])
    expect(new Set(all).size).toBe(1)
    expect(all[0]).toBe(JSON.stringify([...(await openSecrets(paths).read())]))
    expect(await readdir(paths.config)).toEqual(['secrets.json'])
  })
  test('a name with syntax in it is refused', async () => {
    await expect(openSecrets(paths).ensure(['A=B'])).rejects.toThrow(/not the name of a secret/)
  })
})

describe('what is wanted', () => {
  const file = (): string => join(paths.state, 'wanted.json')
  const running = (...ids: string[]) => openIntent(paths, () => Promise.resolve(ids))
  test('is kept over processes', async () => {
    await running().want(['loki', 'tempo'])
    await running('mimir').unwant(['loki'])
    expect([...(await running('mimir').wanted())]).toEqual(['tempo'])
    expect(await running().damage()).toBeUndefined()
  })
  test('what was stopped to be started again is known over processes, until it is wanted anew or not at all', async () => {
    await running().want(['loki', 'tempo', 'mimir'])
    await running().rest(['loki', 'tempo', 'grafana'])
    expect([...(await running().resting())]).toEqual(['loki', 'tempo'])
    expect([...(await running().wanted())]).toEqual(['loki', 'mimir', 'tempo'])
    await running().want(['loki'])
    await running().unwant(['tempo'])
    expect([...(await running().resting())]).toEqual([])
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ wanted: ['loki', 'mimir'] })
    expect(await readFile(file(), 'utf8')).not.toContain('resting')
  })
  test.each(['', '{', '{"wanted":"loki"}', '{"wanted":[1]}', '[]'])(
    'damaged (%j): what runs counts as wanted, and the file is kept aside before another is written',
    async (text) => {
      await writeFile(file(), text)
      const intent = running('loki', 'tempo', 'excalidraw')
      expect((await intent.damage())?.says).toContain(`${file()} is damaged: line 1`)
      expect(await intent.damage()).not.toHaveProperty('gone')
      expect([...(await intent.wanted())]).toEqual(['loki', 'tempo', 'excalidraw'])
      expect(await readFile(file(), 'utf8')).toBe(text)
      await intent.unwant(['excalidraw'])
      expect([...(await running().wanted())]).toEqual(['loki', 'tempo'])
      const kept = (await readdir(paths.state)).find((name) => name.startsWith('wanted.json.bad-')) ?? ''
      expect(await readFile(join(paths.state, kept), 'utf8')).toBe(text)
    },
  )
  test('gone while services run: they count as wanted, which is told, and stopping one takes none of the others', async () => {
    const intent = running('loki', 'tempo', 'excalidraw')
    expect(await intent.damage()).toEqual({
      says: `${file()} is not there, though services run`,
      gone: true,
    })
    expect([...(await intent.wanted())]).toEqual(['loki', 'tempo', 'excalidraw'])
    await intent.unwant(['excalidraw'])
    expect([...(await running().wanted())]).toEqual(['loki', 'tempo'])
    expect(await intent.damage()).toBeUndefined()
  })
  test('gone with its whole folder: the same', async () => {
    await rm(paths.state, { recursive: true })
    await running('loki', 'tempo').want(['mimir'])
    expect([...(await running().wanted())]).toEqual(['loki', 'mimir', 'tempo'])
  })
  test('not there before the first start: nothing is wanted and nothing told', async () => {
    expect([...(await running().wanted())]).toEqual([])
    expect(await running().damage()).toBeUndefined()
    await running().want(['loki'])
    expect([...(await running('tempo').wanted())]).toEqual(['loki'])
  })
  test('stopped on purpose, all of it: the file tells, whatever runs', async () => {
    await running().want(['loki'])
    await running().unwant(['loki'])
    expect([...(await running('loki').wanted())]).toEqual([])
  })
  test('gone, and Docker hangs: nobody is held up for long', async () => {
    const intent = openIntent(paths, () => new Promise(() => undefined))
    expect([...(await intent.wanted())]).toEqual([])
    expect(await intent.damage()).toBeUndefined()
  })
  test('gone, and nobody can tell what runs: nothing is written in its place', async () => {
    const intent = openIntent(paths, () => Promise.reject(new Error('Docker is down')))
    await expect(intent.unwant(['loki'])).rejects.toThrow('Docker is down')
    expect(await readdir(paths.state)).toEqual([])
  })
  test('damaged, and nobody can tell what runs: it is not written over', async () => {
    await writeFile(file(), '{')
    const intent = openIntent(paths, () => Promise.reject(new Error('Docker is down')))
    expect([...(await intent.wanted())]).toEqual([])
    await expect(intent.want(['loki'])).rejects.toThrow('Docker is down')
    expect(await readFile(file(), 'utf8')).toBe('{')
  })
})

/** Runs an expression over the modules of ours in a process of its own; what it resolves with, or the error's words. */
async function inAnother(expression: string): Promise<string> {
  const system = new URL('../../../main/system', import.meta.url).href
  const program = `
    const { openLock } = await import('${system}/keep/lock.ts')
    const { openSecrets } = await import('${system}/keep/secrets.ts')
    const paths = ${JSON.stringify(paths)}
    const result = await (${expression}).catch((error) => error.message)
    process.stdout.write(typeof result === 'string' ? result : JSON.stringify([...result]))
  `
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', program])
  return stdout
}

describe('the lock', () => {
  const lock = () => openLock(paths, Date.now)
  test('fault 19: an actor in another process is refused, naming the first', async () => {
    await lock().alone('starting Loki', 0, async () => {
      const other = await inAnother(`openLock(paths, Date.now).alone('stopping', 50, async () => 'done')`)
      expect(other).toMatch(new RegExp(`starting Loki \\(pid ${process.pid}`))
    })
    expect(await inAnother(`openLock(paths, Date.now).alone('stopping', 0, async () => 'done')`)).toBe('done')
  })
  test('one that is suspended is told at once, with how to let it go on, whatever the deadline', async () => {
    const child = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `
        import { openLock } from '${new URL('../../../main/system/keep/lock.ts', import.meta.url).href}'
        const lock = openLock(${JSON.stringify(paths)}, Date.now)
        await lock.alone('starting Loki', 0, async () => {
          console.log('held')
          await new Promise((resolve) => setTimeout(resolve, 60_000))
        })
      `,
    ])
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve))
      child.kill('SIGSTOP')
      const began = Date.now()
      await expect(lock().alone('stopping', 60_000, async () => 1)).rejects.toMatchObject({
        trouble: {
          kind: 'busy',
          what: expect.stringMatching(
            /suspended in the middle of its work: starting Loki \(pid \d+/,
          ) as unknown,
          todo: expect.stringContaining(`fg in its terminal, or kill -CONT ${child.pid}`) as unknown,
        },
      })
      expect(Date.now() - began).toBeLessThan(30_000)
    } finally {
      child.kill('SIGKILL')
    }
  })
  test('in one process everybody gets their turn in the order asked, whatever the deadline', async () => {
    const order: string[] = []
    const first = lock().alone('one', 0, async () => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      order.push('one')
    })
    const others = ['two', 'three'].map((name) => lock().alone(name, 0, async () => order.push(name)))
    await Promise.all([first, ...others])
    expect(order).toEqual(['one', 'two', 'three'])
  })
  test('where nothing can be written it still keeps two actors apart', async () => {
    paths = { ...paths, state: `/sys/macula-${process.pid}/state` }
    const result = await lock().alone('stopping Loki', 0, async () => {
      expect(await inAnother(`openLock(paths, Date.now).alone('two', 50, async () => 'done')`)).toMatch(
        /stopping Loki/,
      )
      return 1
    })
    expect(result).toBe(1)
    expect(await inAnother(`openLock(paths, Date.now).alone('two', 0, async () => 'done')`)).toBe('done')
  })
  test('one that fails does not keep those that wait from their turn', async () => {
    const failing = lock().alone('failing', 0, () => Promise.reject(new Error('no')))
    const next = lock().alone('next', 0, async () => 1)
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe(1)
  })
  test('it is given back when the work fails', async () => {
    await expect(lock().alone('failing', 0, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await lock().alone('next', 0, async () => 1)).toBe(1)
  })
  test.each([
    ['a dead holder', JSON.stringify({ pid: 4_194_303, started: 'x/1', purpose: 'starting', since: 0 })],
    [
      'a pid that is somebody else now',
      JSON.stringify({ pid: process.pid, started: 'other-boot/1', purpose: 'starting', since: 0 }),
    ],
    ['a damaged file', '{'],
  ])('fault 18: %s is taken over', async (_, text) => {
    await writeFile(join(paths.state, 'lock'), text)
    expect(await lock().alone('next', 1000, async () => 1)).toBe(1)
    expect(await readdir(paths.state)).toEqual([])
  })
})

describe('what is wanted, while the settings name another project than before', () => {
  const of = (project: string, ...ids: string[]) =>
    openIntent(paths, () => Promise.resolve(ids), Date.now, project)

  test('is none of ours, is told, and is right again once they name the first', async () => {
    await of('macula').want(['loki'])
    expect(await of('macula').damage()).toBeUndefined()
    const other = of('macula-2')
    expect([...(await other.wanted())]).toEqual([])
    const says = (await other.damage())?.says
    expect(says).toMatch(/wanted\.json is of the project "macula", as settings\.json had it before\./)
    expect(says).toMatch(/to stop it, set "project" back to it and run maculactl down$/)
    await other.want(['s3'])
    expect([[...(await other.wanted())], await other.damage()]).toEqual([['s3'], undefined])
    // What runs of the first counts as wanted there, though its file is aside.
    expect([...(await of('macula', 'loki').wanted())]).toEqual(['loki'])
  })

  test('what an earlier version wrote is ours', async () => {
    await mkdir(paths.state, { recursive: true })
    await writeFile(join(paths.state, 'wanted.json'), '{"wanted":["loki"]}')
    expect([...(await of('macula').wanted())]).toEqual(['loki'])
    expect(await of('macula').damage()).toBeUndefined()
  })
})

describe('fault 18: pid records', () => {
  test('a living process is known by start time and arguments, and by nothing less', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' })
    const pid = child.pid ?? 0
    const started = (await startOf(pid)) ?? ''
    const record = { pid, started, argv: ['sleep', '60'] }
    expect(await isAlive(record)).toBe(true)
    expect(await isAlive({ ...record, started: 'other/1' })).toBe(false)
    expect(await isAlive({ ...record, argv: ['sleep', '61'] })).toBe(false)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(await isAlive(record)).toBe(false)
  })
  test.each(['', '{', '{"pid":1,"started":"x","argv":["init"]}', '{"pid":"1"}'])(
    'fault 33: a damaged record (%j) is cleared, nobody is signalled',
    async (text) => {
      const folder = join(paths.state, 'pids')
      await mkdir(folder)
      await writeFile(join(folder, 'one.json'), text)
      expect(await recordsIn(folder).living('one')).toBeUndefined()
      expect(await recordsIn(folder).names()).toEqual([])
    },
  )
})

test('stopping needs no room: a record that cannot be taken away stops nothing', async () => {
  const folder = join(paths.state, 'pids')
  // Not to be removed by `rm`, as nothing is on a read-only disk.
  await mkdir(join(folder, 'one.json', 'x'), { recursive: true })
  await recordsIn(folder).remove('one')
  expect(await recordsIn(folder).living('one')).toBeUndefined()
})

describe('what was decided in set-up', () => {
  test('is kept over processes, part by part', async () => {
    await openSetupMemory(paths).keep({ skipped: ['images'] })
    await openSetupMemory(paths).keep({ refused: { at: 5, says: 'no' } })
    expect(await openSetupMemory(paths).read()).toEqual({
      ended: false,
      skipped: ['images'],
      leftOut: [],
      refused: { at: 5, says: 'no' },
    })
    await openSetupMemory(paths).keep({ refused: undefined, ended: true })
    expect(await openSetupMemory(paths).read()).toEqual({ ended: true, skipped: ['images'], leftOut: [] })
  })
  test.each(['', '{', '[]', '{"skipped":["nonsense"]}'])(
    'fault 33: a damaged file (%j) is as if nothing was decided',
    async (text) => {
      await writeFile(join(paths.state, 'setup.json'), text)
      expect(await openSetupMemory(paths).read()).toEqual({ ended: false, skipped: [], leftOut: [] })
    },
  )
})

test('the kernel’s socket table is read: wildcard, mapped and plain IPv4', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0400007F:0BB8 00000000:0000 0A 00000000:00000011 00:00000000 00000000  1000        0 12345 1
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12346 1
   2: 0400007F:0BB9 0400007F:1234 01 00000000:00000000 00:00000000 00000000  1000        0 12347 1
   3: 0000000000000000FFFF00000500007F:0C1C 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12348 1
   5: 00000000000000000000000000000000:0C1E 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12350 1
   4: 00000000000000000000000001000000:0C1D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12349 1
`
  expect(parseTable(table)).toEqual([
    { address: '127.0.0.4', port: 3000, inode: '12345', uid: 1000, waiting: 17 },
    { address: '0.0.0.0', port: 80, inode: '12346', uid: 0, waiting: 0 },
    { address: '127.0.0.5', port: 3100, inode: '12348', uid: 1000, waiting: 0 },
    { address: '0.0.0.0', port: 3102, inode: '12350', uid: 1000, waiting: 0, six: true },
  ])
})

test('the table of UDP has open and connected sockets, which both have their ports', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  301: 0200007F:1151 00000000:0000 07 00000000:00000900 00:00000000 00000000  1000        0 22345 2 0000000000000000 0
  302: 010017AC:9C40 030017AC:1151 01 00000000:00000000 00:00000000 00000000  1000        0 22346 2 0000000000000000 0
`
  expect(parseTable(table, 'udp')).toEqual([
    { address: '127.0.0.2', port: 4433, inode: '22345', uid: 1000, waiting: 0x900, protocol: 'udp' },
    {
      address: '172.23.0.1',
      port: 40_000,
      inode: '22346',
      uid: 1000,
      waiting: 0,
      protocol: 'udp',
      connected: true,
    },
  ])
  expect(parseTable(table)).toEqual([])
})
