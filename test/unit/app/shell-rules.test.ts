import { mkdtemp, readFile, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loginEntry, loginFile } from '../../../main/app/autostart.ts'
import { socketOf } from '../../../main/app/bus.ts'
import { stopQuestion } from '../../../main/app/consequence-words.ts'
import { mayOpen } from '../../../main/app/may-open.ts'
import { shownByArguments } from '../../../main/app/links.ts'
import { answerPage, isOurs, page, placeUrl } from '../../../main/app/page-files.ts'
import { placeOn } from '../../../main/app/place.ts'
import { createRebuilds } from '../../../main/app/rebuild.ts'
import { networkPrint } from '../../../main/app/wake.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'

describe('fault 38: what is handed to the desktop to open', () => {
  const snapshot = snapshotOf(greenWorld())

  test.each([
    'http://grafana.macula.local/',
    'http://grafana.macula.local:3000/d/platform',
    'http://127.0.0.4:3000/',
    'http://registry.macula.local/v2/',
  ])('%s is ours', (url) => {
    expect(mayOpen(url, snapshot)).toBe(url)
  })

  test.each([
    'file:///etc/passwd',
    'smb://grafana.macula.local/share',
    'javascript:alert(1)',
    'data:text/html,x',
    'vscode://file/etc/passwd',
    'http://grafana.macula.local.evil.example/',
    'http://evilgrafana.macula.local/',
    'http://grafana.macula.local@evil.example/',
    'http://evil.example/#grafana.macula.local',
    'http://user:secret@grafana.macula.local/',
    'http://grafana.macula.local:22/',
    'https://grafana.macula.local/',
    'http://127.0.0.4:22/',
    'http://grafana.macula.local/\r\nSet-Cookie: x',
    'http://grafana.macula.local/\n--gpu-launcher=sh',
    'http://grafana.macula.local/\u0000',
    ' http://grafana.macula.local/',
    '--help',
    '',
    `http://grafana.macula.local/${'a'.repeat(3000)}`,
  ])('%j is not', (url) => {
    expect(mayOpen(url, snapshot)).toBeUndefined()
  })

  test('nothing is ours before anything was seen', () => {
    expect(mayOpen('http://grafana.macula.local/', undefined)).toBeUndefined()
  })
})

describe('the files behind the page', () => {
  test('only those of its folder, and only kinds that a page has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'macula-page-'))
    await mkdir(join(folder, 'app', 'assets'), { recursive: true })
    await writeFile(join(folder, 'app', 'index.html'), '<head></head>')
    await writeFile(join(folder, 'app', 'assets', 'a.js'), 'a')
    await writeFile(join(folder, 'app', 'notes.txt'), 'n')
    await writeFile(join(folder, 'secret.js'), 's')
    const status = async (url: string): Promise<number> => (await answerPage(join(folder, 'app'), url)).status
    expect(await status('macula://app/index.html')).toBe(200)
    expect(await status('macula://app/assets/a.js')).toBe(200)
    for (const url of [
      'macula://app/../secret.js',
      'macula://app/%2e%2e/secret.js',
      'macula://app/%2e%2e%2fsecret.js',
      'macula://app/notes.txt',
      'macula://app/assets/a.js%00.html',
      'macula://app/%',
      'macula://other/index.html',
      'file:///etc/passwd',
    ])
      expect(await status(url), url).toBe(404)
  })

  test('the page lets in one style sheet by a nonce that is new every time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'macula-page-'))
    await writeFile(join(folder, 'index.html'), '<head></head>')
    const [one, two] = [await answerPage(folder, 'macula://app/'), await answerPage(folder, 'macula://app/')]
    expect(one.nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(one.body.toString()).toContain(`nonce="${one.nonce ?? '?'}"`)
    expect(two.nonce).not.toBe(one.nonce)
  })

  test.each([
    ['macula://app/index.html', true],
    ['macula://app.evil/index.html', false],
    ['macula://evil/app', false],
    ['http://app/', false],
    ['file:///app', false],
    ['nonsense', false],
  ])('fault 37: %s is our page: %s', (url, ours) => {
    expect(isOurs(url)).toBe(ours)
  })
})

