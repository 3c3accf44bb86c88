import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { createClientLinks } from '../../../main/app/client-link.ts'
import { specials } from '../../../main/app/specials.ts'
import { linkProgram, withLink } from '../../../main/model/desktop-entry.ts'

const entry = (exec: string, more = ''): string =>
  `# A comment\n[Desktop Entry]\nType=Application\nName=DB Client\nName[de]=Anderes\nExec=${exec}\n${more}\n[Desktop Action New]\nName=New\nExec=evil %u\n`
const LINK = `postgresql://me:p'%20"$(id)\`x\`@h:5432/d`

describe('the program of a desktop entry', () => {
  test.each([
    ['client %u', ['client', LINK]],
    ['/opt/db/client --open %U --icon %i', ['/opt/db/client', '--open', LINK, '--icon']],
    ['client --url=%u', ['client', `--url=${LINK}`]],
    // What Flatpak writes.
    [
      '/usr/bin/flatpak run --command=c org.x.C @@u %u @@',
      ['/usr/bin/flatpak', 'run', '--command=c', 'org.x.C', '@@u', LINK, '@@'],
    ],
    [String.raw`"/opt/my \\"db\\"/c" --part 50%% %u`, ['/opt/my "db"/c', '--part', '50%', LINK]],
  ])('Exec=%s', (exec, argv) => {
    const program = linkProgram(entry(exec))
    expect(program?.title).toBe('DB Client')
    expect(program && withLink(program, LINK)).toEqual(argv)
  })

  test.each([
    ['it takes no link', entry('client')],
    ['it wants files', entry('client %f')],
    ['the link would be the program', entry('%u --open')],
    ['a quote is never closed', entry('"client %u')],
    ['it needs a terminal', entry('client %u', 'Terminal=true')],
    ['it is taken out', entry('client %u', 'Hidden=true')],
    ['it is a folder', entry('client %u').replace('Application', 'Directory')],
    ['only D-Bus starts it', '[Desktop Entry]\nType=Application\nName=x\nDBusActivatable=true\n'],
    ['it is no entry', 'Exec=client %u\n'],
  ])('is none where %s', (_why, text) => {
    expect(linkProgram(text)).toBeUndefined()
  })

  test('its name is shown inert and short', () => {
    const text = entry('client %u').replace('DB Client', `\u001B[31mEvil\u202E${'x'.repeat(200)}`)
    expect(linkProgram(text)?.title).toMatch(/^Evil\uFFFDx{35}$/)
  })
})

describe('on a desktop', () => {
  /** A home with an xdg-mime and a client of the test's own; the client writes down what it was given. */
  async function desktop(answers: Readonly<Record<string, string>>, exec = 'db-client --open %u') {
    const home = await mkdtemp(join(tmpdir(), 'macula-client-'))
    const bin = join(home, 'bin')
    const entries = join(home, 'share', 'applications')
    await mkdir(bin)
    await mkdir(entries, { recursive: true })
    const program = async (name: string, text: string): Promise<void> => {
      await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`)
      await chmod(join(bin, name), 0o755)
    }
    const cases = Object.entries(answers).map(([scheme, id]) => `x-scheme-handler/${scheme}) echo ${id};;`)
    await program(
      'xdg-mime',
      `[ "$1 $2" = "query default" ] || exit 1\ncase $3 in\n${cases.join('\n')}\nesac`,
    )
    const told = join(home, 'told')
    await program('db-client', `printf '%s\\n' "$@" >'${told}.new' && mv '${told}.new' '${told}'`)
    await writeFile(join(entries, 'client.desktop'), entry(exec))
    const env = {
      HOME: home,
      PATH: `${bin}:/usr/bin:/bin`,
      XDG_DATA_HOME: join(home, 'share'),
      XDG_DATA_DIRS: '/nowhere',
    }
    const given = async (): Promise<string> =>
      await vi.waitFor(async () => await readFile(told, 'utf8'), { timeout: 60_000, interval: 50 })
    return { links: createClientLinks(env), given, home }
  }

  test.each(['postgresql', 'postgres'])(
    'the program that is registered for %s is found, and is given the string as it is',
    async (scheme) => {
      const { links, given } = await desktop({ [scheme]: 'client.desktop' })
      expect((await links.find())?.title).toBe('DB Client')
      await links.open(`postgres://me:p'%20"$(id)\`x\`@h:5432/d?a=1&b=2`)
      expect(await given()).toBe(`--open\n${scheme}://me:p'%20"$(id)\`x\`@h:5432/d?a=1&b=2\n`)
    },
  )

  test.each([
    ['nothing is registered', {}],
    ['its entry is not there', { postgresql: 'gone.desktop' }],
    ['the answer leads out of the folders', { postgresql: '../applications/client.desktop' }],
    ['the answer is a flag', { postgresql: '--help' }],
  ] as const)('there is none where %s', async (_why, answers) => {
    const { links } = await desktop(answers)
    expect(await links.find()).toBeUndefined()
    await expect(links.open('postgres://a:b@c/d')).rejects.toThrow('registered any more')
  })

  test('there is none where its program is not installed, nor where nothing can be asked', async () => {
    const { links, home } = await desktop({ postgresql: 'client.desktop' }, 'not-installed-here %u')
    expect(await links.find()).toBeUndefined()
    expect(await createClientLinks({ HOME: home, PATH: '/nowhere' }).find()).toBeUndefined()
  })

  test.each(['file:///etc/passwd', '--help', '', 'postgres://a b/c', 'postgres://h/d\n--x'])(
    'nothing but a connection string is handed on: %j',
    async (link) => {
      const { links } = await desktop({ postgresql: 'client.desktop' })
      await expect(links.open(link)).rejects.toThrow('no connection string')
    },
  )

  test('a program that cannot be started is told without the string', async () => {
    const { links, home } = await desktop({ postgresql: 'client.desktop' }, 'HOME/share %u')
    const path = join(home, 'share', 'applications', 'client.desktop')
    await writeFile(path, entry(`${home}/share %u`))
    const failed: unknown = await links.open('postgres://me:secret@h/d').catch((error: unknown) => error)
    expect(failed).toMatchObject({ trouble: { what: 'DB Client cannot be started.' } })
    expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('secret')
  })
})

describe('asked by the page', () => {
  const opened: string[] = []
  const own = specials({
    tray: () => true,
    notes: () => [],
    open: () => Promise.resolve(),
    client: () => Promise.resolve({ title: 'DB Client' }),
    openClient: (service) => {
      opened.push(service)
      return Promise.resolve()
    },
    hide: () => undefined,
    quit: () => undefined,
    stopAndQuit: () => Promise.resolve(),
  })
  const refused = { ok: false, trouble: { kind: 'usage', what: 'no' } } as const

  test('the desktop answers what the engine took as a request', async () => {
    expect(await own['client']?.({}, () => Promise.resolve({ ok: true, value: null }))).toEqual({
      ok: true,
      value: { title: 'DB Client' },
    })
    expect(await own['client']?.({}, () => Promise.resolve(refused))).toEqual(refused)
  })

  test('a service is opened by its id; what is no such request is the engine’s to refuse', async () => {
    expect(await own['openClient']?.({ service: 'timescaledb' }, () => Promise.resolve(refused))).toEqual({
      ok: true,
      value: null,
    })
    expect(await own['openClient']?.({ link: 'x' }, () => Promise.resolve(refused))).toEqual(refused)
    expect(opened).toEqual(['timescaledb'])
  })
})
