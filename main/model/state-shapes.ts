import type { State } from './snapshot.ts'

/** Shapes that tell states apart without colour; renderer/styles/shapes.css gives each class its look. */
export type Shape = 'ok' | 'busy' | 'warn' | 'fail' | 'off' | 'unset' | 'unknown'

export const shapeOf: Readonly<Record<State, Shape>> = {
  works: 'ok',
  degraded: 'warn',
  starting: 'busy',
  stopping: 'busy',
  failed: 'fail',
  stopped: 'off',
  'not set up': 'unset',
  unknown: 'unknown',
}

/** One element of a drawing: its name in SVG, its class, and its other attributes. */
export interface Stroke {
  readonly element: 'circle' | 'path' | 'rect'
  readonly look: string
  readonly at: Readonly<Record<string, string>>
}

const circle = (look: string, r: string): Stroke => ({ element: 'circle', look, at: { cx: '7', cy: '7', r } })
const path = (look: string, d: string): Stroke => ({ element: 'path', look, at: { d } })

/** The drawings, in a box of 14 by 14. */
export const drawings: Readonly<Record<Shape, readonly Stroke[]>> = {
  ok: [circle('solid', '6'), path('cutout', 'M4.2 7.3l2 2 3.7-4.3')],
  busy: [circle('ring open', '5.25'), circle('solid', '1.9')],
  warn: [path('solid edge', 'M7 1.8 12.8 12H1.2z'), path('cutout', 'M7 5.4v3.2M7 10.6v.01')],
  fail: [
    {
      element: 'rect',
      look: 'solid',
      at: { x: '1', y: '1', width: '12', height: '12', rx: '2' },
    },
    path('cutout', 'M4.5 4.5l5 5M9.5 4.5l-5 5'),
  ],
  off: [circle('ring', '5.25')],
  unset: [circle('ring dashed', '5.25')],
  unknown: [circle('ring', '5.25'), path('ring', 'M4.8 7h4.4')],
}
