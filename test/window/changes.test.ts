import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { ledger } from '../unit/cli/stand-in.ts'
import { overflow, sizes, type Drawn, type Look } from './page.ts'
import { openWindows } from './windows.ts'

const { inWindow } = openWindows()

async function withChanges(work: (drawn: Drawn) => Promise<void>, look: Look = {}): Promise<void> {
  await inWindow(
    'green',
    async (drawn) => {
      drawn.server.show('changes')
      await drawn.page.getByRole('heading', { level: 1, name: /change/ }).waitFor()
      await work(drawn)
    },
    look,
  )
}

test('fault 13: what somebody else edited is told in words and shown as a difference', async () => {
  await withChanges(async ({ page }) => {
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(
      '3 changes on this machine, 1 edited since set-up',
    )
    const row = page.getByRole('row', { name: '/etc/sysctl.d/60-macula.conf: changed by somebody else' })
    await expect.poll(async () => await row.getAttribute('aria-selected')).toBe('true')
    const diff = await page.getByRole('region', { name: /^Difference/ }).textContent()
    expect(diff).toContain('−net.ipv4.ip_unprivileged_port_start=80')
    expect(diff).toContain('+net.ipv4.ip_unprivileged_port_start=1024')
  })
})

test('arrow keys choose a change, and its details follow', async () => {
  await withChanges(async ({ page }) => {
    await page.getByRole('row', { name: /60-macula/ }).focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('heading', { level: 2, name: '/etc/systemd/resolved.conf.d/macula.conf' }).waitFor()
    await page.getByText('There is no difference: what set-up wrote is there, and nothing else.').waitFor()
  })
})

test('fault 13: undo of all leaves a foreign edit alone until a second yes', async () => {
  await withChanges(async ({ page, server }) => {
    await page.getByRole('button', { name: 'Undo all…' }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText('dnsmasq-base socat stays').waitFor()
    await dialog.getByRole('button', { name: 'Undo 1 change' }).click()
    await page.getByText('1 change undone', { exact: true }).waitFor()
    expect(server.asked).toContain('undo 3')

    await page.getByRole('button', { name: 'Undo all…' }).click()
    await dialog.getByRole('checkbox', { name: /anyway/ }).check({ force: true })
    await dialog.getByRole('button', { name: 'Undo 1 change' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await expect.poll(() => server.asked).toContain('undo 2 even if drifted')
  })
})

test('undo of one drifted change cannot be pressed before the second yes', async () => {
  await withChanges(async ({ page, server }) => {
    await page.getByRole('button', { name: 'Undo ours…' }).click()
    const dialog = page.getByRole('alertdialog')
    await expect
      .poll(async () => await dialog.getByRole('button', { name: /^Undo 0/ }).isDisabled())
      .toBe(true)
    await page.keyboard.press('Escape')
    expect(server.asked.filter((one) => one.startsWith('undo'))).toEqual([])
  })
})

test('fault 15: a refused prompt says that nothing was changed, with the command', async () => {
  const over: Partial<Engine> = {
    undo: async () => ({ kind: 'refused', how: 'no-agent', says: 'polkit has no agent here.' }),
  }
  await withChanges(
    async ({ page }) => {
      await page.getByRole('button', { name: 'Undo all…' }).click()
      await page.getByRole('button', { name: 'Undo 1 change' }).click()
      await page.getByText('Nothing was changed').waitFor()
      await page.getByText('polkit has no agent here.').waitFor()
      await page.getByText('maculactl undo 3').waitFor()
      await page.getByRole('button', { name: 'Close this note' }).click()
      await expect.poll(async () => await page.getByText('Nothing was changed').count()).toBe(0)
    },
    { over },
  )
})

test('the steps of root show while it goes on, and when the person comes back to the view', async () => {
  let finish = (): void => undefined
  const over: Partial<Engine> = {
    async undo(_entries, _options, tell) {
      const step = { change: 'x', verb: 'file', target: '/etc/one', result: 'done', says: '' } as const
      tell(step)
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return { kind: 'done', steps: [step, { ...step, target: '/etc/two' }] }
    },
  }
  await withChanges(
    async ({ page, server }) => {
      await page.getByRole('button', { name: 'Undo all…' }).click()
      await page.getByRole('button', { name: 'Undo 1 change' }).click()
      await page.getByText('put back /etc/one').waitFor()
      server.show('settings')
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor()
      server.show('changes')
      await page.getByText('put back /etc/one').waitFor()
      finish()
      await page.getByText('put back /etc/two').waitFor()
    },
    { over },
  )
})

test('a machine that was never changed says so', async () => {
  await withChanges(
    async ({ page }) => {
      await page.getByRole('heading', { level: 1, name: 'Nothing was changed on this machine' }).waitFor()
      await page.getByRole('button', { name: 'Set up this machine' }).click()
      await page.getByRole('navigation', { name: 'Set-up steps' }).waitFor()
    },
    { over: { ledger: async () => [] } },
  )
})

test('fault 7: a hostile path and diff stay text', async () => {
  const hostile = '/etc/<img src=x onerror=alert(1)>\u202Efdp'
  const over: Partial<Engine> = {
    ledger: async () => [
      { ...ledger[1]!, target: hostile, diff: ['+<script>alert(1)</script>', '+\u001B[31mred'] },
    ],
  }
  await withChanges(
    async ({ page }) => {
      const diff = (await page.getByRole('region', { name: /^Difference/ }).textContent()) ?? ''
      expect(diff).toContain('<script>alert(1)</script>')
      expect(diff).not.toContain('\u001B')
      expect(await page.locator('main img, main script').count()).toBe(0)
      expect(await page.locator('main').textContent()).not.toContain('\u202E')
    },
    { over },
  )
})

test('a long past is shown piece by piece, the newest first', async () => {
  const undone = ledger[3]!
  const past = Array.from({ length: 330 }, (_, index) => ({
    ...undone,
    id: String(index + 5),
    target: `/etc/hosts-${index}`,
    at: undone.at + index * 1000,
  }))
  await withChanges(
    async ({ page }) => {
      const rows = page.getByRole('row')
      await expect.poll(() => rows.count()).toBe(23)
      await expect.poll(async () => await rows.nth(3).textContent()).toContain('/etc/hosts-329')
      await page.getByText('311 more were undone before').waitFor()
      await page.getByRole('button', { name: 'Show 100 older' }).click()
      await expect.poll(() => rows.count()).toBe(123)
      await page.getByRole('button', { name: 'Show 100 older' }).click()
      await page.getByRole('button', { name: 'Show 100 older' }).click()
      await page.getByRole('button', { name: 'Show 11 older' }).click()
      await expect.poll(() => rows.count()).toBe(334)
      await expect.poll(async () => await rows.last().textContent()).toContain('/etc/hosts')
      expect(await page.getByText('undone before').count()).toBe(0)
    },
    { over: { ledger: async () => [...ledger, ...past] } },
  )
})

test('the changes fit their window', async () => {
  for (const size of sizes)
    await withChanges(async ({ page }) => expect(await overflow(page)).toEqual([0, 0]), size)
})
