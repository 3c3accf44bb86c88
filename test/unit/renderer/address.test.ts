import { beforeEach, expect, test } from 'vitest'
import type { Shown } from '../../../preload/contract.ts'
import { createActions } from '../../../renderer/actions.ts'
import { titleOf } from '../../../renderer/shell/title.ts'
import { followAddress, type AddressForm, type AddressPage } from '../../../renderer/store/address.ts'
import { begin } from '../../../renderer/store/begin.ts'
import { createShell, type Shell } from '../../../renderer/store/shell.ts'
import { greenWorld, snapshotOf } from '../cli/worlds.ts'
import { fakeLink, type FakeLink } from './fake-link.ts'

/** A tab: its steps are kept as a browser keeps them, and survive a reload. */
interface Tab {
  readonly page: AddressPage
  /** All steps, the shown one marked. */
  steps(): readonly string[]
  go(by: -1 | 1): void
}

function openTab(address: string): Tab {
  let entries: { readonly url: URL; readonly state: unknown }[] = [
    { url: new URL(address, 'http://127.0.0.1:4000'), state: null },
  ]
  let at = 0
  let heard = new Set<() => void>()
  const here = () => entries[at] ?? { url: new URL('about:blank'), state: null }
  const next = (state: unknown, url: unknown) => ({ state, url: new URL(String(url), here().url) })
  return {
    page: {
      get location() {
        return here().url
      },
      history: {
        get state() {
          return here().state
        },
        pushState(state: unknown, _title: string, url?: string | URL | null) {
          entries = [...entries.slice(0, at + 1), next(state, url)]
          at += 1
        },
        replaceState(state: unknown, _title: string, url?: string | URL | null) {
          entries[at] = next(state, url)
        },
      },
      addEventListener: (_type, tell) => void heard.add(tell),
      removeEventListener: (_type, tell) => void heard.delete(tell),
    },
    steps: () =>
      entries.map(({ url }, index) => (index === at ? '> ' : '') + url.pathname + url.search + url.hash),
    go(by) {
      at = Math.min(entries.length - 1, Math.max(0, at + by))
      for (const tell of heard) tell()
    },
  }
}

test('a browser that takes no more addresses for now keeps no view from being shown', () => {
  const tab = openTab('/services')
  const one = createShell(fakeLink())
  const quiet = followAddress(one.store, tab.page, 'path')
  Object.assign(tab.page.history, {
    replaceState: () => {
      throw new DOMException('too often', 'SecurityError')
    },
  })
  const seen: unknown[] = []
  one.store.subscribe(({ place }) => seen.push(place.search))
  one.store.setState({ place: { view: 'services', search: 'a', adjusts: true } })
  expect(seen).toEqual(['a'])
  quiet()
})

let link: FakeLink
let shell: Shell

beforeEach(() => {
  link = fakeLink({ wizard: () => ({ steps: [], at: 'docker', first: true }) as never })
  shell = createShell(link)
})

const actions = () => createActions(shell, {} as Window)
const shownPlace = () => shell.store.getState().place

test.each<readonly [AddressForm, string, string]>([
  ['path', '/', '/services'],
  ['fragment', '/index.html', '/index.html#/services'],
])('%s: what is gone to is a step; Back and Forward lead through them', (form, start, home) => {
  const tab = openTab(start)
  followAddress(shell.store, tab.page, form)
  expect(tab.steps()).toEqual([`> ${home}`])
  const address = (path: string): string => home.replace('/services', path)
  actions().go({ view: 'services', service: 'grafana' })
  actions().go({ view: 'logs', service: 'loki' })
  expect(tab.steps()).toEqual([home, address('/services/grafana'), `> ${address('/logs?service=loki')}`])
  tab.go(-1)
  expect(shownPlace()).toEqual({ view: 'services', service: 'grafana' })
  tab.go(-1)
  expect(shownPlace()).toEqual({ view: 'services' })
  tab.go(1)
  expect(shownPlace()).toEqual({ view: 'services', service: 'grafana' })
  // Gone somewhere else from here: what was ahead is no more.
  actions().go({ view: 'doctor' })
  expect(tab.steps()).toEqual([home, address('/services/grafana'), `> ${address('/doctor')}`])
})

test.each<readonly [AddressForm, string]>([
  ['path', '/logs?service=loki&service=tempo&search=error'],
  ['fragment', '/index.html#/logs?service=loki&service=tempo&search=error'],
])('%s: a reload keeps the place', (form, address) => {
  followAddress(shell.store, openTab(address).page, form)
  expect(shownPlace()).toEqual({ view: 'logs', services: ['loki', 'tempo'], search: 'error' })
})

