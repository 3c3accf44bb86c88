import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { Ladder, RungState } from '../../../main/model/ladder.ts'
import { Rails } from '../../../renderer/parts/rails.tsx'

const ids = ['name', 'address', 'forwarder', 'tls', 'container', 'service'] as const

const drawn = (states: readonly RungState[]): string => {
  const ladder: Ladder = ids.map((id, index) => ({ id, state: states[index] ?? 'unused', says: '' }))
  return renderToStaticMarkup(createElement(Rails, { ladder }))
}
const pathOf = (markup: string, look: string): string | undefined =>
  new RegExp(`<path class="${look}" d="([^"]*)"`).exec(markup)?.[1]

test('a ladder of good rungs is two paths: all rails, and all bars in their places', () => {
  const markup = drawn(['ok', 'ok', 'ok', 'ok', 'ok', 'ok'])
  expect(markup.match(/<(path|rect|circle|g)/g)).toEqual(['<path', '<path'])
  expect(pathOf(markup, 'r-ok')).toBe('M8 1h3v12h-3zM21 1h3v12h-3zM34 1h3v12h-3zM47 1h3v12h-3zM60 1h3v12h-3z')
  expect(pathOf(markup, 'rail')?.match(/M\d+ 1\.5h13/g)).toEqual(
    [3, 16, 29, 42, 55].map((x) => `M${x} 1.5h13`),
  )
})

test('what is not good has its own shape in its place, TLS none, and where nothing was reached there is no rail', () => {
  const markup = drawn(['unused', 'ok', 'round', 'stop', 'stop', 'unreached'])
  expect(pathOf(markup, 'r-ok')).toBe('M21 1h3v12h-3z')
  expect(pathOf(markup, 'r-warn')).toMatch(/^M35\.5 /)
  expect(pathOf(markup, 'r-fail')).toMatch(/^M44\.7 /)
  expect(markup.match(/r-fail/g)).toHaveLength(1)
  expect(markup).toContain('<circle class="r-next" cx="61.5"')
  expect(pathOf(markup, 'rail')).not.toContain('M55 ')
})
