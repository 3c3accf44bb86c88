import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ServiceSpec } from '../../../main/model/service.ts'
import { readCatalog } from '../../../main/system/catalog/files.ts'
import { defaultSettings } from '../../../main/system/keep/settings.ts'
import { pathsOf } from '../../../main/system/paths.ts'
import { docker } from '../../integration/support/actor.ts'
import { openChromium, visit } from '../browser.ts'
import { axe } from '../page.ts'
import {
  ingressFolder,
  mountsOf,
  renderIngress,
  startIngress,
} from '../../integration/ingress/stack-nginx.ts'

/**
 * The page of all services in Chromium, over a real nginx and our own catalog with a person's service beside it. The
 * services are one program that answers as their probes want it; three of them are not there.
 */

const NAME = 'macula-it-home'
const suffix = 'macula.test'
const root = fileURLToPath(new URL('../../..', import.meta.url))
const artefacts = join(root, 'test', 'artefacts')
const stopped = ['loki', 'excalidraw', 'powerdns-admin']
const HOSTILE = '<img src=x onerror="document.title=1"> & "Co" \'$x\''
let folder = ''
let services: readonly ServiceSpec[] = []
let browser: Browser
let rows = 0
let apps = 0

const notes = (): ServiceSpec => ({
  id: 'notes',
  tier: 'tools',
  title: HOSTILE.slice(0, 40),
  purpose: `Own notes. ${HOSTILE}`,
  order: 5,
  address: '127.0.0.30',
  endpoints: [
    {
      id: 'web',
      name: 'notes',
      scheme: 'http',
      target: 8080,
      clean: true,
      open: '/?a=1&b=2',
      probe: { path: '/', expect: [200], headers: {} },
    },
  ],
  needs: [],
  uses: [],
  env: {},
  runtime: { kind: 'container', image: 'x' },
  origin: 'user',
  folder: '/nonexistent',
  secrets: [],
  warnings: [],
})

async function clear(): Promise<void> {
  await docker('rm', '-f', '-v', ...['services', 'ingress', 'excalidraw'].map((one) => `${NAME}-${one}`))
  await docker('network', 'rm', NAME)
}

beforeAll(async () => {
  await clear()
  const paths = pathsOf({ MACULA_HOME: mkdtempSync(join(tmpdir(), 'macula-home-')) }, join(root, 'assets'))
  services = [...(await readCatalog(paths, { ...defaultSettings, suffix }, {})).services, notes()]
  const answers = services.flatMap(({ endpoints, runtime }) =>
    endpoints.map(({ target, probe }) => ({
      port: runtime.kind === 'cluster' ? 80 : target,
      path: probe.path,
      status: probe.expect[0] ?? 200,
    })),
  )
  const aliases = new Set(
    services.flatMap(({ id, runtime }) =>
      stopped.includes(id) || id === 'ingress'
        ? []
        : [runtime.kind === 'cluster' ? `${runtime.cluster.name}-control-plane` : id],
    ),
  )
  folder = await ingressFolder()
  await renderIngress(folder, services, suffix)
  await docker('network', 'create', '--subnet', '172.28.77.0/24', NAME)
  const src = join(root, 'test', 'integration', 'ingress')
  // prettier-ignore
  const made = await docker('run', '-d', '--name', `${NAME}-services`, '--network', NAME,
    ...[...aliases].flatMap((id) => ['--network-alias', id]), '-e', `ANSWERS=${JSON.stringify(answers)}`,
    '-v', `${process.execPath}:/node:ro`, '-v', `${src}:/src:ro`, 'macula-test/base', '/node', '/src/answers.mjs')
  expect(made.code, made.err).toBe(0)
  const address = await startIngress(`${NAME}-ingress`, NAME, mountsOf(folder))
  // The resolver of a machine, for this browser only. One name leads nowhere, as when another program has its port.
  browser = await openChromium([
    `--host-resolver-rules=MAP grafana.${suffix} 127.0.0.1:1, MAP *.${suffix} ${address}`,
  ])
  rows = services.filter(({ id, endpoints }) => id !== 'ingress' && endpoints.length > 0).length
  apps = services.filter(
    ({ endpoints, runtime }) => runtime.kind === 'cluster' && endpoints.length > 0,
  ).length
  mkdirSync(artefacts, { recursive: true })
})
afterAll(async () => {
  await browser?.close()
  await clear()
  await rm(folder, { recursive: true, force: true })
})

