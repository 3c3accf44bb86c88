import { baseUrlOf, toldAccess } from './access.ts'
import { MASK } from './clean.ts'
import { quoteShell } from './quote.ts'
import { pushLine } from './registry.ts'
import { inUrl } from './secret.ts'
import type { EndpointView, ServiceView } from './snapshot.ts'
import type { Variable } from './variable.ts'

/** A line for a shell that is right as it stands. */
export interface ConnectLine {
  readonly id: string
  /** The program: "psql". */
  readonly title: string
  readonly line: string
  /** It holds a secret, or its mark. */
  readonly secret: boolean
  /** What in it stands for something of the person's own: "IMAGE". */
  readonly stands?: string
}

/** A word that needs no quotes stays as a person would write it. */
export const word = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : quoteShell(text)

/**
 * The lines by which a person's own programs reach a service, from its variables and the way in that works now. The same for
 * masked and for clear variables, so that what is shown is what is copied. No service is known by its name: what its variables are called
 * says what it is.
 */
export function connectLines(view: ServiceView, all: readonly Variable[]): readonly ConnectLine[] {
  const variables = all.filter((one) => one.nowhere === undefined && one.value !== '')
  const get = (name: string): Variable | undefined => variables.find((one) => one.name === name)
  return [
    ...databaseLines(variables),
    ...objectStoreLines(get),
    ...bucketLines(view),
    ...registryLines(get),
    ...httpLines(view, variables),
    ...socketLines(view, variables),
    ...containerLines(view),
  ]
}

function databaseLines(variables: readonly Variable[]): readonly ConnectLine[] {
  const found = databaseLink(variables)
  return found ? [{ id: 'psql', title: 'psql', line: `psql ${word(found.value)}`, secret: found.secret }] : []
}

