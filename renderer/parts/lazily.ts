import { lazy, type ComponentType, type LazyExoticComponent } from 'react'
import { loaded } from './loaded.ts'

/** A component whose file is loaded when it is first drawn: what is not shown costs nothing. */
export interface Lazily<Props extends object> {
  readonly part: () => LazyExoticComponent<ComponentType<Props>>
  /** One that could not be loaded, or broke, is loaded anew: else React remembers its failure for ever. */
  readonly forget: () => void
}

/** Loads nothing yet. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): Lazily<Props> {
  let known: LazyExoticComponent<ComponentType<Props>> | undefined
  return {
    part: () => (known ??= lazy(async () => ({ default: await loaded(load) }))),
    forget() {
      known = undefined
    },
  }
}
