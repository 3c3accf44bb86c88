import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stateWords } from '../../../main/model/say.ts'
import { curl, everythingUp, serviceOf, status, until, variables } from '../../integration/support/actor.ts'
import { patience } from './support/waiting.ts'
import {
  green,
  openRealWindow,
  pasted,
  readRow,
  rowOf,
  rows,
  shownStates,
  tierOf,
  type RealWindow,
} from './support/window.ts'

/** A person at home in the window: starts, stops, opens, copies; by clicks only. */

let face: RealWindow
let close = async (): Promise<void> => undefined
beforeAll(async () => {
  await everythingUp()
  face = await openRealWindow()
  close = face.close
})
afterAll(async () => {
  await close()
})

const allGreen = patience

async function expectGreen(): Promise<void> {
  await expect.poll(async () => await shownStates(face.page), allGreen).toEqual({ works: expect.any(Array) })
}

test('everything works', async () => {
  await expectGreen()
  await face.picture('green')
  expect((await readRow(face.page, 'Grafana')).rungs).toBe(green)
})

test('window and maculactl status say the same of every service', async () => {
  const look = async () => await Promise.all([status(), rows(face.page)])
  let [seen, drawn] = await look()
  // On a loaded machine one of both may be late for a moment.
  await expect
    .poll(async () => {
      ;[seen, drawn] = await look()
      const said = seen.services.map(({ title, state }) => `${title}: ${stateWords[state]}`)
      return (
        said.join() ===
        Object.entries(drawn)
          .map(([title, { state }]) => `${title}: ${state}`)
          .join()
      )
    }, patience)
    .toBe(true)
  expect(Object.keys(drawn)).toEqual(seen.services.map(({ title }) => title))
  for (const service of seen.services) {
    const row = drawn[service.title]
    expect(row?.state, service.id).toBe(stateWords[service.state])
    if (service.state === 'works' && row?.uses !== '')
      expect(row?.uses, service.id).toMatch(/^(Open|Copy) ([a-z]+:\/\/)?[a-z0-9.@:-]+/)
  }
  const open = seen.services.find(({ id }) => id === 'grafana')?.endpoints[0]
  expect(drawn['Grafana']?.uses).toBe(`Open ${open?.url ?? ''}`)
})

describe('a tier', () => {
  test('stops and starts by clicking; its rungs go green one after the other', async () => {
    const { page } = face
    await tierOf(page, 'Observability').getByRole('button', { name: 'Stop Observability' }).click()
    await expect
      .poll(async () => (await shownStates(page))['stopped'], allGreen)
      .toEqual(['Prometheus', 'Grafana', 'Loki', 'Tempo', 'Alloy'])
    await face.picture('tier-stopped')
    const seen = await recordRungs('Grafana')
    await tierOf(page, 'Observability').getByRole('button', { name: 'Start Observability' }).click()
    await expectGreen()
    const ladders = await seen.end()
    expect(ladders.at(-1)).toBe(green)
    expect(ladders.some((rungs) => rungs.includes('container in progress'))).toBe(true)
    expect(ladders.some((rungs) => rungs.includes('service ok'))).toBe(true)
  })
})

