import { normalize } from 'node:path'
import { fillIn, type Variables } from './variables.ts'

/** One mount of a folder or file of this machine, as a service's `volumes` has it, variables filled in. */
export interface Bind {
  /** `./data`, `../shared`, `/srv/data`, `~/data`. */
  readonly source: string
  /** As written: Compose knows by this very text what a later file replaces. */
  readonly target: string
  readonly readOnly: boolean
  /** What else the long form says of it (propagation, SELinux, consistency). */
  readonly more: Readonly<Record<string, unknown>>
  /** Its place in `volumes`. */
  readonly index: number
}

function text(value: unknown, variables: Variables): string {
  if (typeof value !== 'string') return ''
  const filled = fillIn(value, variables)
  return 'text' in filled ? filled.text : value
}

/** Only what begins like a path is a folder of this machine; all else is the name of a volume. */
const isPath = (source: string): boolean => /^(?:[./]|~(?:\/|$))/.test(source)

/** Options of the short form that mean something for a folder, in the words of the long one. */
function optionsOf(mode: string): Readonly<Record<string, unknown>> {
  const options = mode.split(',')
  const bind: Record<string, unknown> = { create_host_path: true }
  for (const option of options) {
    if (/^r?(?:shared|slave|private)$/.test(option)) bind['propagation'] = option
    if (option === 'z' || option === 'Z') bind['selinux'] = option
  }
  const consistency = options.find((option) => /^(?:cached|delegated|consistent)$/.test(option))
  return { bind, ...(consistency === undefined ? {} : { consistency }) }
}

/** The folders and files of this machine that a service mounts. */
export function bindsOf(service: unknown, variables: Variables): readonly Bind[] {
  const volumes = (service as { volumes?: unknown } | null | undefined)?.volumes
  if (!Array.isArray(volumes)) return []
  return volumes.flatMap((volume: unknown, index): readonly Bind[] => {
    if (typeof volume === 'string') {
      const [source = '', target, mode = ''] = text(volume, variables).split(':')
      if (target === undefined || !isPath(source)) return []
      return [{ source, target, readOnly: mode.split(',').includes('ro'), more: optionsOf(mode), index }]
    }
    if (typeof volume !== 'object' || volume === null) return []
    const { type, source, target, read_only: readOnly, ...more } = volume as Record<string, unknown>
    if (text(type, variables) !== 'bind') return []
    return [
      {
        source: text(source, variables),
        target: text(target, variables),
        readOnly: readOnly === true,
        more,
        index,
      },
    ]
  })
}

/** `//`, `/.` and `/var/..` are the root folder too. */
export function plainPath(path: string): string {
  return path.startsWith('/') ? normalize(path).replace(/(.)\/$/, '$1') : path
}
