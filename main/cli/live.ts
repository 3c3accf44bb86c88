import type { Output } from './face.ts'
import { createLogUpdate } from 'log-update'
import { toAscii } from './face.ts'
import { cut } from './layout.ts'

/** A drawing that is replaced in place on a terminal. */
export interface Live {
  draw(lines: readonly string[]): void
  /** Leaves the last drawing where it is; what comes next stands under it. */
  leave(): void
  /** Takes the drawing away. */
  clear(): void
}

/** What a terminal is taken for that says 0 columns or rows, as one without a window does (script, expect). */
const COLUMNS = 80
const ROWS = 24

/** The terminal with a size, whatever it says. */
function sized(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stream, {
    get(target, key) {
      if (key === 'columns') return target.columns > 0 ? target.columns : COLUMNS
      if (key === 'rows') return target.rows > 0 ? target.rows : ROWS
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/**
 * A live drawing on an output that is a terminal. What does not fit the window's height is left out at the end,
 * and said: a terminal cannot take back what has left its top.
 */
export function createLive(output: Output): Live {
  const stream = sized(output.stream as NodeJS.WriteStream)
  const update = createLogUpdate(stream)
  return {
    draw(lines) {
      const style = output.style()
      const rows = Math.max(4, stream.rows - 1)
      const fits =
        lines.length <= rows
          ? lines
          : [
              ...lines.slice(0, rows - 1),
              style.paint.dim(
                `${style.signs.ellipsis} ${lines.length - rows + 1} more lines: make the terminal taller`,
              ),
            ]
      const text = fits.map((line) => cut(style, line, style.width)).join('\n')
      update(style.unicode ? text : toAscii(text))
    },
    leave: () => update.done(),
    clear: () => update.clear(),
  }
}
