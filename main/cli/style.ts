import picocolors from 'picocolors'
import type { RungState } from '../model/ladder.ts'
import type { State } from '../model/snapshot.ts'
import type { Stream } from './host.ts'

type Environment = Readonly<Record<string, string | undefined>>
export type Paint = ReturnType<typeof picocolors.createColors>

/** The shapes of one character set. States differ by shape, so that colour is never needed to tell them apart. */
export interface Signs {
  readonly state: Readonly<Record<State, string>>
  readonly rung: Readonly<Record<RungState, string>>
  /** A rung when the ladder stands upright. */
  readonly upright: Readonly<Record<RungState, string>>
  readonly rail: string
  readonly uprightRail: string
  /** Stands before lines that are quoted (a file's content). */
  readonly quote: string
  /** Marks what Open uses now where it cannot be underlined. */
  readonly mark: string
  readonly ellipsis: string
  readonly bullet: string
  readonly none: string
  readonly bar: readonly [full: string, empty: string]
}

const unicodeSigns: Signs = {
  state: {
    works: '✔',
    degraded: '▲',
    failed: '✖',
    starting: '◐',
    stopping: '◑',
    stopped: '○',
    'not set up': '◌',
    unknown: '?',
  },
  // Two rails and a bar across: the ladder lies in its row.
  rung: { ok: '╪', round: '▲', stop: '✖', progress: '▯', unreached: '·', unused: '═', unknown: '–' },
  upright: { ok: '╫', round: '▲', stop: '✖', progress: '▯', unreached: '·', unused: '║', unknown: '–' },
  rail: '═',
  uprightRail: '║',
  quote: '│',
  mark: '›',
  ellipsis: '…',
  bullet: '•',
  none: '–',
  bar: ['█', '░'],
}

const asciiSigns: Signs = {
  state: {
    works: '+',
    degraded: '!',
    failed: 'x',
    starting: '~',
    stopping: '~',
    stopped: 'o',
    'not set up': '-',
    unknown: '?',
  },
  rung: { ok: '|', round: '!', stop: 'x', progress: 'o', unreached: '.', unused: '=', unknown: '?' },
  upright: { ok: '=', round: '!', stop: 'x', progress: 'o', unreached: '.', unused: '|', unknown: '?' },
  rail: '=',
  uprightRail: '|',
  quote: '|',
  mark: '>',
  ellipsis: '...',
  bullet: '*',
  none: '-',
  bar: ['#', '.'],
}

/** How to draw on one stream right now: colours, shapes and the width there is (Infinity when not a terminal). */
export interface Style {
  readonly paint: Paint
  readonly colour: boolean
  readonly unicode: boolean
  readonly signs: Signs
  readonly width: number
}

/** FORCE_COLOR over NO_COLOR over the terminal (no-color.org; Node gives FORCE_COLOR the last word). */
export function wantsColour(env: Environment, tty: boolean): boolean {
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  return tty && env['TERM'] !== 'dumb'
}

/** Whether the locale writes UTF-8 and the terminal has the shapes (the Linux console has not). */
export function speaksUnicode(env: Environment, platform: NodeJS.Platform): boolean {
  if (env['TERM'] === 'linux') return false
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((one) => one !== undefined && one !== '')
  if (locale === undefined) return platform === 'darwin'
  return /utf-?8/i.test(locale)
}

/** The style for a stream as it is now; asked again for each drawing, because a terminal changes its width. */
export function penFor(stream: Stream, env: Environment, platform: NodeJS.Platform): Style {
  const tty = stream.isTTY === true
  const colour = wantsColour(env, tty)
  const unicode = speaksUnicode(env, platform)
  return {
    colour,
    unicode,
    paint: picocolors.createColors(colour),
    signs: unicode ? unicodeSigns : asciiSigns,
    // A terminal that does not know its size says 0.
    width: tty ? Math.max(20, stream.columns === 0 ? 80 : (stream.columns ?? 80)) : Infinity,
  }
}

/** A state's shape in its colour. */
export function stateSign(style: Style, state: State): string {
  return paintState(style, state, style.signs.state[state])
}

/** A text in the colour of a state. */
export function paintState({ paint }: Style, state: State, text: string): string {
  switch (state) {
    case 'works':
      return paint.green(text)
    case 'degraded':
      return paint.yellow(text)
    case 'failed':
      return paint.red(text)
    case 'starting':
    case 'stopping':
      return paint.blue(text)
    case 'stopped':
    case 'not set up':
    case 'unknown':
      return paint.dim(text)
  }
}

/** A text in the colour of a rung's state. */
export function paintRung({ paint }: Style, state: RungState, text: string): string {
  switch (state) {
    case 'ok':
      return paint.green(text)
    case 'round':
      return paint.yellow(text)
    case 'stop':
      return paint.red(text)
    case 'progress':
      return paint.blue(text)
    case 'unreached':
    case 'unused':
    case 'unknown':
      return paint.dim(text)
  }
}
