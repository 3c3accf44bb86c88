import type { ImageUpdated, NewerImage } from '../../../main/model/image-update.ts'
import { greenWorld, snapshotOf } from '../../unit/cli/worlds.ts'
import { inTurn, press, shows, still, type Scene } from './scene.ts'
import { withActions } from './snapshots.ts'

/** What a service's page shows of its data, its variables and its own actions, and About of its images. */

const dialog = '[role="alertdialog"], [role="dialog"]'
const facts = '.svc .facts'
const database = shows('services', facts, 'timescaledb')

const typesFile =
  (file: string): Scene['open'] =>
  async ({ page }) => {
    await page.getByRole('textbox', { name: 'File' }).fill(file)
    await page.getByRole('button', { name: 'Check the file' }).click()
    await page.getByText('Writes DATABASE_URL').waitFor()
  }

/** A service of ours that somebody stopped: its copy is put back without it running. */
function stoppedDatabase() {
  const world = greenWorld()
  world.containers.delete('timescaledb')
  world.wanted.delete('timescaledb')
  return snapshotOf(world)
}

const LINES = Array.from(
  { length: 60 },
  (_, at) =>
    `vacuumdb: vacuuming database "shop_${at}"${at % 9 === 0 ? ` ${'with a long name '.repeat(12)}` : ''}`,
)

export const ofData: readonly Scene[] = [
  {
    name: 'asks-volume',
    world: 'green',
    open: inTurn(database, press(/^List what is in/, '[role="alertdialog"] .volfiles')),
  },
  {
    name: 'asks-volume-empty',
    world: 'green',
    over: { listVolumes: async () => [{ volume: 'macula_timescaledb', folders: [], seen: 0, bytes: 0 }] },
    open: inTurn(database, press(/^List what is in/, '[role="alertdialog"] .volfiles')),
  },
  {
    name: 'asks-volume-unread',
    world: 'green',
    over: {
      listVolumes: async () => await Promise.reject(new Error('Docker ended while the volume was read.')),
    },
    open: inTurn(database, press(/^List what is in/, '[role="alertdialog"] .errornote')),
  },
  {
    name: 'service-put-back',
    world: 'green',
    over: still(stoppedDatabase()),
    open: inTurn(shows('services', '.kept', 'timescaledb'), press(/^Put back/, dialog), async ({ page }) => {
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: /^Put back|^Put it back/ })
        .click()
      await page.locator('.resetdone').waitFor()
    }),
  },
  {
    name: 'service-open-in',
    world: 'green',
    open: async (drawn) => {
      await drawn.page.route('**/request/client', async (route) => {
        const reply = await route.fetch()
        const { value: _none, ...rest } = (await reply.json()) as { readonly value: unknown }
        await route.fulfill({ json: { ...rest, value: { title: 'DBeaver' } } })
      })
      await database(drawn)
      await drawn.page.getByRole('button', { name: 'Open in DBeaver' }).waitFor()
    },
  },
  {
    name: 'asks-env-written',
    world: 'green',
    open: inTurn(
      database,
      press('Write to .env…', dialog),
      typesFile('/home/ada/work/macula/shop/backend/services/orders/.env'),
      async ({ page }) => {
        await page
          .getByRole('alertdialog')
          .getByRole('button', { name: /^(Write|Update)$/ })
          .click()
        await page.getByRole('button', { name: 'Take out' }).waitFor()
      },
    ),
  },
  {
    name: 'service-action-output',
    world: 'green',
    over: {
      ...still(withActions()),
      act: async () => ({
        code: 1,
        out: LINES.join('\n'),
        err: 'vacuumdb: error: processing of database "shop_59" failed: out of shared memory',
        ms: 42_300,
      }),
    },
    open: inTurn(database, press(/^Vacuum/, '.svc .actout'), async ({ page }) => {
      await page.locator('.svc .actout').scrollIntoViewIfNeeded()
    }),
  },
]

const newer: readonly NewerImage[] = [
  { service: 'grafana', title: 'Grafana', image: 'grafana/grafana:13.2.1', tag: '13.2.1', within: '13.2.4' },
  {
    service: 'timescaledb',
    title: 'TimescaleDB',
    image: 'timescale/timescaledb:2.29.2-pg17',
    tag: '2.29.2-pg17',
    beyond: '2.30.0-pg18',
    held: 'PostgreSQL 18 cannot read the data of 17; it has to be dumped and read in again',
  },
  {
    service: 'loki',
    title: 'Loki',
    image: 'grafana/loki:3.7.6',
    tag: '3.7.6',
    within: '3.7.9',
    beyond: '4.0.1',
  },
  {
    service: 'tempo',
    title: 'Tempo',
    image: 'grafana/tempo:2.9.1',
    tag: '2.9.1',
    instead: 'grafana/tempo:2.9.0',
  },
  {
    service: 'registry',
    title: 'Registry',
    image: 'registry:3.1.0',
    tag: '3.1.0',
    unknown: 'the registry does not answer',
  },
  {
    service: 'excalidraw',
    title: 'Excalidraw',
    image: 'excalidraw/excalidraw:latest',
    tag: 'latest',
    within: '0.19.0',
    own: true,
  },
]

const updated: ImageUpdated = {
  outcome: 'put back',
  from: 'grafana/grafana:13.2.1',
  to: 'grafana/grafana:13.2.1',
  kept: [],
  ok: false,
  done: [],
  failed: [
    {
      service: 'grafana',
      trouble: {
        kind: 'failed',
        what: 'Grafana 13.2.4 does not answer.',
        why: 'It was given 60 s.',
        todo: 'Read its log.',
      },
    },
  ],
  skipped: [],
  ms: 71_000,
}

const images = inTurn(
  shows('about', '#about-images'),
  press('Look for newer versions', '.newer, .said:not(:empty)'),
  async ({ page }) => {
    await page.locator('.newer, .said:not(:empty)').first().scrollIntoViewIfNeeded()
  },
)

export const ofImages: readonly Scene[] = [
  { name: 'about-images', world: 'green', over: { newerImages: async () => newer }, open: images },
  { name: 'about-images-none', world: 'green', over: { newerImages: async () => [] }, open: images },
  {
    name: 'about-images-unread',
    world: 'green',
    over: { newerImages: async () => await Promise.reject(new Error('No registry answers.')) },
    open: images,
  },
  {
    name: 'about-images-put-back',
    world: 'green',
    over: { newerImages: async () => newer, updateImage: async () => updated },
    open: inTurn(images, async ({ page }) => {
      await page.getByRole('button', { name: 'Update to 13.2.4: Grafana' }).click()
      await page.getByText('13.2.4 does not answer').first().waitFor()
    }),
  },
]
