import { expect, test } from 'vitest'
import type { DataStep, DataStepped } from '../../main/model/data-step.ts'
import { MaculaError } from '../../main/model/errors.ts'
import { openService } from './service-server.ts'

/** Data of another major version of PostgreSQL, at the service that is not started for it. */

const { withService } = openService()

const step: DataStep = {
  service: 'timescaledb',
  title: 'TimescaleDB',
  from: 16,
  to: 17,
  old: 'timescale/timescaledb:2.29.2-pg16',
  isHere: false,
  bytes: 3e9,
  needs: 9e9,
  free: 40e9,
  stops: [],
}
const copy = 'macula_timescaledb_before-20261127-2300'
const stepped: DataStepped = {
  ok: true,
  done: ['timescaledb'],
  failed: [],
  skipped: [],
  ms: 5,
  from: 16,
  to: 17,
  says: '2 databases, 9 tables, 1 hypertable, 5003 rows: all counts equal',
  kept: [{ from: 'macula_timescaledb', to: copy }],
}

test('it is said before what is done, and after it what was compared and where the data as it was is', async () => {
  const asked: string[] = []
  const over = {
    dataStep: async (id: string) => await Promise.resolve(id === 'timescaledb' ? step : undefined),
    stepData: async (id: string) => {
      asked.push(id)
      return await Promise.resolve(stepped)
    },
  }
  await withService(
    'ten-red',
    'timescaledb',
    async ({ page }) => {
      await page
        .getByText('The data of TimescaleDB was written by PostgreSQL 16; its image runs PostgreSQL 17.')
        .waitFor()
      await page.getByRole('button', { name: 'Upgrade to PostgreSQL 17…' }).click()
      const dialog = page.getByRole('alertdialog', {
        name: 'Upgrade the data of TimescaleDB to PostgreSQL 17?',
      })
      await expect
        .poll(async () => await dialog.textContent())
        .toMatch(
          /The data takes 3 GB\. Meanwhile up to 9 GB more are needed; 40 GB are free\..*data is as it was before/s,
        )
      // Cancel has the focus: Enter does nothing.
      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'detached' })
      expect(asked).toEqual([])
      await page.getByRole('button', { name: 'Upgrade to PostgreSQL 17…' }).click()
      await dialog.getByRole('button', { name: 'Upgrade the data' }).click()
      await page.getByText('The data of TimescaleDB was upgraded to PostgreSQL 17.').waitFor()
      await page.getByText('Compared: 2 databases, 9 tables').waitFor()
      await page.getByText(`kept as ${copy}`).waitFor()
      expect(asked).toEqual(['timescaledb'])
    },
    { over },
  )
})

test('what fails is told in the dialog, with how things stand', async () => {
  const trouble = {
    kind: 'failed',
    what: 'The data of TimescaleDB was not upgraded to PostgreSQL 17.',
    why: 'The database shop was not copied whole.',
    todo: 'TimescaleDB has its data of PostgreSQL 16 as it was.',
  } as const
  const over = {
    dataStep: async () => await Promise.resolve({ ...step, copy }),
    stepData: async () => await Promise.reject(new MaculaError(trouble)),
  }
  await withService(
    'ten-red',
    'timescaledb',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Continue…' }).click()
      const dialog = page.getByRole('alertdialog')
      await dialog.getByText(`kept in the volume ${copy}`).waitFor()
      await dialog.getByRole('button', { name: 'Upgrade the data' }).click()
      await dialog.getByText(trouble.todo).waitFor()
    },
    { over },
  )
})

test('a service that works is not asked, and shows nothing of it', async () => {
  let asked = 0
  const over = { dataStep: async () => await Promise.resolve(((asked += 1), step)) }
  await withService(
    'green',
    'timescaledb',
    async ({ page }) => {
      await page.getByRole('button', { name: 'Reset data…' }).waitFor()
      expect(asked).toBe(0)
      expect(await page.getByText('Data of an older PostgreSQL').count()).toBe(0)
    },
    { over },
  )
})
