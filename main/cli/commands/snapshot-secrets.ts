import { SHORTEST_PASSPHRASE } from '../../model/backup.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Face } from '../face.ts'
import { canAsk } from '../host.ts'

export interface SecretsFlags {
  readonly secrets?: 'include' | 'leave-out'
  /** A file whose first line is the passphrase; an argument would be in every list of processes. */
  readonly passphraseFile?: string
}

const usage = (what: string, todo: string): MaculaError => new MaculaError({ kind: 'usage', what, todo })
const left = (): MaculaError =>
  new MaculaError({ kind: 'refused', what: 'Nothing was done. Everything is as it was.' })

/** The passphrase of a snapshot's passwords; undefined: they are left out. Asked for at a terminal, where no option tells. */
export async function passphraseOf(
  face: Face,
  flags: SecretsFlags,
  verb: 'create' | 'restore',
): Promise<string | undefined> {
  if (flags.secrets === 'leave-out') return undefined
  if (flags.passphraseFile !== undefined) return await fromFile(face, flags.passphraseFile, verb)
  if (!canAsk(face.host)) {
    if (flags.secrets === 'include')
      throw usage(
        'There is no passphrase, and this is not a terminal.',
        'Name a file that has it: --passphrase-file FILE',
      )
    if (verb === 'create')
      throw usage(
        'Say whether passwords go into the snapshot: this is not a terminal, so nobody can be asked.',
        'Add --secrets leave-out, or --secrets include --passphrase-file FILE',
      )
    throw usage(
      'The snapshot has passwords. Say whether to restore them: this is not a terminal, so nobody can be asked.',
      'Add --secrets leave-out, or --passphrase-file FILE',
    )
  }
  if (flags.secrets === undefined && !(await wanted(face, verb))) return undefined
  return await asked(face, verb)
}

async function wanted(face: Face, verb: 'create' | 'restore'): Promise<boolean> {
  const answer = await face.host.ask.one({
    message: verb === 'create' ? 'Passwords and keys' : 'Passwords and keys of the snapshot',
    options: [
      { value: 'leave-out', label: verb === 'create' ? 'Leave out' : 'Keep those that are here' },
      {
        value: 'include',
        label: verb === 'create' ? 'Include, encrypted by a passphrase' : 'Restore, by its passphrase',
      },
    ],
  })
  if (answer === undefined) throw left()
  return answer === 'include'
}

async function asked(face: Face, verb: 'create' | 'restore'): Promise<string> {
  const passphrase = await face.host.ask.secret({ message: 'Passphrase' })
  if (passphrase === undefined) throw left()
  if (verb === 'restore') return passphrase
  needLong(passphrase)
  const again = await face.host.ask.secret({ message: 'Repeat it' })
  if (again === undefined) throw left()
  if (again !== passphrase) throw usage('Nothing was done: the two are not the same.', 'Try again.')
  return passphrase
}

async function fromFile(face: Face, file: string, verb: 'create' | 'restore'): Promise<string> {
  const text = await face.host.readText(file)
  const passphrase = text?.split(/\r?\n/, 1)[0] ?? ''
  if (passphrase === '')
    throw usage(`${file} has no passphrase in its first line, or cannot be read.`, 'Nothing was done.')
  if (verb === 'create') needLong(passphrase)
  return passphrase
}

function needLong(passphrase: string): void {
  if (passphrase.length < SHORTEST_PASSPHRASE)
    throw usage(
      `The passphrase has fewer than ${SHORTEST_PASSPHRASE} characters.`,
      'Whoever has the file can try billions of short ones.',
    )
}