describe('stopping what others need', () => {
  test('names them first, and nothing happens on Cancel', async () => {
    const { page } = face
    await tierOf(page, 'Data').getByRole('button', { name: 'Stop Data' }).click()
    const dialog = page.getByRole('alertdialog')
    await expect.poll(async () => await dialog.innerText()).toContain('Tempo')
    await expect.poll(async () => await dialog.innerText()).toContain('No data is removed.')
    expect(await dialog.getByRole('button').allInnerTexts()).toEqual([
      'Stop Data only',
      'Stop Data and Tempo',
      'Cancel',
    ])
    await face.picture('stop-data')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    await expectGreen()
  })

  test('those too: Tempo is stopped with it', async () => {
    const { page } = face
    await tierOf(page, 'Data').getByRole('button', { name: 'Stop Data' }).click()
    await page.getByRole('button', { name: 'Stop Data and Tempo' }).click()
    await expect
      .poll(async () => (await shownStates(page))['stopped'], allGreen)
      .toEqual(['Tempo', 'TimescaleDB', 'Object store'])
    // Tempo needs the object store, so that starting Tempo starts it.
    await rowOf(page, 'Tempo').locator('.acts').getByRole('button', { name: 'Start Tempo' }).click()
    await expect.poll(async () => (await shownStates(page))['stopped'], allGreen).toEqual(['TimescaleDB'])
    await page.getByRole('button', { name: 'Start all', exact: true }).click()
    await expectGreen()
  })

  test('only this: Tempo goes on without it, and its row tells the truth', async () => {
    const { page } = face
    await rowOf(page, 'Object store').getByRole('button', { name: 'Stop Object store' }).click()
    await page.getByRole('button', { name: 'Stop Object store only' }).click()
    await expect
      .poll(async () => (await readRow(page, 'Object store')).note, allGreen)
      .toContain('stopped; Tempo misses it')
    await until((one) => serviceOf(one, 'object-store').state === 'stopped')
    await page.getByRole('button', { name: 'Start all', exact: true }).click()
    await expectGreen()
  })
})

describe('using a service', () => {
  test('open: a new page at its clean name, which answers', async () => {
    const { page, context } = face
    const opened = context.waitForEvent('page')
    await rowOf(page, 'Grafana').getByRole('button', { name: 'Open Grafana' }).click()
    const grafana = await opened
    await grafana.waitForLoadState()
    expect(grafana.url()).toMatch(/^http:\/\/grafana\.macula\.local\//)
    expect(await grafana.evaluate(() => document.body.innerText)).not.toBe('')
    expect(await grafana.evaluate(() => window.opener === null)).toBe(true)
    await grafana.close()
    expect((await curl('http://grafana.macula.local/api/health')).status).toBe(200)
  })

  test('copy: the address that works now, and the row says so', async () => {
    const { page } = face
    await rowOf(page, 'TimescaleDB').getByRole('button', { name: 'Copy address of TimescaleDB' }).click()
    await expect.poll(async () => (await readRow(page, 'TimescaleDB')).note).toContain('copied ')
    expect(await pasted(face)).toMatch(/^postgres(ql)?:\/\/.*postgres\.macula\.local:5432/)
  })

  test('copy connection strings: the same values as maculactl env', async () => {
    const { page } = face
    await rowOf(page, 'Object store').getByRole('button', { name: 'More for Object store' }).click()
    await page.getByRole('menuitem', { name: 'Copy connection strings' }).click()
    await expect.poll(async () => (await readRow(page, 'Object store')).note).toContain('connection string')
    const pairs = (await pasted(face)).split('\n').map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    })
    expect(Object.fromEntries(pairs)).toEqual(await variables('object-store'))
  })

  test('logs: lines of that service, newest last, and back', async () => {
    const { page } = face
    await rowOf(page, 'Grafana').getByRole('button', { name: 'Logs of Grafana' }).click()
    await expect
      .poll(async () => await page.getByRole('log', { name: 'Lines of the log' }).innerText(), patience)
      .toContain('Grafana')
    await face.picture('logs')
    await page.getByRole('button', { name: 'Services' }).click()
    await rowOf(page, 'Grafana').waitFor()
  })
})

/** Every ladder that a row draws from now on, in order, until `end`. */
async function recordRungs(title: string): Promise<{ end(): Promise<readonly string[]> }> {
  const ladder = await rowOf(face.page, title).locator('.lad').elementHandle()
  const handle = await ladder?.evaluateHandle((element) => {
    const said: string[] = [element.getAttribute('aria-label') ?? '']
    const observer = new MutationObserver(() => {
      const label = element.getAttribute('aria-label') ?? ''
      if (label !== said.at(-1)) said.push(label)
    })
    observer.observe(element, { attributes: true, attributeFilter: ['aria-label'] })
    return said
  })
  return { end: async () => (await handle?.jsonValue()) ?? [] }
}
