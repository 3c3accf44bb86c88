import { codeOf, isBlocked, isLimit, sayConnect, sayErrno } from '../../model/errno.ts'
import type { DockerSeen } from '../../model/observation.ts'
import type { Link } from './link.ts'
import { daemonWords } from './trouble.ts'

type Place = Pick<Link, 'where' | 'from' | 'endpoint'>

/** "DOCKER_HOST leads there" for a place that somebody chose; empty for the usual socket. */
const chosen = ({ from }: Place): string => (from === undefined ? '' : `, where ${from} points`)

/** What to do when the place itself is wrong. */
export function leadElsewhere({ from }: Pick<Place, 'from'>): string {
  return from === undefined
    ? 'Point Macula at a Docker engine: DOCKER_HOST, docker context use, or "dockerHost" in settings.json.'
    : `Correct ${from}, or leave it out to use this machine’s own Docker.`
}

/** Why the engine is down, from what a first call threw, and what to do where that is not what the kind says. */
export function downFrom(error: unknown, place: Place): Extract<DockerSeen, { kind: 'down' }> {
  const { where, from, endpoint } = place
  const code = codeOf(error)
  const isFar = endpoint.kind === 'tcp'
  const there = isFar
    ? `Look at Docker on ${endpoint.host}, or ${from === undefined ? 'choose another' : `leave ${from} out to use this machine’s own`}.`
    : undefined
  const todo = (words: string | undefined) => (words === undefined ? {} : { todo: words })
  const down = { kind: 'down' } as const
  if (isLimit(code))
    return { ...down, code: 'limits', says: `Docker at ${where} was not asked: ${sayErrno(code) ?? code}.` }
  if (isFar && (code === 'ENOTFOUND' || code === 'EAI_AGAIN'))
    return {
      ...down,
      code: 'address',
      says: `${where}${chosen(place)}, is not known to this machine: ${sayErrno(code) ?? code}.`,
      todo: leadElsewhere(place),
    }
  if (isFar && isBlocked(code))
    return {
      ...down,
      code: 'address',
      says: `${where}${chosen(place)}, cannot be reached: ${sayConnect(code)}.`,
      todo: leadElsewhere(place),
    }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ENOTSOCK':
      return {
        ...down,
        code: 'absent',
        says:
          from === undefined
            ? `Nothing answers at ${where}: Docker is not installed or not running.`
            : `Nothing answers at ${where}, where ${from} points: Docker does not run there.`,
        ...todo(
          there ??
            (from === undefined
              ? undefined
              : `Start Docker there, or leave ${from} out to use this machine’s own.`),
        ),
      }
    case 'EACCES':
    case 'EPERM':
      return { ...down, code: 'denied', says: `This user may not talk to Docker at ${where}.` }
    case 'EINVAL':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return {
        ...down,
        code: 'address',
        says: `${where} is not a socket that can be used: ${sayErrno(code) ?? code}.`,
        todo: leadElsewhere(place),
      }
    case 'TIMEOUT':
    case 'ETIMEDOUT':
      return { ...down, code: 'slow', says: `Docker at ${where} did not answer in time.`, ...todo(there) }
    default:
      return {
        ...down,
        code: 'broken',
        says: `Docker at ${where} answers with an error: ${daemonWords(error)}`,
        ...todo(
          isCertificate(code)
            ? 'Correct its certificates (DOCKER_CERT_PATH, docker context inspect).'
            : there,
        ),
      }
  }
}

/** Codes of OpenSSL and of Node.js' checks of certificates. */
function isCertificate(code: string): boolean {
  return /^(?:ERR_(?:TLS|SSL|OSSL)|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|EPROTO$)/.test(code)
}
