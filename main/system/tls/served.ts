import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

/**
 * Takes it away. False: the routes that lie there name it yet, and an ingress that Docker starts by itself would not start
 * without it; what renders them without TLS takes it then.
 */
export async function withdrawServed(paths: Pick<Paths, 'data'>): Promise<boolean> {
  const file = servedFile(paths)
  const routes = await readIfThere(join(dirname(dirname(file)), 'services.conf')).catch(() => undefined)
  if (routes?.includes(SERVED_INSIDE) === true) return false
  await rm(file, { force: true })
  await rmdir(dirname(file)).catch(() => undefined)
  return true
}

/**
 * A mark of what is there to be served, which changes with it; undefined: there is nothing, or nothing that nginx would start
 * with.
 */
export async function servedMark(paths: Pick<Paths, 'data'>): Promise<string | undefined> {
  const text = await readIfThere(servedFile(paths)).catch(() => undefined)
  if (text === undefined || !isSound(text)) return undefined
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function isSound(text: string): boolean {
  try {
    return new X509Certificate(text).checkPrivateKey(createPrivateKey(text))
  } catch {
    return false
  }
}
