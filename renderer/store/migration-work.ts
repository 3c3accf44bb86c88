import { troubleOf } from '../../main/model/errors.ts'
import type { Input } from '../../preload/contract.ts'
import type { Shell } from './shell.ts'

/** Takes over what was chosen; how it goes is told by `migration` in the store. */
export async function takeOver(shell: Shell, chosen: Input<'migrate'>): Promise<void> {
  const { store } = shell
  if (store.getState().migration?.end === null) return
  const { run } = chosen
  store.setState({ migration: { run, lines: [], part: null, now: '', end: null } })
  const end = await shell
    .request('migrate', chosen)
    .catch((error: unknown) => ({ trouble: troubleOf(error) }))
  const now = store.getState().migration
  if (now?.run === run) store.setState({ migration: { ...now, part: null, end } })
}
