import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { MaculaError } from '../../main/model/errors.ts'
import type { AddedApp, AppListed, AppRead } from '../../main/model/added-app.ts'
import { axe } from './page.ts'
import { openWindows } from './windows.ts'

/** Adding an application where it lies, on the page of its cluster. */

const { inWindow } = openWindows()

const read: AppRead = {
  path: '/home/ada/shop',
  id: 'shop',
  title: 'Shop',
  cluster: 'hub',
  kind: 'kustomization',
  namespaces: ['shop'],
  hosts: ['shop.macula.local'],
  ports: ['Service shop: 80 TCP'],
  images: ['localhost:5001/me/shop:7'],
  pods: ['Deployment shop'],
  replaces: ['Console'],
  follow: false,
  notes: ['Read from its files.'],
}

test('what was read is shown before it is added; one is removed only after a question', async () => {
  const did: string[] = []
  let all: readonly AppListed[] = []
  const over: Partial<Engine> = {
    takeApp(wish: AddedApp, only) {
      did.push(`${only} ${wish.path} ${wish.follow}`)
      if (wish.path !== read.path)
        return Promise.reject(
          new MaculaError({
            kind: 'invalid',
            what: `${wish.path}, line 1, column 1: there is no such folder.`,
          }),
        )
      if (only === 'add')
        all = [{ added: { ...wish, id: 'shop', cluster: 'hub' }, id: 'shop', title: 'Shop' }]
      return Promise.resolve(read)
    },
    ownApps: () => Promise.resolve(all),
    forgetApp(word, { data, leave }) {
      did.push(`remove ${word} ${data} ${leave}`)
      all = []
      return Promise.resolve({ ok: true, done: [word], failed: [], skipped: [], ms: 1 })
    },
  }
  await inWindow(
    'green',
    async ({ page, server }) => {
      server.show('services', 'cluster/hub')
      const field = page.getByLabel('Path of the folder')
      await field.fill('/home/ada/nothing')
      await page.getByRole('button', { name: 'Add an application…' }).click()
      await page.getByText('there is no such folder').waitFor()
      await field.fill(read.path)
      await page.getByRole('button', { name: 'Add an application…' }).click()
      for (const text of [
        'shop.macula.local',
        'localhost:5001/me/shop:7',
        'Deployment shop',
        'Read from its files.',
      ])
        await page.getByText(text, { exact: true }).waitFor()
      expect(did.filter((one) => one.startsWith('add'))).toEqual([])
      expect(await axe(page)).toEqual([])
      await page.getByText('Apply it whenever its files change').last().click()
      await page.getByRole('button', { name: 'Add Shop' }).click()
      await page.getByRole('button', { name: /^Remove Shop/ }).click()
      await page.getByRole('button', { name: 'Cancel' }).click()
      expect(did.filter((one) => one.startsWith('remove'))).toEqual([])
      await page.getByRole('button', { name: /^Remove Shop/ }).click()
      await page.getByText('its folder and its data stay').first().waitFor()
      await page.getByRole('button', { name: /^Remove Shop/ }).click()
      await page.getByRole('button', { name: /^Remove Shop/ }).waitFor({ state: 'detached' })
      expect(did.filter((one) => !one.startsWith('read'))).toEqual([
        'add /home/ada/shop true',
        'remove shop false false',
      ])
    },
    { over },
  )
})

test('a further peer is described and started by one press; why it could not be is told', async () => {
  const did: string[] = []
  let refuses = true
  const over: Partial<Engine> = {
    addPeers(ids) {
      did.push(`describe ${String(ids)}`)
      return refuses
        ? Promise.reject(new MaculaError({ kind: 'refused', what: 'No address is free for a further peer.' }))
        : Promise.resolve(['peer0'])
    },
    up(ids) {
      did.push(`start ${String(ids)}`)
      return Promise.resolve({ ok: true, done: [], failed: [], skipped: [], ms: 1 })
    },
  }
  await inWindow(
    'green',
    async ({ page, server }) => {
      server.show('services', 'cluster/hub')
      const add = page.getByRole('button', { name: 'Add a peer cluster' })
      await add.click()
      await page.getByText('No address is free for a further peer.').first().waitFor()
      expect(did).toEqual(['describe next'])
      expect(await axe(page)).toEqual([])
      refuses = false
      await add.click()
      await expect.poll(() => did, { timeout: 60_000 }).toContain('start cluster/peer0')
      expect(did).toEqual(['describe next', 'describe next', 'start cluster/peer0'])
    },
    { over },
  )
})
