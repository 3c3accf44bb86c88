import { expect, test } from 'vitest'
import { createShell } from '../../../renderer/store/shell.ts'
import { watchWhileVisible } from '../../../renderer/store/watching.ts'
import { fakeLink } from './fake-link.ts'

/** Only what watching uses of a page. */
class FakePage extends EventTarget {
  visibilityState: 'visible' | 'hidden' = 'visible'
  turn(to: 'visible' | 'hidden'): void {
    this.visibilityState = to
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

test('looks closely while the page can be seen and not at all while it is hidden', () => {
  const link = fakeLink()
  const page = new FakePage()
  const end = watchWhileVisible(createShell(link), page as unknown as Document)
  page.turn('hidden')
  page.turn('visible')
  end()
  page.turn('hidden')
  expect(link.asked).toEqual([
    { name: 'watch', input: { closely: true } },
    { name: 'unwatch', input: {} },
    { name: 'watch', input: { closely: true } },
  ])
})

test('asks again when the connection is back, also for a page that was hidden meanwhile', () => {
  const link = fakeLink()
  const page = new FakePage()
  watchWhileVisible(createShell(link), page as unknown as Document)
  link.tell({ event: 'connected', payload: false })
  page.turn('hidden')
  link.tell({ event: 'connected', payload: true })
  expect(link.asked.map((one) => one.name)).toEqual(['watch', 'unwatch', 'unwatch'])
})
