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

/**
 * A live drawing on a output that is a terminal. What does not fit the window's height is left out at the end,
 * and said: a terminal cannot take back what has left its top.
 */
export function createLive(output: Output): Live {
  const update = createLogUpdate(output.stream as NodeJS.WriteStream)
  return {
    draw(lines) {
      const style = output.style()
      const { rows: told = 24 } = output.stream
      const rows = Math.max(4, (told === 0 ? 24 : told) - 1)
      const fits =
        lines.length <= rows
          ? lines
          : [
              ...lines.slice(0, rows - 1),
              style.paint.dim(
                `${style.signs.ellipsis} ${lines.length - rows + 1} more lines: make the window taller`,
              ),
            ]
      const text = fits.map((line) => cut(style, line, style.width)).join('\n')
      update(style.unicode ? text : toAscii(text))
    },
    leave: () => update.done(),
    clear: () => update.clear(),
  }
}
