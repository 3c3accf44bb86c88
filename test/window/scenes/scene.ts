import type { Engine } from '../../../main/engine/engine.ts'
import type { Snapshot } from '../../../main/model/snapshot.ts'
import type { View } from '../../../preload/contract.ts'
import type { Asking } from '../../../renderer/store/state.ts'
import type { Drawn } from '../page.ts'
import type { WorldName } from '../worlds.ts'

/** What a scene belongs to: a view of the window (a service's page is one of its own), or a question of the shell. */
export type Part = View | 'service' | `asks ${Asking['kind']}`

/** A state of the window that is looked at: by axe in every width and theme, and by people as a picture. */
export interface Scene {
  readonly name: string
  readonly world: WorldName
  readonly over?: Partial<Engine>
  /** Leads there from home, once its rows are drawn, and ends when it is drawn. */
  readonly open: (drawn: Drawn) => Promise<void>
}

/** One snapshot that never changes, as a part of the engine. */
export function still(snapshot: Snapshot): Partial<Engine> {
  return {
    subscribe(tell) {
      tell(snapshot)
      return () => undefined
    },
  }
}

/** Shows a view, or a service's page, and waits for what `selector` names. */
export const shows =
  (view: View, selector: string, service?: string): Scene['open'] =>
  async ({ page, server }) => {
    server.show(view, service)
    await page.locator(selector).first().waitFor()
  }

/** One thing after the other. */
export const inTurn =
  (...parts: readonly Scene['open'][]): Scene['open'] =>
  async (drawn) => {
    for (const part of parts) await part(drawn)
  }

/** Presses the button of this name, and waits for what `selector` names. */
export const press =
  (name: string | RegExp, selector: string): Scene['open'] =>
  async ({ page }) => {
    await page
      .getByRole('button', { name, exact: typeof name === 'string' })
      .first()
      .click()
    await page.locator(selector).first().waitFor()
  }

export const home = async (): Promise<void> => await Promise.resolve()
