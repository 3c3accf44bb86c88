import type { ReactNode } from 'react'

/** Drawn on a 16 px grid with a 1.4 px line. */
const shapes = {
  open: 'M9 3h4v4 M13 3 7.5 8.5 M11.5 9.5v3h-8v-8h3',
  copy: 'M6 5.5h6.5a.5.5 0 0 1 .5.5v7a.5.5 0 0 1-.5.5H6a.5.5 0 0 1-.5-.5V6a.5.5 0 0 1 .5-.5z M3 10.5V3a.5.5 0 0 1 .5-.5h6.5',
  stop: 'M4.5 4h7a.5.5 0 0 1 .5.5v7a.5.5 0 0 1-.5.5h-7a.5.5 0 0 1-.5-.5v-7a.5.5 0 0 1 .5-.5z',
  play: 'M5 3.5v9L12.5 8z',
  restart: 'M12.6 8.4a4.6 4.6 0 1 1-1.5-3.6 M11.4 2.2v2.9H8.5',
  logs: 'M3 4h10 M3 8h10 M3 12h6',
  search: 'M7 2.75a4.25 4.25 0 1 1 0 8.5 4.25 4.25 0 0 1 0-8.5z M10.2 10.2l3.3 3.3',
  down: 'M4 6l4 4 4-4',
  right: 'M6 4l4 4-4 4',
  left: 'M10 4 6 8l4 4',
  end: 'M8 3v7 M5 7.5l3 3 3-3 M4 13.25h8',
  check: 'M3.5 8.5l3 3 6-7',
  x: 'M4 4l8 8 M12 4l-8 8',
  activity: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11z M8 5v3.25l2.25 1.5',
  services: 'M2.5 4h11 M2.5 12h11 M5 4v8 M8 4v8 M11 4v8',
  doctor: 'M1.5 8h3l1.75-4 3 8 1.75-4h3.5',
  changes: 'M4 2.5h5.5l3 3v8H4z M6 7.5h4 M8 5.5v4 M6 11.5h4',
  settings:
    'M2.5 5h5 M10.5 5h3 M9 3.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z M2.5 11h2 M7.5 11h6 M6 9.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z',
  eye: 'M1.75 8S4 4 8 4s6.25 4 6.25 4S12 12 8 12 1.75 8 1.75 8z M8 6.25a1.75 1.75 0 1 1 0 3.5 1.75 1.75 0 0 1 0-3.5z',
  pause: 'M6 4v8 M10 4v8',
  undo: 'M3 7h6.5a3 3 0 0 1 0 6H6 M5.5 4.5 3 7l2.5 2.5',
  lock: 'M4 7.5h8a.5.5 0 0 1 .5.5v5a.5.5 0 0 1-.5.5H4a.5.5 0 0 1-.5-.5V8a.5.5 0 0 1 .5-.5z M5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  save: 'M8 2.5v7 M5 7l3 3 3-3 M3 13h10',
  wrap: 'M2.5 4h11 M2.5 8h9a2 2 0 0 1 0 4H8 M9.5 10.5 8 12l1.5 1.5 M2.5 12h3',
  more: 'M3.5 8h.01 M8 8h.01 M12.5 8h.01',
} as const

export type IconName = keyof typeof shapes

/** A small drawing beside or in place of a label; never the only name of a control. */
export function Icon({ name, small }: { readonly name: IconName; readonly small?: boolean }): ReactNode {
  return (
    <svg className={small === true ? 'icon icon-s' : 'icon'} viewBox="0 0 16 16" aria-hidden="true">
      <path className={name === 'more' ? 'dots' : undefined} d={shapes[name]} />
    </svg>
  )
}
