import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { MaculaError } from '../../main/model/errors.ts'
import type { BackupMade } from '../../main/model/backup.ts'
import type { StepEvent } from '../../main/model/run.ts'
import { openBackups } from '../../main/system/backup/open-backups.ts'
import { database, folder, written } from '../unit/backup/fixture.ts'
import { backupCalls } from '../unit/cli/stand-in-backups.ts'
import { visit } from './browser.ts'
import { axe, focused } from './page.ts'
import { openWindows } from './windows.ts'

/** Snapshots in files, from the window: made, shown, restored and deleted; what goes on is told to every face. */

const { inWindow } = openWindows()

const PASSPHRASE = 'correct horse battery'
const row = '.snaprow[role="row"]'

/** A snapshot that goes on until the test lets it end, or a person stops it. */
function held(verb: 'createBackup' | 'restoreBackup') {
  const asked: string[] = []
  const calls = backupCalls(asked)
  let tell: (event: StepEvent) => void = () => undefined
  let end: () => void = () => undefined
  let begun: () => void = () => undefined
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const waits = async <T>(
    told: (event: StepEvent) => void,
    signal: AbortSignal,
    then: () => Promise<T>,
  ): Promise<T> => {
    tell = told
    begun()
    await new Promise<void>((resolve, reject) => {
      end = resolve
      signal.addEventListener('abort', () =>
        reject(
          new MaculaError({
            kind: 'refused',
            what:
              verb === 'createBackup'
                ? 'The snapshot was not created: interrupted.'
                : 'The restore was interrupted.',
            todo: 'Nothing of it is left.',
          }),
        ),
      )
    })
    return await then()
  }
  const over: Partial<Engine> = {
    ...calls,
    ...(verb === 'createBackup'
      ? {
          createBackup: async (wish, told, signal): Promise<BackupMade> =>
            await waits(told, signal, async () => await calls.createBackup(wish, told, signal)),
        }
      : {
          restoreBackup: async (word, wish, told, signal) =>
            await waits(told, signal, async () => await calls.restoreBackup(word, wish, told, signal)),
        }),
  }
  return { asked, over, hasBegun, tell: (event: StepEvent) => tell(event), end: () => end() }
}

/** Another page of the same browser, at the same server. */
async function second(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await visit(page, url)
  await page.waitForSelector('#root main')
  return page
}

test('keys alone: from the palette into the dialog, with a passphrase that is asked for twice; what came of it is told', async () => {
  const asked: string[] = []
  await inWindow(
    'green',
    async ({ page }) => {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('create a snapshot')
      await page.getByRole('option', { name: 'Create a snapshot…' }).waitFor()
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/snapshots$/)
      await page.getByRole('alertdialog', { name: 'Create a snapshot' }).waitFor()
      await page.getByText('Up to 5 MB before compression').waitFor()
      await page.getByText('Grafana is stopped while its files are copied').waitFor()
      await expect.poll(async () => await focused(page)).toContain('Name')
      await page.keyboard.press('Control+a')
      await page.keyboard.type('../up')
      // Nothing is begun before it is answered whether passwords belong in it.
      await page.keyboard.press('Enter')
      await page.getByText('Choose whether passwords and keys go into it.').waitFor()
      await page.getByText('Use 1 to 63 letters').waitFor()
      await page.keyboard.press('Control+a')
      await page.keyboard.type('friday')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Tab')
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Space')
      const pass = page.getByLabel('Passphrase')
      await pass.waitFor()
      expect(await pass.getAttribute('type')).toBe('password')
      await page.keyboard.press('Tab')
      await page.keyboard.type(PASSPHRASE)
      await page.keyboard.press('Tab')
      await page.keyboard.type('another one')
      await page.keyboard.press('Enter')
      await page.getByText('The two are not the same.').waitFor()
      expect(asked).toEqual([])
      await page.keyboard.press('Control+a')
      await page.keyboard.type(PASSPHRASE)
      await page.keyboard.press('Enter')
      await page.getByText('friday is created: 1.2 MB').first().waitFor()
      expect(asked).toEqual([`snapshot friday whole ${PASSPHRASE}`])
      expect(await page.content()).not.toContain(PASSPHRASE)
    },
    { over: backupCalls(asked) },
  )
})

