import { join } from 'node:path'
import { readSoon, writeWhole } from '../system/files.ts'

/** Where the window stood, and how it looked, so that it comes back without a flash. */
export interface Place {
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly maximised: boolean
  readonly theme: 'system' | 'light' | 'dark'
}

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const smallest = { width: 360, height: 480 } as const
const first: Place = { width: 1100, height: 900, maximised: false, theme: 'system' }

/** How much of a window must be on a screen so that it can be seen and dragged (px). */
const VISIBLE = { width: 120, height: 40 } as const

/** A remembered place as it can be used on these screens: never outside all of them, never larger than its screen. */
export function placeOn(screens: readonly Area[], remembered: unknown): Place {
  const place = parse(remembered)
  if (!place) return first
  const { x, y, ...rest } = place
  const screen =
    x === undefined || y === undefined
      ? undefined
      : screens.find(
          (area) =>
            overlap(x, rest.width, area.x, area.width) >= VISIBLE.width &&
            // The title must be reachable: its line counts, not the whole window.
            y >= area.y &&
            y + VISIBLE.height <= area.y + area.height,
        )
  const most = screen ?? screens[0]
  const size = {
    width: Math.max(smallest.width, Math.min(rest.width, most?.width ?? rest.width)),
    height: Math.max(smallest.height, Math.min(rest.height, most?.height ?? rest.height)),
  }
  return { ...rest, ...size, ...(screen && x !== undefined && y !== undefined ? { x, y } : {}) }
}

function overlap(at: number, length: number, from: number, whole: number): number {
  return Math.min(at + length, from + whole) - Math.max(at, from)
}

function parse(value: unknown): Place | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const given = value as Readonly<Record<string, unknown>>
  const number = (name: string): number | undefined => {
    const one = given[name]
    return typeof one === 'number' && Number.isInteger(one) && Math.abs(one) < 100_000 ? one : undefined
  }
  const width = number('width')
  const height = number('height')
  if (width === undefined || height === undefined || width < 1 || height < 1) return undefined
  const x = number('x')
  const y = number('y')
  const { theme } = given
  return {
    width,
    height,
    ...(x === undefined || y === undefined ? {} : { x, y }),
    maximised: given['maximised'] === true,
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
  }
}

/** The file in the state folder that remembers the window's place. */
export function createPlaceFile(state: string): {
  read(): unknown
  write(place: Place): Promise<void>
} {
  const file = join(state, 'window.json')
  return {
    read() {
      try {
        return JSON.parse(readSoon(file) ?? '') as unknown
      } catch {
        // Absent or damaged: the window opens as the first time.
        return undefined
      }
    },
    write: async (place) => await writeWhole(file, `${JSON.stringify(place)}\n`),
  }
}