/** The variable that is a service's whole connection string to PostgreSQL, where one leads there now. */
export function databaseLink(variables: readonly Variable[]): Variable | undefined {
  return variables.find(({ value, nowhere }) => nowhere === undefined && /^postgres(?:ql)?:\/\//.test(value))
}

function objectStoreLines(get: (name: string) => Variable | undefined): readonly ConnectLine[] {
  const [url, key, secret] = [
    get('AWS_ENDPOINT_URL_S3'),
    get('AWS_ACCESS_KEY_ID'),
    get('AWS_SECRET_ACCESS_KEY'),
  ]
  if (!url || !key || !secret) return []
  const region = get('AWS_REGION')?.value ?? 'us-east-1'
  const part = (value: string): string => (value.includes(MASK) ? value : inUrl(value))
  const withKeys = url.value.replace('://', () => `://${part(key.value)}:${part(secret.value)}@`)
  return [
    {
      id: 'aws',
      title: 'aws',
      line: `AWS_ACCESS_KEY_ID=${word(key.value)} AWS_SECRET_ACCESS_KEY=${word(secret.value)} AWS_REGION=${word(region)} aws --endpoint-url ${word(url.value)} s3 ls`,
      secret: true,
    },
    { id: 'mc', title: 'mc', line: `MC_HOST_macula=${word(withKeys)} mc ls macula`, secret: true },
  ]
}

/** The word that stands for a bucket of the person's. */
const BUCKET = 'BUCKET'

const bucketLines = ({ buckets }: ServiceView): readonly ConnectLine[] =>
  buckets === true
    ? [
        {
          id: 'bucket',
          title: 'new bucket',
          line: `maculactl s3 create ${BUCKET}`,
          secret: false,
          stands: BUCKET,
        },
      ]
    : []

/** The word that stands for an image of the person's, as in `pushLine`. */
const IMAGE = 'IMAGE'

function registryLines(get: (name: string) => Variable | undefined): readonly ConnectLine[] {
  const registry = get('REGISTRY')?.value
  if (registry === undefined) return []
  const [user, password] = [get('REGISTRY_USER')?.value, get('REGISTRY_PASSWORD')?.value]
  return [
    ...(user === undefined || password === undefined
      ? []
      : [
          {
            id: 'docker-login',
            title: 'docker login',
            line: `printf %s ${word(password)} | docker login --username ${word(user)} --password-stdin ${word(registry)}`,
            secret: true,
          },
        ]),
    {
      id: 'docker-push',
      title: 'docker push',
      line: pushLine(word(registry)),
      secret: false,
      stands: IMAGE,
    },
    {
      id: 'docker-pull',
      title: 'docker pull',
      line: `docker pull ${word(registry)}/macula/${IMAGE}`,
      secret: false,
      stands: IMAGE,
    },
  ]
}

/**
 * What each endpoint may be asked (`example` of its description, else its page), with what its API asks for: a signature where it is
 * the object store of AWS' variables (curl's --aws-sigv4), a key (`…_API_KEY`), or who one is (`…_USER`, `…_PASSWORD`).
 */
function httpLines(view: ServiceView, variables: readonly Variable[]): readonly ConnectLine[] {
  const asks = identity(variables)
  const signs = signature(variables)
  const asked = view.endpoints.filter((one, at, all) => asksByHttp(one, at, all) || isSigned(one, signs))
  return asked
    .flatMap((endpoint) => {
      const access = toldAccess(endpoint.accesses)
      if (!access) return []
      const base = baseUrlOf(endpoint, access.host, access.port)
      const { example } = endpoint
      const by = signs?.of === base ? signs.words : asks
      const url = word(example ? `${base}${example.path}` : signs?.of === base ? `${base}/` : access.url)
      const body =
        example?.json === undefined
          ? ''
          : `--header 'Content-Type: application/json' --data ${word(example.json)} `
      return [
        {
          id: `curl-${endpoint.id}`,
          title: asked.length === 1 ? 'curl' : `curl, ${endpoint.id}`,
          line: `curl -sS ${by}${body}${url}`,
          secret: by !== '',
        },
      ]
    })
    .slice(0, 4)
}

/**
 * Whether a request is worth a line: it has something to ask, or a page. At a port that only takes what programs send, the answer
 * to any other request is 404.
 */
function asksByHttp(
  { scheme, example, opens }: EndpointView,
  _: number,
  all: readonly EndpointView[],
): boolean {
  if (scheme !== 'http' && scheme !== 'https') return false
  return example !== undefined || opens || all.length === 1
}

interface Signature {
  readonly of: string
  readonly words: string
}

/** Whether an endpoint is the object store's own, which answers "/" with its buckets to whoever signs. */
function isSigned(endpoint: EndpointView, signs: Signature | undefined): boolean {
  if (!signs || !/^https?$/.test(endpoint.scheme)) return false
  const access = toldAccess(endpoint.accesses)
  return access !== undefined && baseUrlOf(endpoint, access.host, access.port) === signs.of
}

/** curl's words for requests that the object store of these variables takes, and the base URL that is its own. */
function signature(variables: readonly Variable[]): Signature | undefined {
  const get = (name: string): string | undefined => variables.find((one) => one.name === name)?.value
  const [of, key, secret] = [
    get('AWS_ENDPOINT_URL_S3'),
    get('AWS_ACCESS_KEY_ID'),
    get('AWS_SECRET_ACCESS_KEY'),
  ]
  if (of === undefined || key === undefined || secret === undefined) return undefined
  const region = get('AWS_REGION') ?? 'us-east-1'
  return {
    of,
    words: `--aws-sigv4 ${word(`aws:amz:${region}:s3`)} --user ${word(`${key}:${secret}`)} `,
  }
}

/** curl's words for who one is, as the variables name it. */
function identity(variables: readonly Variable[]): string {
  const key = variables.find(({ name }) => name.endsWith('_API_KEY'))
  const user = variables.find(({ name }) => /_USER(?:NAME)?$/.test(name) && name !== 'REGISTRY_USER')
  const password = variables.find(
    ({ name }) => /[A-Z]_PASS(?:WORD)?$/.test(name) && name !== 'REGISTRY_PASSWORD',
  )
  if (key !== undefined) return `--header ${word(`X-API-Key: ${key.value}`)} `
  return user && password ? `--user ${word(`${user.value}:${password.value}`)} ` : ''
}

/**
 * Ports that take only what programs send: whether a connection is taken. By bash itself, because `nc` is not on every machine; the
 * services are on this one, so the answer comes at once.
 */
function socketLines(view: ServiceView, variables: readonly Variable[]): readonly ConnectLine[] {
  const signs = signature(variables)
  const sockets = view.endpoints.filter(
    (one, at, all) =>
      one.scheme === 'tcp' ||
      (/^https?$/.test(one.scheme) && !asksByHttp(one, at, all) && !isSigned(one, signs)),
  )
  return sockets
    .flatMap(({ id, accesses }) => {
      const access = toldAccess(accesses)
      if (!access) return []
      const open = word(`</dev/tcp/${access.host}/${access.port}`)
      return [
        {
          id: `tcp-${id}`,
          title: sockets.length === 1 ? 'connection' : `connection, ${id}`,
          line: `bash -c ${open} && echo ${access.port} takes connections`,
          secret: false,
        },
      ]
    })
    .slice(0, 3)
}

function containerLines({ container, cluster, shell }: ServiceView): readonly ConnectLine[] {
  if (!container || cluster !== undefined || shell === false) return []
  const line = `docker exec --interactive --tty ${word(container.name)} sh`
  return [{ id: 'docker-exec', title: 'docker exec', line, secret: false }]
}

/**
 * What Copy copies of an address that is not a web page's: the whole connection string, with user and password, where a variable
 * of the service is that of this endpoint at this address; else the address.
 */
export function wholeAddress(
  variables: readonly Variable[],
  { scheme }: Pick<EndpointView, 'scheme'>,
  url: string,
): string {
  const host = /^[a-z][a-z0-9+.-]*:\/\/([^/]+)/i.exec(url)?.[1]
  const parts = variables
    .filter(({ value, nowhere }) => nowhere === undefined && value.startsWith(scheme))
    .map(({ value }) => /^([a-z][a-z0-9+.-]*:\/\/[^/]*@)[^/@]*(.*)$/is.exec(value))
    .find((found) => found !== null)
  // The way that was chosen, with what the variable says besides.
  return host === undefined || !parts ? url : `${parts[1] ?? ''}${host}${parts[2] ?? ''}`
}