describe('the window comes back where it was', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 }
  const place = { x: 100, y: 50, width: 1000, height: 800, maximised: false, theme: 'dark' }

  test('as it was', () => {
    expect(placeOn([screen], place)).toEqual(place)
  })

  test('a screen that is gone: centred by the desktop, same size', () => {
    expect(placeOn([screen], { ...place, x: 3000 })).toEqual({
      width: 1000,
      height: 800,
      maximised: false,
      theme: 'dark',
    })
  })

  test('larger than the screen: as large as the screen; tiny: as large as it must be', () => {
    expect(placeOn([screen], { ...place, width: 5000, height: 9000 })).toMatchObject({
      width: 1920,
      height: 1080,
    })
    expect(placeOn([screen], { ...place, width: 1, height: 1 })).toMatchObject({ width: 360, height: 480 })
  })

  test.each([undefined, null, 7, [], {}, { width: 'x' }, { ...place, width: 1e9 }])(
    'fault 33: a file that says %j is as none',
    (value) => {
      expect(placeOn([screen], value)).toMatchObject({ width: 1100, height: 900 })
    },
  )
})

test('fault 41: a page that fails is drawn anew at once, then ever later, then the person is asked', () => {
  const rebuilds = createRebuilds()
  const kinds = [0, 100, 200, 300].map((now) => rebuilds.fail(now))
  expect(kinds).toEqual([
    { kind: 'again', afterMs: 0 },
    { kind: 'again', afterMs: 1000 },
    { kind: 'again', afterMs: 5000 },
    { kind: 'ask' },
  ])
  // Failures of long ago do not count.
  expect(rebuilds.fail(10 * 60_000)).toEqual({ kind: 'again', afterMs: 0 })
})

test('the entry for the sign-in quotes what a path may hold', () => {
  const entry = loginEntry(['/opt/Macula Desktop/100% "x" $y `z` \\w', '--at-login'])
  expect(entry).toContain(
    String.raw`Exec="/opt/Macula Desktop/100%% \\"x\\" \\$y \\` +
      '`z' +
      String.raw`\\` +
      '` ' +
      String.raw`\\\\w" "--at-login"`,
  )
  expect(entry.startsWith('[Desktop Entry]\n')).toBe(true)
})

test('the entry lies where the desktop looks; a relative folder is ignored', () => {
  expect(loginFile({ HOME: '/home/a' })).toBe('/home/a/.config/autostart/macula-desktop.desktop')
  expect(loginFile({ HOME: '/home/a', XDG_CONFIG_HOME: 'x' })).toBe(
    '/home/a/.config/autostart/macula-desktop.desktop',
  )
  expect(loginFile({ XDG_CONFIG_HOME: '/x' })).toBe('/x/autostart/macula-desktop.desktop')
})

test.each([
  ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
  ['unix:path=/tmp/dbus-x,guid=ab', '/tmp/dbus-x'],
  ['unix:abstract=/tmp/dbus-x', '\0/tmp/dbus-x'],
  ['tcp:host=localhost;unix:path=/a%20b', '/a b'],
  ['tcp:host=localhost', undefined],
  ['', undefined],
])('the bus at %j', (address, path) => {
  expect(socketOf(address)).toBe(path)
})

test('fault 24: containers come and go without the network having changed', () => {
  const address = (text: string) => [{ address: text }] as never
  const before = networkPrint({
    lo: address('127.0.0.1'),
    wlan0: address('10.0.0.2'),
    veth1: address('fe80::1'),
  })
  expect(networkPrint({ wlan0: address('10.0.0.2'), 'br-1': address('172.23.0.1') })).toBe(before)
  expect(networkPrint({ wlan0: address('10.0.0.2'), tun0: address('10.8.0.6') })).not.toBe(before)
})

