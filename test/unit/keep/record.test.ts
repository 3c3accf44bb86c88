import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ServiceRecord } from '../../../main/engine/adapters.ts'
import { openRecord } from '../../../main/system/keep/record.ts'

let state: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'macula-record-'))
})
afterEach(() => rmSync(state, { recursive: true, force: true }))
const open = () => openRecord({ config: state, state, data: state, assets: state, ledger: state })

test('why a container was not made is kept over processes', async () => {
  const unmade = { what: 'web cannot be created.', why: 'No room.', todo: 'Make room.', config: 'c1' }
  const kept: ServiceRecord = { volumes: ['v'], failed: { says: 'x', times: 1, anew: false, unmade } }
  await open().keep(new Map([['web', kept]]))
  expect((await open().read()).get('web')).toEqual(kept)
})

test.each(['', '[]', '{"web": {"volumes": [], "failed": {"says": 1}}}'])(
  '%j is nothing known',
  async (text) => {
    writeFileSync(join(state, 'made.json'), text)
    expect([...(await open().read())]).toEqual([])
  },
)
