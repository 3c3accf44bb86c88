import type { ReactNode } from 'react'

/** Strokes on a 10 px grid; none looks like the shape of a state. Neighbours in the list differ strongly. */
const strokes = [
  'M5 1v8',
  'M1 5h8',
  'M3 1v8M7 1v8',
  'M1 9 9 1',
  'M1 3h8M1 7h8',
  'M1 1l8 8',
  'M5 1v8M1 5h8',
  'M1 8 5 2l4 6',
  'M2 1v8h7',
  'M1 2l4 6 4-6',
  'M1 2h8M5 2v7',
  'M1 1l8 8M9 1 1 9',
  'M8 1H2v8h6',
  'M2 1h6v8H2',
  'M1 8h8M5 8V1',
  'M1 5h4V1M9 5H5v4',
  'M1 2v6M5 2v6M9 2v6',
  'M1 2h8M1 5h8M1 8h8',
  'M2 9V1h6',
  'M8 1v8H2',
  'M2 1v8M2 5h6',
  'M8 1v8M8 5H2',
  'M1 1l4 4 4-4M5 5v4',
  'M2 1v8M8 1v8M2 5h6',
] as const

/** A service's own small sign, beside its name in the list and in the stream: told apart without reading or colour. */
export function ServiceMark({ index }: { readonly index: number }): ReactNode {
  return (
    <svg className="rune" viewBox="0 0 10 10" aria-hidden="true">
      <path d={strokes[index % strokes.length]} />
    </svg>
  )
}
