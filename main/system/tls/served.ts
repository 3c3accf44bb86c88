import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readIfThere } from '../files.ts'
import type { Paths } from '../paths.ts'

/**
 * What nginx serves: certificate and key in one file, so that both are always of each other. It lies in the folder of
 * routes that the ingress has mounted: a new one takes a signal (SIGHUP), no new container.
 */
export const servedFile = (paths: Pick<Paths, 'data'>): string =>
  join(paths.data, 'stack', 'ingress', 'routes', 'tls', 'served.pem')

/** The same in the ingress' container. */
export const SERVED_INSIDE = '/etc/nginx/macula/tls/served.pem'

/** A mark of what is there to be served, which changes with it; undefined: there is nothing. */
export async function servedMark(paths: Pick<Paths, 'data'>): Promise<string | undefined> {
  const text = await readIfThere(servedFile(paths)).catch(() => undefined)
  return text === undefined ? undefined : createHash('sha256').update(text).digest('hex').slice(0, 16)
}