test('a page that is loaded again, and a second one, go on showing how far it is; either may stop it', async () => {
  const world = held('createBackup')
  await inWindow(
    'green',
    async ({ page, context, server }) => {
      server.show('snapshots')
      await page.locator(row).first().waitFor()
      await page.getByRole('button', { name: 'Create a snapshot…' }).click()
      await page.getByRole('radio', { name: 'Leave out' }).last().click()
      await page.getByRole('button', { name: 'Create snapshot', exact: true }).click()
      await world.hasBegun
      world.tell({ kind: 'phase', ms: 5, says: 'Copying the files of Grafana' })
      world.tell({ kind: 'waiting', ms: 9, service: 'grafana', says: '3.0 MB copied' })
      await page.locator('.snapnote').getByText('Grafana: 3.0 MB copied').waitFor()
      await page.reload()
      await page.locator('.snapnote').getByText('Grafana: 3.0 MB copied').waitFor()
      // Meanwhile nothing else can be begun.
      expect(await page.getByRole('button', { name: 'Create a snapshot…' }).isDisabled()).toBe(true)
      expect(await page.getByRole('button', { name: 'Restore monday…' }).isDisabled()).toBe(true)
      const other = await second(context, server.url())
      server.show('snapshots')
      await other.locator('.snapnote').getByText('Grafana: 3.0 MB copied').waitFor()
      expect(await axe(other)).toEqual([])
      await other.getByRole('button', { name: 'Stop', exact: true }).click()
      for (const one of [page, other]) {
        await one.getByText('The snapshot was not created: interrupted').first().waitFor()
        await one.getByText('Nothing of it is left.').first().waitFor()
        expect(await one.getByRole('button', { name: 'Create a snapshot…' }).isDisabled()).toBe(false)
      }
    },
    { over: world.over },
  )
})

test('a restore says what it replaces, asks for the passphrase, and is stopped only after a question', async () => {
  const world = held('restoreBackup')
  await inWindow(
    'green',
    async ({ page, server }) => {
      server.show('snapshots')
      await page.locator(row).first().waitFor()
      await page.getByRole('button', { name: 'Restore monday…' }).click()
      const dialog = page.getByRole('alertdialog', { name: 'Restore monday?' })
      await dialog.getByText('Replaces your settings, your own services and Grafana').waitFor()
      await dialog.getByText('What is replaced is moved aside').waitFor()
      await expect.poll(async () => await focused(page)).toContain('Cancel')
      await dialog.getByRole('button', { name: 'Restore', exact: true }).click()
      await dialog.getByText('Choose whether passwords and keys are restored.').waitFor()
      await dialog.getByRole('radio', { name: 'Restore those in the file' }).click()
      await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
      await page.keyboard.press('Enter')
      await world.hasBegun
      await page.getByRole('button', { name: 'Stop…' }).click()
      const stop = page.getByRole('alertdialog', { name: 'Stop the restore of monday?' })
      await stop.getByText('has only a part of its data').waitFor()
      await stop.getByRole('button', { name: 'Let it go on' }).click()
      world.end()
      await page.getByText('monday is restored').first().waitFor()
      await page
        .getByText('What was in macula_grafana is kept as macula_grafana_before-20261123-1042.')
        .waitFor()
      await page.getByText('A note.').waitFor()
      expect(world.asked).toEqual([`restore monday ${PASSPHRASE}`])
      expect(await page.content()).not.toContain(PASSPHRASE)
      await page.getByRole('button', { name: 'Close this note' }).click()
      await page.getByText('monday is restored,').first().waitFor({ state: 'detached' })
    },
    { over: world.over },
  )
})

test('one that cannot be used says why and is only shown or deleted; the menu is at the pointer too', async () => {
  const asked: string[] = []
  await inWindow(
    'green',
    async ({ page, server }) => {
      server.show('snapshots')
      const odd = page.getByRole('row', { name: /^odd/ })
      await odd.getByText('It is damaged.').waitFor()
      expect(await odd.getByRole('button', { name: 'Restore odd…' }).isDisabled()).toBe(true)
      await odd.click({ button: 'right', position: { x: 40, y: 8 } })
      const menu = page.getByRole('menu')
      expect(await menu.getByRole('menuitem', { name: 'Restore…' }).getAttribute('aria-disabled')).toBe(
        'true',
      )
      await menu.getByRole('menuitem', { name: 'Delete…' }).click()
      await page.getByRole('button', { name: 'Cancel' }).click()
      expect(asked).toEqual([])
      await odd.press('Delete')
      await page
        .getByRole('alertdialog', { name: 'Delete odd?' })
        .getByRole('button', { name: 'Delete' })
        .click()
      await page.getByRole('alertdialog').waitFor({ state: 'detached' })
      expect(asked).toEqual(['delete snapshot odd'])
      await page.getByRole('row', { name: /^monday/ }).press('Enter')
      await page.getByRole('alertdialog', { name: 'monday' }).getByText('the files of Grafana').waitFor()
      await page.getByRole('button', { name: 'Check the whole file' }).click()
      await page.getByText('monday is intact: all of it was read').waitFor()
      expect(asked).toEqual(['delete snapshot odd', 'verify'])
    },
    { over: backupCalls(asked), width: 360, height: 800 },
  )
})