interface Shown {
  readonly context: BrowserContext
  readonly page: Page
  readonly complaints: readonly string[]
}

async function show(options: BrowserContextOptions = {}, host = `home.${suffix}`): Promise<Shown> {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    // That something does not answer is what is asked for.
    if (/Failed to load resource/.test(message.text())) return
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.clock.install()
  await visit(page, `http://${host}/`)
  return { context, page, complaints }
}

const summary = async (page: Page): Promise<string> => (await page.textContent('#summary')) ?? ''
const asked = async (page: Page): Promise<void> => {
  // A lost question is asked again after a moment; the page's clock is the test's.
  for (const until = Date.now() + 120_000; Date.now() < until;) {
    await page.clock.fastForward(600)
    if (/services answer/.test(await summary(page))) return
  }
  throw new Error(`not asked: ${await summary(page)}`)
}
const state = async (page: Page, id: string): Promise<string | null> =>
  await page.textContent(`#${id} .state`)
const places = async (page: Page) =>
  await page.$$eval('.row', (all) =>
    all.map((one) => [one.id, Math.round(one.getBoundingClientRect().top), one.clientHeight] as const),
  )

describe.each([
  { width: 1100, scheme: 'light' },
  { width: 1100, scheme: 'dark' },
  { width: 360, scheme: 'light' },
  { width: 360, scheme: 'dark' },
] as const)('at $width px, $scheme', ({ width, scheme }) => {
  test('what is there and what is not, in a page that is accessible and does not move', async () => {
    const plain = await show({ viewport: { width, height: 900 }, javaScriptEnabled: false })
    const { context, page, complaints } = await show({
      viewport: { width, height: 900 },
      colorScheme: scheme,
    })
    await asked(page)
    const missing = services.filter(({ id }) => stopped.includes(id)).map(({ title }) => title)
    expect(await summary(page)).toMatch(new RegExp(`^${rows - stopped.length} of ${rows} services answer\\.`))
    // Each is named once it was asked for the last time, some sooner than others.
    const later = async (): Promise<string> => {
      await page.clock.fastForward(600)
      return await summary(page)
    }
    for (const title of missing) await expect.poll(later).toContain(title)
    for (const id of stopped) expect(await state(page, id)).toBe('does not answer')
    expect(await state(page, 'grafana')).toBe('works, but not by name')
    for (const id of ['registry', 'registry-ui', 'timescaledb', 'notes', 'console', 'alloy'])
      expect(await state(page, id), id).toBe('works')
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    // With its states each row stands where it stood before anybody was asked.
    const offset = await plain.page.$eval('main', (main) => main.getBoundingClientRect().top)
    const shift = (await page.$eval('main', (main) => main.getBoundingClientRect().top)) - offset
    const before = await places(plain.page)
    expect((await places(page)).map(([id, top, height]) => [id, Math.round(top - shift), height])).toEqual(
      before.map(([id, top, height]) => [id, top, height]),
    )
    await page.screenshot({ path: join(artefacts, `home-page-${width}-${scheme}.png`), fullPage: true })
    expect(await axe(page)).toEqual([])
    expect(complaints).toEqual([])
    await plain.context.close()
    await context.close()
  })

  test('a service that does not run: which, how to start it, where to see why', async () => {
    const { context, page, complaints } = await show(
      { viewport: { width, height: 900 }, colorScheme: scheme },
      `draw.${suffix}`,
    )
    expect(await page.textContent('h1')).toBe('Excalidraw does not run.')
    expect(await page.textContent('code.run')).toBe('maculactl up excalidraw')
    expect(await page.$$eval('a', (all) => all.map((one) => [one.textContent, one.href]))).toEqual([
      ['Open it in Macula Desktop', 'macula://app/services/excalidraw'],
      ['All services', `http://home.${suffix}/`],
    ])
    expect(await page.$eval('body', (body) => getComputedStyle(body).backgroundColor)).toBe(
      scheme === 'light' ? 'rgb(243, 243, 245)' : 'rgb(27, 28, 31)',
    )
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    await page.screenshot({ path: join(artefacts, `unanswered-${width}-${scheme}.png`) })
    expect(await axe(page)).toEqual([])
    expect(complaints).toEqual([])
    await context.close()
  })
})