test.each<readonly [AddressForm, string]>([
  ['path', '/services/grafana/../../nowhere'],
  ['path', '/services#/settings'],
  ['path', '/nowhere'],
  ['fragment', '/index.html#settings'],
  ['fragment', '/settings'],
])('%s: %s leads home', (form, address) => {
  followAddress(shell.store, openTab(address).page, form)
  expect(shownPlace()).toEqual({ view: 'services' })
})

test('what is chosen within a view changes its address, and is no step', () => {
  const tab = openTab('/logs?service=loki')
  followAddress(shell.store, tab.page, 'path')
  actions().go({ view: 'logs', services: ['loki', 'tempo'], adjusts: true })
  actions().go({ view: 'logs', services: [], adjusts: true })
  expect(tab.steps()).toEqual(['> /logs'])
  // Where one is already is no step either.
  actions().go({ view: 'logs' })
  expect(tab.steps()).toEqual(['> /logs'])
})

test('the changes that are meant live with their step, not in its address', () => {
  const tab = openTab('/')
  followAddress(shell.store, tab.page, 'path')
  actions().go({ view: 'wizard', step: 'review', changes: ['sysctl'] })
  actions().go({ view: 'wizard', step: 'password', changes: ['sysctl'] })
  expect(tab.steps()).toEqual(['/services', '/setup/review', '> /setup/password'])
  tab.go(-1)
  expect(shownPlace()).toEqual({ view: 'wizard', step: 'review', changes: ['sysctl'] })
  // A reload of that step.
  const other = createShell(fakeLink())
  followAddress(other.store, tab.page, 'path')
  expect(other.store.getState().place).toEqual({ view: 'wizard', step: 'review', changes: ['sysctl'] })
})

test('a question is put away by Back', () => {
  const tab = openTab('/doctor')
  followAddress(shell.store, tab.page, 'path')
  actions().go({ view: 'changes' })
  actions().ask({ kind: 'palette', typed: '' })
  tab.go(-1)
  expect(shell.store.getState()).toMatchObject({ place: { view: 'doctor' }, asking: null })
})

test('a machine on which nobody was through set-up begins with it, unless an address leads elsewhere', async () => {
  followAddress(shell.store, openTab('/').page, 'path')
  begin(shell)
  await expect.poll(shownPlace).toEqual({ view: 'wizard' })

  const other = createShell(link)
  followAddress(other.store, openTab('/services/grafana').page, 'path')
  begin(other)
  await expect.poll(() => link.asked.filter(({ name }) => name === 'wizard').length).toBe(2)
  await Promise.resolve()
  expect(other.store.getState().place).toEqual({ view: 'services', service: 'grafana' })
})

test.each<readonly [Shown, object]>([
  [
    { view: 'logs', service: 'loki', search: 'x' },
    { asking: null, note: null },
  ],
  [{ view: 'services', lost: true }, { note: { title: 'The link cannot be opened' } }],
  [
    { view: 'services', service: 'cluster/hub', asks: 'delete' },
    { asking: { kind: 'delete', service: 'cluster/hub' } },
  ],
])('what the desktop shows is a step: %j', (shown, then) => {
  const tab = openTab('/changes')
  followAddress(shell.store, tab.page, 'path')
  link.tell({ event: 'show', payload: shown })
  const { asks: _, lost: __, ...place } = shown
  expect(shell.store.getState()).toMatchObject({ place, ...then })
  expect(tab.steps()).toHaveLength(2)
})

test('the title says what is shown', () => {
  const snapshot = snapshotOf(greenWorld())
  expect(
    [
      { view: 'services' },
      { view: 'services', service: 'grafana' },
      { view: 'services', service: 'gone' },
      { view: 'logs' },
      { view: 'logs', service: 'loki' },
      { view: 'wizard', step: 'names' },
    ].map((place) => titleOf(place as never, snapshot)),
  ).toEqual([
    'Services · Macula Desktop',
    'Grafana · Macula Desktop',
    'gone · Macula Desktop',
    'Logs · Macula Desktop',
    'Logs of Loki · Macula Desktop',
    'Set up: names · Macula Desktop',
  ])
})

test.each([
  [undefined, 'http://127.0.0.1:4000/services/cluster/hub'],
  [{}, 'macula://app/services/cluster/hub'],
])('a link is copied, and said: %j', async (macula, link) => {
  const copied: string[] = []
  const page = {
    macula,
    location: { origin: 'http://127.0.0.1:4000' },
    navigator: { clipboard: { writeText: (text: string) => void copied.push(text) } },
  }
  createActions(shell, page as never).copyLink({ view: 'services', service: 'cluster/hub' })
  await expect.poll(() => shell.store.getState().note).toMatchObject({ title: 'Link copied', what: link })
  expect(copied).toEqual([link])
})
