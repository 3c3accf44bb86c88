import { expect } from 'vitest'
import type { Rung } from '../../../main/model/ladder.ts'

/** All that a rung says, in one line. */
export const said = (rung: Rung): string =>
  [rung.says, rung.reason, rung.why, rung.todo].filter((part) => part !== undefined).join(' | ')

/** A rung goes to the faces as JSON: what it does not know is left out, not sent as nothing. */
export function expectWhole(rung: Rung): void {
  expect(rung).toStrictEqual(JSON.parse(JSON.stringify(rung)))
}
