import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import type { Drawn, Look } from './page.ts'
import { openWindows } from './windows.ts'

/** The question before a cluster goes, as the tray asks for it. */

const { inWindow } = openWindows()

async function asked(work: (drawn: Drawn) => Promise<void>, look: Look = {}): Promise<void> {
  await inWindow(
    'green',
    async (drawn) => {
      drawn.server.show('services', 'cluster/hub', 'delete')
      await drawn.page.getByRole('alertdialog', { name: 'Delete Hub cluster?' }).waitFor()
      await work(drawn)
    },
    look,
  )
}

test('only its name deletes it; Escape and "Keep the cluster" leave it', async () => {
  const deleted: string[] = []
  const over: Partial<Engine> = {
    resetData: async (service, typed) => {
      deleted.push(`${service} by ${typed}`)
      return await Promise.resolve({ ok: true, done: [service], failed: [], skipped: [], ms: 1, moved: [] })
    },
  }
  const work = async ({ page, server }: Drawn): Promise<void> => {
    const dialog = page.getByRole('alertdialog')
    await expect.poll(async () => await dialog.textContent()).toContain('Infrastructure and its data stay')
    await page.getByRole('heading', { level: 1, name: 'Hub cluster' }).waitFor({ state: 'attached' })
    const go = dialog.getByRole('button', { name: 'Delete the cluster' })
    await expect.poll(async () => await go.isDisabled()).toBe(true)
    await dialog.getByLabel('Name of the service').fill('Grafana')
    await expect.poll(async () => await go.isDisabled()).toBe(true)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    server.show('services', 'cluster/hub', 'delete')
    await dialog.getByRole('button', { name: 'Keep the cluster' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(deleted).toEqual([])
    server.show('services', 'cluster/hub', 'delete')
    await dialog.getByLabel('Name of the service').fill('hub')
    await go.click()
    await dialog.waitFor({ state: 'detached' })
    expect(deleted).toEqual(['cluster/hub by hub'])
  }
  await asked(work, { over })
})

test('while it goes the question stays, and a failure is told in it', async () => {
  let end = (): void => undefined
  const trouble = { kind: 'failed', what: 'The cluster cannot be removed.', why: 'A node is stuck.' } as const
  const over: Partial<Engine> = {
    async resetData(service) {
      await new Promise<void>((resolve) => {
        end = resolve
      })
      return { ok: false, done: [], failed: [{ service, trouble }], skipped: [], ms: 1, moved: [] }
    },
  }
  await asked(
    async ({ page }) => {
      const dialog = page.getByRole('alertdialog')
      await dialog.getByLabel('Name of the service').fill('Hub cluster')
      await dialog.getByRole('button', { name: 'Delete the cluster' }).click()
      await dialog.getByRole('progressbar').waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor()
      end()
      await dialog.getByText('A node is stuck.').waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    },
    { over },
  )
})
