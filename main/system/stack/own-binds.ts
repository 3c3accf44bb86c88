import { join, normalize, resolve } from 'node:path'
import { bindsOf, type Bind } from '../catalog/mounts.ts'
import type { Variables } from '../catalog/variables.ts'

/** A mount that leads into the person's own folder, not into our copy of it. */
export interface OwnBind {
  readonly bind: Bind
  /** Path below the folder of the fragment, "" for the folder itself; undefined: it lies outside of it. */
  readonly key: string | undefined
  /** Where it lies. */
  readonly path: string
}

/** The path of a source below the folder it is written in; undefined when it leads out of it, or is absolute. */
function keyOf(source: string): string | undefined {
  if (!source.startsWith('.')) return undefined
  const key = normalize(source).replace(/\/+$/, '')
  return key === '..' || key.startsWith('../') ? undefined : key === '.' ? '' : key
}

/** Whether one of two paths below a folder is the other, or lies in it. */
export function overlaps(one: string, other: string): boolean {
  const isIn = (inner: string, outer: string): boolean =>
    outer === '' || inner === outer || inner.startsWith(`${outer}/`)
  return isIn(one, other) || isIn(other, one)
}

/** Whether a file of a folder lies in what a container may write to, and so is not ours to copy. */
export function isOwn(file: string, own: readonly OwnBind[]): boolean {
  return own.some(
    ({ key }) => key !== undefined && (key === '' || file === key || file.startsWith(`${key}/`)),
  )
}

/**
 * The mounts of a service that stay in the person's folder: each that a container may write to, what overlaps with one, and
 * what lies outside of the fragment's folder. The others are mounted from the rendered copy. `home`: the folder.
 */
export function ownBinds(
  services: readonly unknown[],
  variables: Variables,
  home: string,
): readonly OwnBind[] {
  // A later file replaces the mount of an earlier one that has the same target.
  const binds = new Map(
    services.flatMap((service) => bindsOf(service, variables)).map((bind) => [bind.target, bind]),
  )
  const relatives = [...binds.values()].filter(({ source }) => source.startsWith('.'))
  const written = relatives.flatMap(({ source, readOnly }) => {
    const key = keyOf(source)
    return readOnly || key === undefined ? [] : [key]
  })
  return relatives.flatMap((bind): readonly OwnBind[] => {
    const key = keyOf(bind.source)
    const stays = key === undefined || written.some((other) => overlaps(key, other))
    return stays ? [{ bind, key, path: resolve(home, bind.source) }] : []
  })
}

/** The mounts of a service that lead into the rendered copy, to files that are there. */
export function copiedBinds(
  services: readonly unknown[],
  variables: Variables,
  own: readonly OwnBind[],
  files: Iterable<string>,
): readonly Bind[] {
  const all = [...files]
  const binds = new Map(
    services.flatMap((service) => bindsOf(service, variables)).map((bind) => [bind.target, bind]),
  )
  return [...binds.values()].filter((bind) => {
    const key = keyOf(bind.source)
    return (
      key !== undefined &&
      own.every((one) => one.bind.target !== bind.target) &&
      all.some((file) => file === key || file.startsWith(`${key}/`))
    )
  })
}

/** The mounts as they go into what lies over the fragment: compose reads relative paths from the copy. */
export function volumesFor(
  { own, copied }: { readonly own: readonly OwnBind[]; readonly copied: readonly Bind[] },
  places: ReadonlyMap<string, string>,
): readonly unknown[] {
  const mount = (bind: Bind, source: string) => ({
    type: 'bind',
    // Compose reads variables in it.
    source: source.replaceAll('$', '$$$$'),
    target: bind.target.replaceAll('$', '$$$$'),
    ...(bind.readOnly ? { read_only: true } : {}),
    ...bind.more,
  })
  return [
    ...own.map(({ bind, path }) => mount(bind, places.get(path) ?? path)),
    ...copied.map((bind) => ({
      ...mount(bind, bind.source),
      // When the copy is gone Docker must say so, and not put a folder of root in the place of each file.
      bind: { ...(bind.more['bind'] as object | undefined), create_host_path: false },
    })),
  ]
}

/** Folders that a program may write to; those that are not there are made as the person's, before Docker makes them root's. */
export function foldersOf(own: readonly OwnBind[], places: ReadonlyMap<string, string>): readonly string[] {
  return own.flatMap(({ bind, key, path }) =>
    key !== undefined && !bind.readOnly && !places.has(path) ? [path] : [],
  )
}

/** Where the mount was before this version: in the rendered copy. */
export function oldPlace(copy: string, { key }: OwnBind): string | undefined {
  return key === undefined || key === '' ? undefined : join(copy, key)
}