test('the four that cannot be used, as real files: each says what it is, and nothing of them is restored', async () => {
  const base = await folder()
  const paths = {
    config: join(base, 'config'),
    state: join(base, 'state'),
    data: base,
    assets: '',
    ledger: '',
  }
  const real = openBackups(paths)
  await mkdir(real.folder, { recursive: true })
  const good = await readFile(await written([[database, 'rows of a database, a few of them']]))
  const put = async (name: string, bytes: Buffer): Promise<void> =>
    await writeFile(join(real.folder, `${name}.macula-snapshot`), bytes)
  const changed = Buffer.from(good)
  // In the content of the part: its list can be read.
  const at = good.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd])) + 8
  changed[at] = (changed[at] ?? 0) ^ 0xff
  await put('broken', changed)
  await put('truncated', good.subarray(0, good.length - 700))
  await put('foreign', Buffer.from('a text of somebody'.repeat(100)))
  const newer = good.toString('latin1').replace('"formatVersion": 1', '"formatVersion": 9')
  await put('newer', Buffer.from(newer, 'latin1'))
  const restored: string[] = []
  await inWindow(
    'green',
    async ({ page, server }) => {
      server.show('snapshots')
      await page.getByRole('row', { name: /^truncated: .*(cut off|damaged)/ }).waitFor()
      await page.getByRole('row', { name: /^foreign: .*is not a snapshot of Macula Desktop/ }).waitFor()
      await page.getByRole('row', { name: /^newer: .*written by a newer Macula Desktop/ }).waitFor()
      for (const name of ['truncated', 'foreign', 'newer'])
        expect(await page.getByRole('button', { name: `Restore ${name}…` }).isDisabled(), name).toBe(true)
      // What only reading all of it tells is told before anything is changed.
      await page.getByRole('button', { name: 'Restore broken…' }).click()
      await page.getByRole('button', { name: 'Restore', exact: true }).click()
      await page.locator('.snapnote').getByText('is damaged').waitFor()
      await page.locator('.snapnote').getByText('Nothing was changed.').waitFor()
      expect(restored).toEqual([])
    },
    {
      over: {
        backups: async () => await real.list(),
        async restoreBackup(word, _, __, signal) {
          const opened = await real.open(real.pathOf(word))
          try {
            await opened.check(() => undefined, signal)
          } finally {
            await opened.close()
          }
          restored.push(word)
          return await backupCalls([]).restoreBackup(word, {}, () => undefined, signal)
        },
      },
    },
  )
})

test('one that was cut off says so, is never offered for restore, and is created again under its name', async () => {
  const asked: string[] = []
  await inWindow(
    'green',
    async ({ page, server }) => {
      server.show('snapshots')
      const cut = page.getByRole('row', { name: /^tuesday/ })
      await cut.getByText('cut off while it was created: create it again, or delete it').waitFor()
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('2 snapshots')
      await page.getByRole('button', { name: 'More for tuesday' }).click()
      await page.getByRole('menuitem', { name: 'Create again…' }).waitFor()
      expect(await page.getByRole('menuitem').allTextContents()).toEqual([
        'Show contents',
        'Create again…',
        'Copy path of the file',
        'Delete…',
      ])
      await page.keyboard.press('Escape')
      expect(await cut.getByRole('button', { name: /Restore/ }).count()).toBe(0)
      await cut.press('Enter')
      const shown = page.getByRole('alertdialog', { name: 'tuesday' })
      await shown.getByText('The snapshot tuesday was cut off while it was created.').waitFor()
      await shown.getByRole('button', { name: 'Create again…' }).click()
      await page.getByRole('alertdialog', { name: 'Create a snapshot' }).waitFor()
      expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('tuesday')
      await page.getByRole('radio', { name: 'Leave out' }).last().click()
      await page.getByRole('button', { name: 'Create snapshot', exact: true }).click()
      await page.getByText('tuesday is created').first().waitFor()
      expect(asked).toEqual(['snapshot tuesday whole without passwords'])
    },
    { over: backupCalls(asked) },
  )
})
