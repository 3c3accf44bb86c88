import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { reload, visit } from './browser.ts'

/** How a page is gone to while the machine's networks change. Stood in for: the page, by what Chromium and Playwright told of it. */

const address = 'http://127.0.0.1:43053/#enter=VS8zdM8QYqiIz2G2XX3F9INj5VX80E66'
const changed = `page.goto: net::ERR_NETWORK_CHANGED at ${address}`
const broken = (by: string): string =>
  `page.goto: Navigation to "${address}" is interrupted by another navigation to "${by}"`

/** A page whose loads end as told, '' well; `ownLoad`: where the load that was broken off arrives. */
function pageOf(ends: readonly string[], ownLoad = 'http://127.0.0.1:43053/services') {
  const did: string[] = []
  let at = 0
  const load = async (kind: string): Promise<null> => {
    did.push(kind)
    const why = ends[at] ?? ''
    at += 1
    if (why !== '') throw new Error(why)
    return await Promise.resolve(null)
  }
  const page = {
    goto: async () => await load('goto'),
    reload: async () => await load('reload'),
    waitForURL: async (arrived: (url: URL) => boolean) => {
      did.push(
        `waits, ${String(arrived(new URL(address)))} there, ${String(arrived(new URL(ownLoad)))} after`,
      )
      await Promise.resolve()
    },
    url: () => ownLoad,
  }
  return { page: page as unknown as Page, did }
}

test('a load that ends because networks changed is tried again, by an address and by a reload', async () => {
  const { page, did } = pageOf([changed, broken('chrome-error://chromewebdata/'), '', changed, ''])
  await visit(page, address)
  expect(did).toEqual(['goto', 'goto', 'goto'])
  await reload(page)
  expect(did.slice(3)).toEqual(['reload', 'reload'])
})

test('a load that an earlier one of the same address breaks off is waited for, and its key is not used twice', async () => {
  const { page, did } = pageOf([changed, broken(address)])
  await visit(page, address)
  expect(did).toEqual(['goto', 'goto', 'waits, false there, true after'])
})

test('where that one is lost too, it is gone to again', async () => {
  const { page, did } = pageOf([broken(address), ''], 'chrome-error://chromewebdata/')
  await visit(page, address)
  expect(did).toEqual(['goto', 'waits, false there, true after', 'goto'])
})

test('what never comes, is led elsewhere or is refused is told', async () => {
  const never = pageOf(Array.from({ length: 9 }, () => changed))
  await expect(visit(never.page, address)).rejects.toThrow('ERR_NETWORK_CHANGED')
  expect(never.did).toHaveLength(5)
  const elsewhere = pageOf([broken('http://evil.example/')])
  await expect(visit(elsewhere.page, address)).rejects.toThrow('evil.example')
  const refused = pageOf(['page.goto: net::ERR_CONNECTION_REFUSED'])
  await expect(visit(refused.page, address)).rejects.toThrow('REFUSED')
  expect([elsewhere.did, refused.did]).toEqual([['goto'], ['goto']])
})