describe('the question before a stop', () => {
  const none = { failing: [], missing: [] }
  const tempo = { service: 'tempo', title: 'Tempo', because: 'needs Object store' }

  test('nothing is asked when nobody suffers', () => {
    expect(stopQuestion('Tools', 1, none, { always: false, quits: false })).toBeUndefined()
  })

  test('who would fail is named, with both ways and a way back', () => {
    expect(
      stopQuestion('Data', 2, { failing: [tempo], missing: [] }, { always: false, quits: false }),
    ).toEqual({
      message: 'Stop Data?',
      detail: 'Tempo will fail: needs Object store. No data is removed.',
      ways: [
        { label: 'Stop Data and Tempo', also: true },
        { label: 'Stop Data only', also: false },
        { label: 'Cancel', also: undefined },
      ],
    })
  })

  test('stopping all and quitting always asks', () => {
    expect(stopQuestion('all services', 14, none, { always: true, quits: true })).toEqual({
      message: 'Stop all services and quit?',
      detail: '14 services will stop. No data is removed.',
      ways: [
        { label: 'Stop all services and quit', also: false },
        { label: 'Cancel', also: undefined },
      ],
    })
  })
})

test('the package’s maculactl leads to where the package lies', async () => {
  const config = parse(await readFile('electron-builder.yml', 'utf8')) as {
    readonly productName: string
    readonly asarUnpack: readonly string[]
    readonly extraResources: readonly { readonly to: string }[]
  }
  const script = await readFile('assets/package/maculactl', 'utf8')
  const resources = `/opt/${config.productName}/resources`
  expect(config.asarUnpack).toContain('dist/maculactl.mjs')
  // What it reads when it is needed lies beside it.
  expect(config.asarUnpack).toContain('dist/maculactl-*.mjs')
  // Node is given it as a file, and nothing of an archive can be.
  expect(config.asarUnpack).toContain('dist/forward.mjs')
  expect(config.extraResources.map(({ to }) => to)).toEqual(['node'])
  expect(script).toContain(
    `exec '${resources}/node/bin/node' '${resources}/app.asar.unpacked/dist/maculactl.mjs' "$@"`,
  )
})

describe('what a start is to show', () => {
  const started = ['/opt/Macula Desktop/macula-desktop', '--no-sandbox']

  test('the place of a link among the arguments, and nothing without one', () => {
    expect(shownByArguments(started)).toBeUndefined()
    expect(shownByArguments([...started, 'macula://app/logs?service=loki'])).toEqual({
      view: 'logs',
      service: 'loki',
    })
  })

  test.each([
    [['macula://app/services/cluster/hub?asks=delete']],
    [['macula://app/services/grafana', 'macula://app/settings']],
    [['MACULA://app/services']],
    [['macula://app/services --renderer-cmd-prefix=sh']],
    [[`macula://app/logs?search=${'a'.repeat(3000)}`]],
  ])('%j only comes to the front, and says that it leads nowhere', (args) => {
    expect(shownByArguments([...started, ...args])).toEqual({ view: 'services', lost: true })
  })

  test('a page that is drawn anew comes back at its place', () => {
    expect(placeUrl('macula://app/index.html#/services/grafana')).toBe(
      'macula://app/index.html#/services/grafana',
    )
    for (const url of [
      '',
      'about:blank#/services',
      'macula://app/index.html',
      'macula://app/index.html#/services/<b>',
      'http://127.0.0.1/#/services',
    ])
      expect(placeUrl(url)).toBe('macula://app/index.html')
  })

  test('the packages register the links, and hand one over as one argument', async () => {
    const config = parse(await readFile('electron-builder.yml', 'utf8')) as {
      readonly protocols: readonly { readonly schemes: readonly string[] }[]
      readonly linux: { readonly executableArgs?: unknown; readonly desktop: { readonly entry: object } }
    }
    expect(config.protocols.flatMap(({ schemes }) => schemes)).toEqual([page.scheme])
    // electron-builder ends Exec with %U where neither says otherwise.
    expect(config.linux.executableArgs).toBeUndefined()
    expect(Object.keys(config.linux.desktop.entry)).not.toContain('Exec')
  })
})
