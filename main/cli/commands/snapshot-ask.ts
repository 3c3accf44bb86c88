import type { BackupRegistry } from '../../model/backup.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Face } from '../face.ts'
import { canAsk } from '../host.ts'
import type { SecretsFlags } from './snapshot-secrets.ts'
import { commandLine } from './up.ts'

export interface SnapshotFlags extends SecretsFlags {
  readonly registry: BackupRegistry
  readonly verify?: boolean
  readonly back?: boolean
  readonly yes?: boolean
}

export const usage = (what: string, todo: string): MaculaError =>
  new MaculaError({ kind: 'usage', what, todo })

/** Asked before; without a terminal only with --yes. */
export async function needYes(
  face: Face,
  flags: SnapshotFlags,
  says: readonly string[],
  question: string,
  again: readonly string[],
  /** What the yes does, as a button says it. */
  does: string,
): Promise<void> {
  if (flags.yes === true) return
  if (!canAsk(face.host))
    throw usage(
      'Nothing was done: it needs a confirmation, and this is not a terminal.',
      `Run ${commandLine('snapshot', again)} --yes`,
    )
  face.err.lines(says)
  const answer = await face.host.ask.one({
    message: question,
    options: [
      { value: 'no', label: 'Do nothing' },
      { value: 'yes', label: does },
    ],
  })
  if (answer !== 'yes')
    throw new MaculaError({ kind: 'refused', what: 'Nothing was done. Everything is as it was.' })
}
