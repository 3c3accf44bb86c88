import { expect, test } from 'vitest'
import { axe, overflow, schemes, sizes } from './page.ts'
import { openWindows } from './windows.ts'

const { inWindow } = openWindows()

test('what was here before is taken over without what was left out', async () => {
  await inWindow('old', async ({ page, server }) => {
    server.show('wizard')
    await page.getByRole('heading', { level: 2, name: 'This machine has an earlier set-up' }).waitFor()
    await page.getByText('container macula-registry (registry:2) is stopped and removed').waitFor()
    await page.getByText('41.3 GB, 41 repositories, 212 tags').waitFor()
    const box = page.getByRole('checkbox', {
      name: 'Include: Stop macula-port-forwarding.service and take it out',
    })
    await expect.poll(async () => await box.isChecked()).toBe(true)
    await box.focus()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Take over 3 items' }).click()
    await expect
      .poll(() => server.asked.find((one) => one.startsWith('migrate')))
      .toBe('migrate compose-infrastructure,before-hosts,data-registry without before-unit')
    // What a person should know afterwards.
    await page.getByText('macula_registry as macula_registry_before-20261127-0034').waitFor()
    await page.getByText('docker volume rm NAME removes it').waitFor()
    await page.getByText('maculactl up registry starts it.').waitFor()
    expect(await axe(page)).toEqual([])
    expect(await overflow(page)).toEqual([0, 0])
  })
})

test.each(schemes)('axe finds nothing in %s, and it fits every window', async (scheme) => {
  for (const size of sizes)
    await inWindow(
      'old',
      async ({ page, server }) => {
        server.show('wizard')
        await page.getByText('Their data').waitFor()
        expect(await axe(page)).toEqual([])
        expect(await overflow(page), `at ${size.width}`).toEqual([0, 0])
      },
      { scheme, ...size },
    )
})
