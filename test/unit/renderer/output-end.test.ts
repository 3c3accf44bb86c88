import { expect, test } from 'vitest'
import { MOST_DRAWN, outputEnd } from '../../../renderer/views/service/output-end.ts'

test.each([
  ['', '', 0],
  ['done\n', 'done\n', 0],
  [`begin${'x'.repeat(MOST_DRAWN)}`, 'x'.repeat(MOST_DRAWN), 5],
  [`🦊${'x'.repeat(MOST_DRAWN - 1)}`, 'x'.repeat(MOST_DRAWN - 1), 2],
])(
  'the end of an output is drawn, whole characters, and what is left out is counted',
  (text, drawn, left) => {
    expect(outputEnd(text)).toEqual({ drawn, left })
  },
)
