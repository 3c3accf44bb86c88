import {
  dockerDownWorld,
  greenWorld,
  nothingWorld,
  tenRedWorld,
  troubleWorld,
  type Draft,
} from '../unit/cli/worlds.ts'

/** The worlds that can be shown, by the name that is typed. */
export const worlds = {
  green: greenWorld,
  trouble: troubleWorld,
  'ten-red': tenRedWorld,
  'docker-down': dockerDownWorld,
  nothing: nothingWorld,
  /** Nothing of ours yet, and the platform's own scripts were here. */
  old: nothingWorld,
} as const satisfies Readonly<Record<string, () => Draft>>

export type WorldName = keyof typeof worlds

export const isWorld = (name: string): name is WorldName => Object.hasOwn(worlds, name)
