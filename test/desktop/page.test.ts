import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApplication, type Application } from './support/application.ts'
import { eventually, openSession, type Session } from './support/session.ts'

/** What a page can reach: the contract through two functions, and nothing else. */

let session: Session
let macula: Application

beforeAll(async () => {
  session = await openSession({ panel: true })
  macula = await startApplication(session)
  await (await macula.page()).waitForLoadState('load')
})

afterAll(async () => {
  await macula?.end()
  await session?.end()
})

/** The value of an expression in the page; rejections as text. */
async function inPage(expression: string): Promise<unknown> {
  const page = await macula.page()
  // In a task of the page's own: what a debugger evaluates is not held to the page's policy.
  return await page.evaluate(`new Promise((resolve) => setTimeout(async () => {
    try { resolve(await (${expression})) } catch (error) { resolve('refused: ' + error) } }))`)
}

/** Until the page that was marked is no longer there. */
async function gone(): Promise<void> {
  await eventually(
    'the page left',
    async () => (await inPage('window.before === true').catch(() => undefined)) === false,
  )
}

/** Our page, whatever place its fragment names. */
const ours = /^macula:\/\/app\/index\.html(#.*)?$/

describe('fault 39: what a page is denied', () => {
  test.each(['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron', '__dirname'])(
    'there is no %s',
    async (name) => {
      expect(await inPage(`typeof ${name}`)).toBe('undefined')
    },
  )

  test('the bridge has two functions, which cannot be changed', async () => {
    expect(await inPage('Object.getOwnPropertyNames(window.macula).sort()')).toEqual(['listen', 'request'])
    expect(
      await inPage(
        `(() => { try { window.macula.request = 1 } catch {} return typeof window.macula.request })()`,
      ),
    ).toBe('function')
    expect(await inPage(`(() => { try { window.macula = 1 } catch {} return typeof window.macula })()`)).toBe(
      'object',
    )
  })

  test.each([
    'http://example.com/',
    'file:///etc/passwd',
    'macula://other/',
    'data:text/html,x',
    'about:blank',
  ])('navigation to %s', async (url) => {
    const page = await macula.page()
    await inPage('(window.before = true)')
    // Said by the shell when it is asked, or by the page's engine, which does not even ask for some. Both listen before the
    // page moves.
    let told = false
    page.on('console', (message) => (told ||= /not allowed/i.test(message.text())))
    await macula.app.evaluate(({ BrowserWindow }) => {
      const seen = globalThis as { asked?: boolean }
      seen.asked = false
      BrowserWindow.getAllWindows()[0]?.webContents.once('will-navigate', () => (seen.asked = true))
    })
    const asked = async (): Promise<boolean> =>
      await macula.app.evaluate(() => (globalThis as { asked?: boolean }).asked === true)
    const refused = async (): Promise<void> => {
      await eventually('it was refused', async () => told || (await asked()))
    }
    // about:blank cannot be prevented: the page is lost, and the window comes back from it at once.
    await page.evaluate(`void setTimeout(() => { location.href = ${JSON.stringify(url)} })`)
    await (url === 'about:blank' ? gone() : refused())
    await eventually('our page', async () => {
      const shown = await inPage(`document.readyState === 'complete' && location.href.split('#')[0]`).catch(
        () => undefined,
      )
      return shown === 'macula://app/index.html'
    })
    expect(page.url()).toMatch(ours)
    expect(await inPage('typeof window.macula')).toBe('object')
    expect(await inPage('window.before === true')).toBe(url !== 'about:blank')
  })

  test('new windows', async () => {
    expect(await inPage(`String(window.open('http://example.com/'))`)).toBe('null')
    expect(await macula.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })

  test.each([
    'http://127.0.0.1:80/',
    'https://example.com/',
    'file:///etc/passwd',
    'macula://app/index.html',
  ])('fetching %s', async (url) => {
    expect(await inPage(`fetch(${JSON.stringify(url)}).then((answer) => answer.text())`)).toMatch(/^refused/)
  })

  test('code from text, frames, webviews, workers, sockets', async () => {
    expect(await inPage(`eval('1')`)).toMatch(/^refused/)
    const ends = (made: string): string =>
      `new Promise((resolve) => { const it = ${made}; it.onerror = () => resolve('refused'); it.onopen = it.onmessage = () => resolve('open') })`
    expect(await inPage(ends(`new WebSocket('ws://127.0.0.1:9')`))).toMatch(/^refused/)
    expect(await inPage(ends(`new Worker('data:text/javascript,postMessage(1)')`))).toMatch(/^refused/)
    expect(
      await inPage(`new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve('refused by ' + event.effectiveDirective))
        const frame = document.createElement('iframe')
        frame.src = 'https://example.com/'
        document.body.append(frame) })`),
    ).toBe('refused by frame-src')
    expect(await inPage(`typeof document.createElement('webview').loadURL`)).toBe('undefined')
  })

  test.each(['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi'])(
    'the permission %s',
    async (name) => {
      expect(
        await inPage(`navigator.permissions.query({ name: '${name}' }).then(({ state }) => state)`),
      ).toMatch(/denied|^refused/)
    },
  )

  test('devices', async () => {
    expect(await inPage(`navigator.mediaDevices.getUserMedia({ audio: true })`)).toMatch(/^refused/)
    expect(await inPage(`navigator.usb ? navigator.usb.requestDevice({ filters: [] }) : 'refused'`)).toMatch(
      /^refused/,
    )
  })

  test('a file that is dropped on the window is not opened', async () => {
    const page = await macula.page()
    await inPage(`(() => { const event = new DragEvent('drop', { bubbles: true, dataTransfer: new DataTransfer() })
      document.body.dispatchEvent(event); return 1 })()`)
    expect(page.url()).toMatch(ours)
  })

  test('downloads of anything but the page’s own blobs', async () => {
    await inPage(`(() => { const link = document.createElement('a'); link.href = 'http://example.com/x'; link.download = 'x'
      document.body.append(link); link.click(); return 1 })()`)
    const { code } = await session.run('ls', '/home/macula-test/Downloads/x')
    expect(code).not.toBe(0)
  })
})

describe('fault 37: what the bridge refuses', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'nothing', '', 'a'.repeat(100)])(
    'a request named %j',
    async (name) => {
      expect(await macula.request(name, {})).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
    },
  )

  test.each([7, null, [], {}])('a name that is %j', async (name) => {
    expect(await macula.request(name, {})).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
  })

  test.each([
    ['none', undefined],
    ['null', null],
    ['text', 'x'],
    ['more than it has', { closely: true, more: 1 }],
    ['less', {}],
    ['another kind', { closely: 'yes' }],
  ])('an input that is %s', async (_name, input) => {
    expect(await macula.request('watch', input)).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
  })

  test('an input with prototype keys, and one of 2 MB', async () => {
    const keys = `{"closely":true,"constructor":{"prototype":{"bad":1}},"__proto__":{"bad":1}}`
    expect(await inPage(`window.macula.request('watch', JSON.parse('${keys}'))`)).toMatchObject({
      ok: false,
      trouble: { kind: 'usage' },
    })
    expect(await macula.app.evaluate(() => 'bad' in {})).toBe(false)
    expect(
      await inPage(`window.macula.request('watch', { closely: true, more: 'x'.repeat(2e6) })`),
    ).toMatchObject({
      ok: false,
      trouble: { kind: 'usage', what: expect.stringContaining('1 MB') as unknown },
    })
  })

  test('another window with the same page and preload script', async () => {
    const answer = await macula.app.evaluate(async ({ BrowserWindow, app }) => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { preload: `${app.getAppPath()}/dist/app/preload.cjs`, sandbox: true },
      })
      await window.loadURL('macula://app/index.html')
      const reply: unknown = await window.webContents.executeJavaScript(`window.macula.request('about', {})`)
      window.destroy()
      return reply
    })
    expect(answer).toMatchObject({ ok: false, trouble: { kind: 'usage' } })
  })

  test('the browser’s way out: leaving by a word that does not exist', async () => {
    expect(await macula.request('leave', { how: 'explode' })).toMatchObject({ ok: false })
    expect(macula.isRunning()).toBe(true)
  })

  test('and what is asked well is answered', async () => {
    expect(await macula.request('about', {})).toMatchObject({
      ok: true,
      value: { face: 'desktop', tray: true },
    })
  })
})
