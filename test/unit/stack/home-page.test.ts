import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { homePage, html } from '../../../main/system/stack/ingress/home-page.ts'
import { homeSheet } from '../../../main/system/stack/ingress/sheets.ts'
import { quoted } from '../../../main/system/stack/ingress/text.ts'
import { clusterRuntime } from '../cluster/spec.ts'
import { endpoint, service } from './fixture.ts'

/** The page of all services: what it says of each, and that its look is the window's own. */

const root = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8')
const tokens = read('renderer/styles/tokens.css')

describe('its look', () => {
  test('has every token of the window, the dark ones where the desktop is dark', () => {
    const sheet = homeSheet()
    const named = (text: string): readonly string[] =>
      [...text.matchAll(/(--[a-z0-9-]+): [^;]+;/g)].map(([all]) => all)
    for (const token of named(tokens)) expect(sheet).toContain(token)
    const dark = /:root\[data-theme='dark'\] \{([^}]*)\}/.exec(tokens)?.[1] ?? ''
    expect(named(dark).length).toBeGreaterThan(20)
    expect(sheet).toContain(`@media (prefers-color-scheme: dark) {\n  :root {${dark}}\n}`)
    expect(sheet).not.toContain(':root[data-theme')
  })

  test('is told when the window’s dark theme cannot be found any more', () => {
    expect(() => homeSheet(':root { --bg: #fff; }')).toThrow('no dark theme')
  })

  test('names no colour, size or font of its own', () => {
    const page = read('assets/stack/ingress/home/-/page/page.css').replaceAll(/\/\*[\s\S]*?\*\//g, '')
    expect(page).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(|hsl/i)
    for (const [, name = ''] of page.matchAll(/var\((--[a-z0-9-]+)/g)) expect(tokens).toContain(`${name}:`)
  })

  test('has no script or style in the page itself: the policy allows none', () => {
    const page = homePage([service('a', { endpoints: [endpoint({ name: 'a', clean: true })] })], 'x.test')
    expect(page).not.toMatch(/<style|style="|<script(?![^>]* src=)| on[a-z]+="/)
  })
})

describe('a row', () => {
  const rowOf = (...services: Parameters<typeof homePage>[0]): string =>
    /<li class="row"[\s\S]*?<\/li>/.exec(homePage(services, 'x.test'))?.[0] ?? ''
  const where = (row: string) => [...row.matchAll(/<code>(.*?)<\/code>/g)].map(([, text]) => text)

  test('links what a browser opens, and names every way', () => {
    const row = rowOf(
      service('a', {
        title: 'A',
        endpoints: [
          endpoint({ name: 'a', target: 3000, listen: 3000, clean: true, open: '/start' }),
          endpoint({ id: 'sql', name: 'a', scheme: 'postgres', target: 5432, listen: 5432 }),
        ],
      }),
    )
    expect(row).toContain('<h3><a href="http://a.x.test/start">A</a></h3>')
    expect(where(row)).toEqual(['http://a.x.test', 'postgres://a.x.test:5432'])
    expect(row).toContain('data-ask="a.web" data-name="a.x.test"')
  })

  test.each([
    ['inside Docker only', service('a', { address: null, endpoints: [endpoint({ scheme: 'tcp' })] })],
    ['its applications have names', service('a', { runtime: clusterRuntime(), endpoints: [] })],
  ])('without a name: %s', (text, one) => {
    expect(rowOf(one)).toContain(`<p class="where">${text}</p>`)
    expect(rowOf(one)).not.toContain('<a ')
  })

  test('is asked by a name only where that is its own: two services with one name are not mistaken', () => {
    const ui = service('ui', { order: 2, endpoints: [endpoint({ name: 'both', ingress: '/' })] })
    const api = service('api', { order: 1, endpoints: [endpoint({ name: 'both', ingress: '/v2/' })] })
    const page = homePage([ui, api], 'x.test')
    expect(page).toContain('data-ask="api.web" data-name="both.x.test"')
    expect(page).toContain('data-ask="ui.web">')
  })

  test('of an application of a cluster is asked through its node', () => {
    const app = service('app', {
      runtime: clusterRuntime('app'),
      endpoints: [endpoint({ name: 'app', open: '/' })],
    })
    expect(rowOf(app)).toContain('<a href="http://app.x.test">')
    // Its name leads to the cluster, which has no /health of ours.
    expect(rowOf(app)).not.toContain('data-name')
    // Its cluster may never have been made: it is no part of what is missing then.
    expect(rowOf(app)).toMatch(/<li class="row"[^>]* data-app>/)
    expect(rowOf(service('a'))).not.toContain('data-app')
  })
})

test.each([
  [undefined, 'Macula', undefined],
  ['unknown', 'No service has this name', 'No service of Macula has the name'],
  ['nowhere', 'There is no such page', '<code>home.x.test</code> has only this one.'],
] as const)(
  'shown instead of what was asked for (%s) it says why, and nothing that is not so',
  (instead, head, says) => {
    const page = homePage([service('a')], 'x.test', instead)
    expect(page).toContain(`<h1>${head}</h1>`)
    expect(/<p class="unknown">([^]*?)<\/p>/.exec(page)?.[1]?.includes(says ?? '')).toBe(
      says === undefined ? undefined : true,
    )
    expect(page.includes('has the name')).toBe(instead === 'unknown')
  },
)

test('counts what it asks, as its sum does', () => {
  const page = homePage(
    [
      service('a', { endpoints: [endpoint()] }),
      service('cluster/hub', { runtime: clusterRuntime(), endpoints: [] }),
    ],
    'x.test',
  )
  expect(page).toContain('1 service of')
})

test.each([
  ['<b>&"\'', '&lt;b&gt;&amp;&quot;&#39;'],
  ['<!--# include -->', '&lt;!--# include --&gt;'],
])('%s is text in the page', (text, safe) => {
  expect(html(text)).toBe(safe)
  const page = homePage([service('a', { title: text, purpose: text })], 'x.test')
  expect(page).not.toContain(text)
  expect(page).toContain(safe)
})

test.each([
  ['plain', '"plain"'],
  ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
  ['$x ${y}', '"${macula_dollar}x ${macula_dollar}{y}"'],
  ['a\nb\u0000', '"a b "'],
])('%j is text in nginx’ configuration', (text, safe) => {
  expect(quoted(text)).toBe(safe)
  expect(quoted(text, '\\n')).toBe(`${safe.slice(0, -1)}\\n"`)
})
