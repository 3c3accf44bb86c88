import type { Engine } from '../../../main/engine/engine.ts'
import { MaculaError } from '../../../main/model/errors.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import { inTurn, press, shows, type Scene } from './scene.ts'

/** Snapshots in files: listed, made, restored, and what came of it. */

const list = shows('snapshots', '.snaprow[role="row"]')
const dialog = '[role="alertdialog"]'

/** Goes on until it is stopped. */
const endless: Pick<Engine, 'createBackup' | 'restoreBackup'> = {
  createBackup: async (_, tell, signal) => await goesOn(tell, signal),
  restoreBackup: async (_, __, tell, signal) => await goesOn(tell, signal),
}

async function goesOn(tell: (step: StepEvent) => void, signal: AbortSignal): Promise<never> {
  tell({ kind: 'phase', ms: 10, says: 'Copying the files of Grafana' })
  tell({ kind: 'waiting', ms: 900, service: 'grafana', says: '42 MB copied' })
  return await new Promise((_, reject) =>
    signal.addEventListener('abort', () =>
      reject(new MaculaError({ kind: 'refused', what: 'Interrupted.', todo: 'Nothing of it is left.' })),
    ),
  )
}

const opensMenu: Scene['open'] = async ({ page }) => {
  await page.getByRole('button', { name: 'More for monday' }).click()
  await page.getByRole('menu').waitFor()
}

const leavesOut: Scene['open'] = async ({ page }) => {
  await page.getByRole('radio', { name: 'Leave out' }).last().click()
  await page.getByRole('button', { name: 'Create snapshot', exact: true }).click()
}

const restores: Scene['open'] = async ({ page }) => {
  await page.getByRole('radio', { name: 'Keep those that are here' }).click()
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
}

const waits =
  (selector: string): Scene['open'] =>
  async ({ page }) => {
    await page.locator(selector).first().waitFor()
  }

export const snapshots: readonly Scene[] = [
  { name: 'snapshots', world: 'green', open: list },
  { name: 'snapshots-menu', world: 'green', open: inTurn(list, opensMenu) },
  {
    name: 'snapshots-none',
    world: 'nothing',
    over: { backups: async () => await Promise.resolve([]) },
    open: shows('snapshots', '.empty'),
  },
  {
    name: 'snapshots-unread',
    world: 'green',
    over: {
      backups: async () =>
        await Promise.reject(new MaculaError({ kind: 'failed', what: 'The folder cannot be read.' })),
    },
    open: shows('snapshots', '[role="alert"]'),
  },
  {
    name: 'snapshots-creating',
    world: 'green',
    over: endless,
    open: inTurn(list, press('Create a snapshot…', dialog), leavesOut, waits('.snapnote progress')),
  },
  {
    name: 'snapshots-restored',
    world: 'green',
    open: inTurn(list, press('Restore monday…', dialog), restores, async ({ page }) => {
      await page.getByText('monday is restored').first().waitFor()
      await page.getByRole('button', { name: 'Close this note' }).focus()
    }),
  },
]

/** A restore that was cut in the middle of a service. */
const cutOff: Partial<Engine> = {
  cutRestore: async () =>
    await Promise.resolve({
      name: 'monday',
      path: '/data/snapshots/monday.macula-snapshot',
      at: Date.parse('2026-11-23T09:42:00Z'),
      ran: ['grafana'],
      touched: [{ id: 'grafana', had: true }],
      moved: [],
      half: { id: 'grafana', title: 'Grafana' },
      done: ['TimescaleDB'],
      left: ['Grafana', 'Registry'],
    }),
}

export const cutSnapshots: readonly Scene[] = [
  { name: 'snapshots-cut', world: 'green', over: cutOff, open: inTurn(list, waits('.snapways')) },
]

export const cutAsks: readonly Scene[] = [
  {
    name: 'asks-snapshot-back',
    world: 'green',
    over: cutOff,
    open: inTurn(list, press('Bring back what was there…', dialog)),
  },
]

export const asksSnapshot: readonly Scene[] = [
  { name: 'asks-snapshot-create', world: 'green', open: inTurn(list, press('Create a snapshot…', dialog)) },
  {
    name: 'asks-snapshot-passphrase',
    world: 'green',
    open: inTurn(list, press('Create a snapshot…', dialog), async ({ page }) => {
      await page.getByRole('radio', { name: 'Include, encrypted' }).click()
      await page.getByLabel('Passphrase').fill('short')
      await page.getByRole('button', { name: 'Create snapshot', exact: true }).click()
      await page.getByText('Use at least 8 characters').waitFor()
    }),
  },
  {
    name: 'asks-snapshot-docker-down',
    world: 'docker-down',
    over: {
      planBackup: async () =>
        await Promise.reject(
          new MaculaError({ kind: 'outside', what: 'Docker does not answer.', todo: 'Start Docker.' }),
        ),
    },
    open: inTurn(list, press('Create a snapshot…', `${dialog} .errornote`)),
  },
  {
    name: 'asks-snapshot-show',
    world: 'green',
    open: inTurn(list, async ({ page }) => {
      await page.getByRole('row', { name: /^monday/ }).press('Enter')
      await page.locator('.snapparts').waitFor()
    }),
  },
  { name: 'asks-snapshot-restore', world: 'green', open: inTurn(list, press('Restore monday…', dialog)) },
  {
    name: 'asks-snapshot-delete',
    world: 'green',
    open: inTurn(list, async ({ page }) => {
      await page.getByRole('row', { name: /^monday/ }).press('Delete')
      await page.locator(dialog).waitFor()
    }),
  },
  {
    name: 'asks-snapshot-stop',
    world: 'green',
    over: endless,
    open: inTurn(
      list,
      press('Restore monday…', dialog),
      restores,
      waits('.snapnote progress'),
      press('Stop…', dialog),
    ),
  },
]
