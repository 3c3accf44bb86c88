import { normalize } from 'node:path'
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml'
import type { OwnBind } from '../stack/own-binds.ts'

/** Where the files of a service are, seen from the compose file. */
export const configFolder = (service: string): string => `./config/${service}`

/** A path as it is written for Compose, below a person's home folder by that variable. */
export function portable(path: string, home: string | undefined): string {
  const escaped = (text: string): string => text.replaceAll('$', '$$$$')
  return home !== undefined && home !== '/' && path.startsWith(`${home}/`)
    ? `\${HOME}${escaped(path.slice(home.length))}`
    : escaped(path)
}

interface Where {
  readonly service: string
  readonly own: readonly OwnBind[]
  readonly home: string | undefined
}

/** A source that is written relative to a fragment, as it is from the compose file. */
function moved(source: string, target: string, { service, own, home }: Where): string {
  const mine = own.find(({ bind }) => bind.target === target)
  if (mine) return portable(mine.path, home)
  const key = normalize(source).replace(/\/+$/, '')
  return key === '.' ? configFolder(service) : `${configFolder(service)}/${key}`
}

/** Leads the relative sources of a service's mounts to where the files are, or where a program writes. */
export function movePaths(service: YAMLMap, where: Where): void {
  const volumes = service.get('volumes')
  if (isSeq(volumes))
    for (const item of volumes.items) {
      if (isScalar(item) && typeof item.value === 'string') {
        const [source = '', target = '', ...rest] = item.value.split(':')
        if (source.startsWith('.')) item.value = [moved(source, target, where), target, ...rest].join(':')
      } else if (isMap(item) && item.get('type') === 'bind') {
        const source = String(item.get('source'))
        if (source.startsWith('.')) item.set('source', moved(source, String(item.get('target')), where))
      }
    }
  const files = service.get('env_file')
  const beside = (path: unknown): string =>
    typeof path === 'string' && !/^[/~]/.test(path)
      ? `${configFolder(where.service)}/${normalize(path)}`
      : String(path)
  if (typeof files === 'string') service.set('env_file', beside(files))
  if (isSeq(files))
    for (const item of files.items) {
      if (isScalar(item)) item.value = beside(item.value)
      if (isMap(item)) item.set('path', beside(item.get('path')))
    }
}

/** The files that a service takes variables from, by their paths below its folder. */
export function environmentFiles(service: YAMLMap): readonly string[] {
  const files = service.get('env_file')
  const one = (path: unknown): readonly string[] =>
    typeof path === 'string' && !/^[/~]/.test(path) ? [normalize(path)] : []
  if (!isSeq(files)) return one(files)
  return files.items.flatMap((item) =>
    isScalar(item) ? one(item.value) : isMap(item) ? one(item.get('path')) : [],
  )
}