test('a page that nobody answered loads again by itself once the service does', async () => {
  const { context, page, complaints } = await show({}, `draw.${suffix}`)
  expect(await page.textContent('h1')).toBe('Excalidraw does not run.')
  const src = join(root, 'test', 'integration', 'ingress')
  // prettier-ignore
  const made = await docker('run', '-d', '--name', `${NAME}-excalidraw`, '--network', NAME,
    '--network-alias', 'excalidraw', '-e', `ANSWERS=${JSON.stringify([{ port: 80, path: '/', status: 200 }])}`,
    '-v', `${process.execPath}:/node:ro`, '-v', `${src}:/src:ro`, 'macula-test/base', '/node', '/src/answers.mjs')
  expect(made.code, made.err).toBe(0)
  await expect
    .poll(
      async () => {
        await page.clock.fastForward(2000)
        return await page.locator('h1').count()
      },
      { timeout: 60_000 },
    )
    .toBe(0)
  expect(complaints).toEqual([])
  await docker('rm', '-f', '-v', `${NAME}-excalidraw`)
  await context.close()
})

test('the texts of a person’s own service are text', async () => {
  const { context, page } = await show()
  await expect.poll(async () => await page.textContent('#notes h3')).toBe(HOSTILE.slice(0, 40))
  await expect.poll(async () => await page.textContent('#notes .purpose')).toBe(`Own notes. ${HOSTILE}`)
  await expect
    .poll(async () => await page.getAttribute('#notes h3 a', 'href'))
    .toBe(`http://notes.${suffix}/?a=1&b=2`)
  expect(await page.locator('img').count()).toBe(0)
  await context.close()
})

test('without JavaScript it is a list of links, and says what is missing', async () => {
  const { context, page } = await show({ javaScriptEnabled: false })
  expect(await page.locator('.row h3 a').count()).toBe(
    services.filter(({ id, endpoints }) => id !== 'ingress' && endpoints.some(({ open }) => open)).length,
  )
  await expect
    .poll(async () => await page.getAttribute('#grafana h3 a', 'href'))
    .toBe(`http://grafana.${suffix}`)
  await expect.poll(async () => await page.textContent('noscript')).toContain('maculactl status')
  await context.close()
})

test('a name that nobody has shows the same, with its states', async () => {
  const { context, page, complaints } = await show({}, `nobody.${suffix}`)
  await expect.poll(async () => await page.textContent('h1')).toBe('No service has this name')
  await expect.poll(async () => await page.textContent('.unknown')).toContain(`nobody.${suffix}`)
  expect(await page.$eval('body', (body) => getComputedStyle(body).backgroundColor)).toBe(
    'rgb(243, 243, 245)',
  )
  await expect.poll(async () => await page.locator('.row').count()).toBe(services.length - 1)
  // From here only what nginx sees is asked: a name's health may be read by the page under its own name.
  await asked(page)
  expect(await state(page, 'grafana')).toBe('works')
  expect(await state(page, 'loki')).toBe('does not answer')
  expect(await axe(page)).toEqual([])
  expect(complaints).toEqual([])
  await context.close()
})

test('it is asked again every 15 s while somebody looks; applications count only while one of them answers', async () => {
  const { context, page } = await show()
  await asked(page)
  await docker('network', 'disconnect', NAME, `${NAME}-services`)
  await page.clock.fastForward(15_100)
  await expect
    .poll(async () => {
      await page.clock.fastForward(600)
      return await summary(page)
    })
    .toMatch(new RegExp(`^0 of ${rows - apps} services answer`))
  await context.close()
})
