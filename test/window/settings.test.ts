import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { reload } from './browser.ts'
import { overflow, sizes, type Drawn, type Look } from './page.ts'
import { openWindows } from './windows.ts'

const { inWindow } = openWindows()

async function withSettings(work: (drawn: Drawn) => Promise<void>, look: Look = {}): Promise<void> {
  await inWindow(
    'green',
    async (drawn) => {
      drawn.server.show('settings')
      await drawn.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
      await work(drawn)
    },
    look,
  )
}

test('a switch is saved at once, the theme shows at once', async () => {
  await withSettings(async ({ page }) => {
    const letters = page.getByRole('switch', { name: /shortcuts/ })
    await expect.poll(async () => await letters.isChecked()).toBe(true)
    await page.getByText('Use O, C, L, S, R, F as shortcuts').click()
    await expect.poll(async () => await letters.isChecked()).toBe(false)
    await page.getByRole('radio', { name: 'Dark' }).click()
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark')
    // Another page of the same engine hears of it.
    await reload(page)
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark')
  })
})

test('whether the cluster goes into the person’s kubeconfig is a switch, kept with the other settings', async () => {
  await withSettings(async ({ page }) => {
    const user = page.getByRole('switch', { name: 'Put the cluster into my kubeconfig' })
    expect(await user.isChecked()).toBe(false)
    await page.getByText('Put the cluster into my kubeconfig').click()
    await expect.poll(async () => await user.isChecked()).toBe(true)
    await reload(page)
    // By a click: what the desktop tells before the page listens again is lost here.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'Settings' }).click()
    await expect.poll(async () => await user.isChecked()).toBe(true)
  })
})

test('what became of the person’s kubeconfig is told though the cluster was not checked yet; of none nothing is', async () => {
  const says = 'written into /home/me/.kube/config'
  const view = { file: '/f', context: 'kind-macula-hub', export: 'export KUBECONFIG=/f' }
  let made = false
  const over: Partial<Engine> = {
    kubeconfig: async () =>
      made
        ? await Promise.resolve({ ...view, user: { kind: 'written', file: '/home/me/.kube/config', says } })
        : await Promise.reject(new Error('There is no kubeconfig')),
  }
  await withSettings(
    async ({ page }) => {
      const user = page.getByRole('switch', { name: 'Put the cluster into my kubeconfig' })
      const click = page.getByText('Put the cluster into my kubeconfig')
      await click.click()
      await expect.poll(async () => await user.isChecked()).toBe(true)
      made = true
      await click.click()
      await page.getByText(`Hub cluster: ${says}`).waitFor()
      expect(await page.getByText('There is no kubeconfig').count()).toBe(0)
    },
    { over },
  )
})

test('a new name ending says what it means before it is saved, and what is left to do after', async () => {
  await withSettings(async ({ page }) => {
    const field = page.getByRole('textbox', { name: 'Domain suffix' })
    await field.fill('test.local')
    await page.getByText('grafana.macula.local becomes grafana.test.local').waitFor()
    await page.getByRole('button', { name: 'Revert Domain suffix' }).click()
    await expect.poll(async () => await field.inputValue()).toBe('macula.local')
    await field.fill('test.local')
    await field.press('Enter')
    await page.getByText('Set-up is needed again').waitFor()
    await page.getByRole('button', { name: 'Review the changes…' }).click()
    await page.getByRole('heading', { name: 'Read what will change' }).waitFor()
  })
})

test('fault 5: what cannot be a value stands beside its field with the reason, and nothing is saved', async () => {
  await withSettings(async ({ page }) => {
    const field = page.getByRole('textbox', { name: 'Container network' })
    await field.fill('8.8.8.0/24')
    await page.getByText('addresses in 8.8.8.0/24').waitFor()
    await page.getByRole('button', { name: 'Save Container network' }).click()
    await page.getByText('must be a private /24').waitFor()
    await expect.poll(async () => await field.getAttribute('aria-invalid')).toBe('true')
    await page.getByRole('button', { name: 'Revert Container network' }).click()
    await expect.poll(async () => await field.inputValue()).toBe('172.23.0.0/24')
    expect(await page.getByText('must be a private /24').count()).toBe(0)
  })
})

test('what only the desktop does is disabled in a browser, with the reason', async () => {
  await withSettings(async ({ page }) => {
    await expect
      .poll(async () => await page.getByText('Only the desktop application does this').count())
      .toBe(2)
    for (const name of ['Start this app when you sign in', 'Notify when a service fails'])
      await expect.poll(async () => await page.getByRole('switch', { name }).isDisabled()).toBe(true)
  })
})

test('a DNS route is chosen from what fits, and saved by its button', async () => {
  await withSettings(async ({ page }) => {
    await page.getByRole('button', { name: 'DNS route' }).click()
    await page.getByRole('menuitem', { name: 'Names in /etc/hosts' }).click()
    await page.getByText('Saving changes nothing yet').waitFor()
    await page.getByRole('button', { name: 'Save DNS route' }).click()
    await page.getByText('Set-up is needed again').waitFor()
  })
})

test('further zones are written with blanks between, and refused with the reason; port 53 and https are switches', async () => {
  await withSettings(async ({ page }) => {
    const field = page.getByRole('textbox', { name: 'More DNS zones' })
    await field.fill('lab com')
    await field.press('Enter')
    await page.getByText('no top-level domain that is in use').waitFor()
    await field.fill('lab  beam.lab')
    await page.getByText('names under lab, beam.lab').waitFor()
    await field.press('Enter')
    await page.getByText('Set-up is needed again').waitFor()
    await expect.poll(async () => await field.inputValue()).toBe('lab beam.lab')
    const port = page.getByRole('switch', { name: 'Also answer names on 127.0.0.1:53' })
    expect(await port.isChecked()).toBe(false)
    await page.getByText('Also answer names on 127.0.0.1:53').click()
    await expect.poll(async () => await port.isChecked()).toBe(true)
    const secure = page.getByRole('switch', { name: 'Clean URLs have https too' })
    expect(await secure.isChecked()).toBe(false)
    await page.getByText('Clean URLs have https too').click()
    await expect.poll(async () => await secure.isChecked()).toBe(true)
  })
})

test('reset asks, and puts everything back', async () => {
  await withSettings(async ({ page }) => {
    const field = page.getByRole('textbox', { name: 'Domain suffix' })
    await field.fill('test.local')
    await field.press('Enter')
    await page.getByText('Set-up is needed again').waitFor()
    await page.getByRole('button', { name: 'Reset settings…' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Reset settings' }).click()
    await expect.poll(async () => await field.inputValue()).toBe('macula.local')
  })
})

test('the settings fit their window', async () => {
  for (const size of sizes)
    await withSettings(async ({ page }) => expect(await overflow(page)).toEqual([0, 0]), size)
})
