import type { Page } from 'playwright-core'
import type { Engine } from '../../main/engine/engine.ts'
import type { LogLine } from '../../main/model/log-line.ts'
import { openWindows } from './windows.ts'

/** A Chromium for the tests of a file about logs, to be called at its top. */
export function openLogs() {
  const { browser, inWindow, inView } = openWindows()
  /** Shows the logs of some services (all that run, without names). */
  return { browser, inWindow, withLogs: inView('logs', 'main.logs') }
}

export const line = (at: number, text: string, service = 'grafana'): LogLine => ({
  service,
  at,
  text,
  stream: 'out',
})

/** An engine whose logs are these lines (as many of the last as are asked for), and then what comes by `say`. */
export function scripted(lines: readonly LogLine[]) {
  const waiting: LogLine[] = []
  const wakes = new Set<() => void>()
  let open = 0
  let pages = 0
  const logs: Engine['logs'] = async function* (ids, { follow, until, since, tail = 1e9, signal }) {
    if (until !== undefined) pages += 1
    const known = lines.filter(
      (one) => ids.includes(one.service) && one.at < (until ?? Infinity) && one.at >= (since ?? 0),
    )
    yield* known.slice(-tail)
    if (!follow) return
    open += 1
    let next = 0
    try {
      while (!signal.aborted) {
        for (; next < waiting.length; next += 1) {
          const one = waiting[next]
          if (one && ids.includes(one.service)) yield one
        }
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            wakes.delete(wake)
            resolve()
          }
          wakes.add(wake)
          signal.addEventListener('abort', wake)
        })
      }
    } finally {
      open -= 1
    }
  }
  return {
    over: { logs } satisfies Partial<Engine>,
    open: () => open,
    pages: () => pages,
    say(...more: readonly LogLine[]) {
      waiting.push(...more)
      for (const wake of wakes) wake()
    },
  }
}

export const rows = (page: Page) => page.locator('.ln1')
export const foot = (page: Page) => page.locator('.paused')

/** Texts of the rows that are in sight, from the top. */
export async function seen(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const list = document.querySelector('.lines')?.getBoundingClientRect()
    if (!list) return []
    return [...document.querySelectorAll('.ln1')]
      .map((row) => ({ row, box: row.getBoundingClientRect() }))
      .filter(({ box }) => box.top >= list.top - 1 && box.bottom <= list.bottom + 1)
      .sort((one, two) => one.box.top - two.box.top)
      .map(({ row }) => row.querySelector('.msg')?.textContent ?? '')
  })
}

export const atEnd = async (page: Page): Promise<boolean> =>
  await page.evaluate(() => {
    const list = document.querySelector('.lines')
    return list !== null && list.scrollHeight - list.scrollTop - list.clientHeight < 5
  })

export const many = (count: number): readonly LogLine[] =>
  Array.from({ length: count }, (_, at) => line(1000 + at, `level=info line ${at}`))
