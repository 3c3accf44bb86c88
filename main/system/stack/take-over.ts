import { lstat, mkdir, readdir, rename, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readBytes } from '../files.ts'
import { hashOf } from './rendered-copy.ts'
import { oldPlace, type OwnBind } from './own-binds.ts'

/** Up to 0.1 a folder that a container may write to lay in the rendered copy; from then on it is the person's own. */
export interface TakenOver {
  /** Where a mount lies that could not be moved, by where it should lie. */
  readonly places: ReadonlyMap<string, string>
  /** What lay in a person's folder under the same name, moved aside (absolute paths). */
  readonly keptAside: readonly string[]
  /** What a person should know: sentences. */
  readonly notes: readonly string[]
}

/**
 * Moves what a program wrote into the rendered copy of its service to where it lies now. Nothing is lost: what is there
 * already goes to `kept`, and what cannot be moved (another user's, another file system) is used where it is.
 * `copy`: the service's folder in the copy; `written`: hashes of what we wrote there, by path below it.
 */
export async function takeOver(
  input: {
    readonly copy: string
    readonly kept: string
    readonly written: Readonly<Record<string, string>>
    readonly now: number
  },
  own: readonly OwnBind[],
): Promise<TakenOver> {
  const places = new Map<string, string>()
  const keptAside: string[] = []
  const notes: string[] = []
  for (const bind of own) {
    const old = oldPlace(input.copy, bind)
    if (old === undefined || bind.key === undefined || !(await isProgram(old, bind.key, input.written)))
      continue
    const aside = await moveTo(bind.path, join(input.kept, `${bind.key}.${stamp(input.now)}`))
    const why = aside.kind === 'failed' ? aside.why : await moved(old, bind.path)
    if (why === undefined) {
      if (aside.kind === 'moved') keptAside.push(aside.to)
      continue
    }
    if (aside.kind === 'moved') await rename(aside.to, bind.path).catch(() => keptAside.push(aside.to))
    places.set(bind.path, old)
    notes.push(
      `${old} stays where it is and is used there: it cannot be moved to ${bind.path} (${why}). To move it, stop the service and run: sudo mv -T ${old} ${bind.path}`,
    )
  }
  return { places, keptAside, notes }
}

const stamp = (now: number): string => new Date(now).toISOString().replaceAll(/[:.]/g, '-')

/** Whether a program (or a person) put something there; what cannot be read is theirs too. Empty folders are taken away. */
async function isProgram(
  path: string,
  key: string,
  written: Readonly<Record<string, string>>,
): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined)
  if (!info) return false
  if (!info.isDirectory()) {
    const data = info.isFile() ? await readBytes(path).catch(() => undefined) : undefined
    return data === undefined || hashOf(data) !== written[key]
  }
  const names = await readdir(path).catch(() => undefined)
  if (names === undefined) return true
  if (names.length === 0) {
    await rmdir(path).catch(() => undefined)
    return false
  }
  for (const name of names) if (await isProgram(join(path, name), `${key}/${name}`, written)) return true
  return false
}

/** Why something could not be moved; undefined when it was. */
async function moved(from: string, to: string): Promise<string | undefined> {
  try {
    await mkdir(dirname(to), { recursive: true })
    await rename(from, to)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

async function moveTo(
  from: string,
  to: string,
): Promise<
  | { readonly kind: 'nothing' }
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'failed'; readonly why: string }
> {
  if ((await lstat(from).catch(() => undefined)) === undefined) return { kind: 'nothing' }
  const why = await moved(from, to)
  return why === undefined ? { kind: 'moved', to } : { kind: 'failed', why }
}
