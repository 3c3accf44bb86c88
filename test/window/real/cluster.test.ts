import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { done, home } from '../../integration/support/actor.ts'
import { cleared, gone, infrastructure, nodes, untilAnswers } from '../../integration/cluster/tier.ts'
import { openRealWindow, pasted, readRow, rowOf, strip, tierOf, type RealWindow } from './support/window.ts'

/** The Applications tier in the window: made, stopped and started by clicks, on the real kind. */

let face: RealWindow
let close = async (): Promise<void> => undefined
beforeAll(async () => {
  await cleared()
  await done(['up', 'registry', 'timescaledb'])
  face = await openRealWindow()
  close = face.close
})
afterAll(async () => {
  await close()
  await gone()
})

const input = { timeout: 300_000, interval: 200 } as const
const stateOf = async (title: string): Promise<string> => (await readRow(face.page, title)).state

test('a tier that was never created is created by its Start button, which asks with the price; rows say what to push', async () => {
  const { page } = face
  await expect.poll(async () => await stateOf('Hub cluster'), input).toBe('not set up')
  await tierOf(page, 'Applications').getByRole('button', { name: 'Start Applications' }).click()
  const price = page.getByRole('alertdialog', { name: 'Create the Hub cluster?' })
  await expect.poll(async () => await price.innerText()).toContain('700 MB of memory')
  await price.getByRole('button', { name: 'Create the Hub cluster' }).click()
  await expect.poll(async () => await stateOf('Hub cluster'), input).toBe('works')
  await expect
    .poll(async () => (await readRow(page, 'Console')).note, input)
    .toContain('no image yet: push registry.macula.local/macula/console:dev')
  await untilAnswers('console', { status: 503 })
  await rowOf(page, 'Console').click()
  await expect
    .poll(async () => await strip(page).innerText(), input)
    .toContain('docker push registry.macula.local/macula/console:dev')
  await face.picture('cluster-no-image')
})

test('its page lists what the cluster told, its node, and the line that leads kubectl there', async () => {
  const { page } = face
  await rowOf(page, 'Hub cluster').locator('.title').click()
  const events = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Events' }) })
  await expect.poll(async () => await events.innerText(), input).toMatch(/\d\d:\d\d:\d\d \w+/)
  const aside = page.locator('aside')
  await expect.poll(async () => await aside.innerText()).toContain('macula-hub-control-plane')
  const line = (await done(['cluster', 'kubeconfig'])).trim()
  await expect.poll(async () => await aside.innerText(), input).toContain(line)
  await page.getByRole('button', { name: 'Copy the line for kubectl' }).click()
  await expect.poll(async () => await pasted(face)).toBe(line)
  await face.picture('cluster-events')
  await page.getByRole('button', { name: 'Services', exact: true }).click()
})

test('a switch in Settings puts its context into the person’s kubeconfig at once, and takes it out', async () => {
  const { page } = face
  const file = join(home, '.kube', 'config')
  await rm(join(home, '.kube'), { recursive: true, force: true })
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByText('Put the cluster into my kubeconfig').click()
  await page.getByText(`Hub cluster: written into ${file}`).waitFor()
  expect(await readFile(file, 'utf8')).toContain('kind-macula-hub')
  await page.getByText('Put the cluster into my kubeconfig').click()
  await page.getByText(`Hub cluster: our context was taken out of ${file}`).waitFor()
  expect(await readFile(file, 'utf8')).not.toContain('kind-macula-hub')
  await page.getByRole('button', { name: 'Services', exact: true }).click()
})

test('it is stopped and started by clicks; its node is kept', async () => {
  const { page } = face
  const before = await nodes()
  await rowOf(page, 'Hub cluster').hover()
  await rowOf(page, 'Hub cluster').getByRole('button', { name: 'Stop Hub cluster' }).click()
  await expect.poll(async () => await stateOf('Hub cluster'), input).toBe('stopped')
  await expect.poll(async () => await stateOf('Console'), input).toBe('stopped')
  await rowOf(page, 'Hub cluster').hover()
  await rowOf(page, 'Hub cluster').getByRole('button', { name: 'Start Hub cluster' }).click()
  await expect.poll(async () => await stateOf('Hub cluster'), input).toBe('works')
  expect(await nodes()).toEqual(before)
})

test('it is deleted by clicks, after its name is typed; infrastructure and data stay', async () => {
  const { page } = face
  const before = await infrastructure()
  await rowOf(page, 'Hub cluster').locator('.title').click()
  await page.getByRole('button', { name: 'Delete the cluster…' }).click()
  const dialog = page.getByRole('alertdialog')
  await expect.poll(async () => await dialog.innerText()).toContain('Infrastructure and its data stay')
  const go = dialog.getByRole('button', { name: 'Delete the cluster' })
  await expect.poll(async () => await go.isDisabled()).toBe(true)
  await dialog.getByLabel('Name of the service').fill('Hub cluster')
  await face.picture('cluster-delete')
  await go.click()
  await dialog.waitFor({ state: 'detached', timeout: 300_000 })
  expect(await nodes()).toEqual([])
  await page.getByRole('button', { name: 'Services', exact: true }).click()
  await expect.poll(async () => await stateOf('Hub cluster'), input).toBe('not set up')
  await expect.poll(async () => await stateOf('Console'), input).toBe('not set up')
  expect(await infrastructure()).toBe(before)
  await expect.poll(async () => await stateOf('TimescaleDB'), input).toBe('works')
})
