import { FitAddon } from '@xterm/addon-fit'
import { Terminal, type ITheme } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { LEAST_COLUMNS, MOST_COLUMNS, MOST_ROWS } from '../../../main/model/terminal.ts'
import { sayTerminal } from '../../words/terminal.ts'
import { drawable, guard, pasted } from './guard.ts'

/** Lines that can be scrolled back to. */
const SCROLL_BACK = 5000

export interface Screen {
  readonly columns: () => number
  readonly rows: () => number
  print(text: string, done: () => void): void
  focus(): void
  selection(): string
  close(): void
}

export interface ScreenEvents {
  readonly typed: (text: string) => void
  readonly sized: (columns: number, rows: number) => void
  /** The way out by keyboard was taken. */
  readonly leave: () => void
  readonly copy: (text: string) => void
}

/** Draws a terminal into an element of the page. What it is given is taken as hostile (see guard.ts). */
export function openScreen(place: HTMLElement, tell: ScreenEvents): Screen {
  const page = place.ownerDocument
  const styles = page.defaultView?.getComputedStyle(page.documentElement)
  const token = (name: string): string => styles?.getPropertyValue(name).trim() ?? ''
  const terminal = new Terminal({
    allowProposedApi: false,
    convertEol: false,
    cursorBlink: false,
    fontFamily: token('--mono'),
    fontSize: 13,
    linkHandler: { activate: () => undefined },
    // Whatever colours a program chooses, they can be read in light and dark.
    minimumContrastRatio: 4.5,
    screenReaderMode: true,
    scrollback: SCROLL_BACK,
    theme: themeOf(token),
    windowOptions: {},
  })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  guard(terminal)
  withNonce(page, () => terminal.open(place))
  terminal.textarea?.setAttribute('aria-label', sayTerminal.field)
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key === 'F6') {
      if (event.type === 'keydown') {
        event.preventDefault()
        event.stopPropagation()
        tell.leave()
      }
      return false
    }
    // As every terminal of a desktop has it; Ctrl-C alone is the program's. Ctrl-Shift-V is the page's own.
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === 'c') {
      if (event.type === 'keydown') {
        event.preventDefault()
        if (terminal.hasSelection()) tell.copy(terminal.getSelection())
      }
      return false
    }
    return !(event.ctrlKey && event.shiftKey && event.key.toLowerCase() === 'v')
  })
  terminal.onData(tell.typed)
  // Before the terminal's own: it puts the text between its marks as it is.
  place.addEventListener('paste', onPaste, true)
  function onPaste(event: ClipboardEvent): void {
    event.preventDefault()
    event.stopImmediatePropagation()
    terminal.paste(pasted(event.clipboardData?.getData('text/plain') ?? ''))
  }

  const resize = (): void => {
    const found = fit.proposeDimensions()
    if (!found || Number.isNaN(found.cols) || Number.isNaN(found.rows)) return
    const columns = Math.min(MOST_COLUMNS, Math.max(LEAST_COLUMNS, found.cols))
    const rows = Math.min(MOST_ROWS, Math.max(1, found.rows))
    if (columns !== terminal.cols || rows !== terminal.rows) terminal.resize(columns, rows)
    tell.sized(columns, rows)
  }
  const sizes = new ResizeObserver(resize)
  sizes.observe(place)
  const colours = new MutationObserver(() => {
    terminal.options.theme = themeOf(token)
  })
  colours.observe(page.documentElement, { attributeFilter: ['data-theme'] })
  resize()

  return {
    columns: () => terminal.cols,
    rows: () => terminal.rows,
    print: (text, done) => terminal.write(drawable(text), done),
    focus: () => terminal.focus(),
    selection: () => terminal.getSelection(),
    close() {
      place.removeEventListener('paste', onPaste, true)
      sizes.disconnect()
      colours.disconnect()
      terminal.dispose()
    },
  }
}

function themeOf(token: (name: string) => string): ITheme {
  return {
    background: token('--surface'),
    foreground: token('--text'),
    cursor: token('--text'),
    cursorAccent: token('--surface'),
    selectionBackground: token('--accent-soft'),
    selectionForeground: token('--text'),
    red: token('--fail'),
    green: token('--ok'),
    yellow: token('--warn'),
    blue: token('--accent'),
    brightRed: token('--fail'),
    brightGreen: token('--ok'),
    brightYellow: token('--warn'),
    brightBlue: token('--accent'),
  }
}

/**
 * xterm makes style sheets of its own while it is opened, and knows no nonce (its issue 4445): they get the page's, as the
 * policy of the page asks for. May go when it takes one.
 */
function withNonce(page: Document, open: () => void): void {
  const nonce = page.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
  const create = page.createElement.bind(page)
  page.createElement = (tag: string, options?: ElementCreationOptions): HTMLElement => {
    const made = create(tag, options)
    if (tag === 'style') made.nonce = nonce
    return made
  }
  try {
    open()
  } finally {
    // The page's own is on its prototype.
    Reflect.deleteProperty(page, 'createElement')
  }
}
