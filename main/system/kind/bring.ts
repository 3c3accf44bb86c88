import { createHash } from 'node:crypto'
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises'
import { get as plainGet, type IncomingMessage } from 'node:http'
import { Agent, get as secureGet } from 'node:https'
import { join } from 'node:path'
import { readBytes } from '../files.ts'
import { MaculaError } from '../../model/errors.ts'
import { sayBytes } from '../../model/say.ts'

/** A program as it is published: where, and what it must be. */
export interface KindRelease {
  readonly version: string
  readonly url: string
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string
}

/** A server that says nothing for this long has gone (ms). */
const SILENCE_MS = 30_000
/** kind’s program has about 12 MB (as Debian packages it); far more is something else (bytes). */
const MOST_BYTES = 128 * 1024 * 1024
const MOST_REDIRECTS = 5
const TELL_EVERY_BYTES = 1024 * 1024

type Environment = Readonly<Record<string, string | undefined>>

/** Where a version of kind lies once it was brought. */
export function broughtKind(folder: string, { version }: KindRelease): string {
  return join(folder, `kind-${version}`)
}

async function isWhole(path: string, { sha256 }: KindRelease): Promise<boolean> {
  const bytes = await readBytes(path, MOST_BYTES).catch(() => undefined)
  return bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256
}

/**
 * Downloads kind into `folder` and gives its path. It is put there only when it is, byte for byte, what the release says; one that
 * is there and is not, is replaced. Throws MaculaError: `outside` when it cannot be had, `refused` when interrupted,
 * `failed` when it is another file than was published.
 */
export async function bringKind(input: {
  readonly folder: string
  readonly release: KindRelease
  readonly env: Environment
  readonly onStep: (says: string) => void
  readonly signal: AbortSignal
  readonly silenceMs?: number
}): Promise<string> {
  const { folder, release, env, onStep, signal } = input
  const path = broughtKind(folder, release)
  if (await isWhole(path, release)) return path
  const part = `${path}.${process.pid}.part`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    onStep(`Downloading kind ${release.version}`)
    const answer = await ask(release.url, env, signal, input.silenceMs ?? SILENCE_MS)
    const sum = await keep(answer, part, (done, all) =>
      onStep(
        `Downloading kind ${release.version}, ${sayBytes(done)}${all > 0 ? ` of ${sayBytes(all)}` : ''}`,
      ),
    )
    if (sum !== release.sha256)
      throw new MaculaError({
        kind: 'failed',
        what: `What was downloaded is not kind ${release.version} as it was published. It was thrown away.`,
        why: `${release.url} gave a file with the SHA-256 ${sum}; ${release.sha256} is the right one.`,
        todo: 'A proxy may answer with a page of its own. Install kind yourself (https://kind.sigs.k8s.io), then try again.',
      })
    await rename(part, path)
    return path
  } catch (error) {
    throw error instanceof MaculaError ? error : trouble(folder, release, error, signal)
  } finally {
    await rm(part, { force: true }).catch(() => undefined)
  }
}

/** What a disk or a folder says no with; everything else comes from the network. */
const ofDisk = new Set(['EACCES', 'EDQUOT', 'EEXIST', 'EIO', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS'])

function trouble(folder: string, release: KindRelease, error: unknown, signal: AbortSignal): MaculaError {
  if (signal.aborted)
    return new MaculaError({
      kind: 'refused',
      what: `The download of kind ${release.version} was interrupted.`,
      todo: 'Starting it again downloads it again.',
    })
  const { code = '' } = error as NodeJS.ErrnoException
  if (ofDisk.has(code))
    return new MaculaError(
      {
        kind: 'failed',
        what: `kind ${release.version} cannot be kept in ${folder}.`,
        why: error instanceof Error ? error.message : String(error),
        todo: 'Free some space or allow writing there, then try again.',
      },
      { cause: error },
    )
  return new MaculaError(
    {
      kind: 'outside',
      what: `No suitable kind is installed, and ${release.version} cannot be downloaded.`,
      why: `${release.url}: ${error instanceof Error ? error.message : String(error)}`,
      todo: `Check the connection (and HTTPS_PROXY, if there is a proxy), or put kind ${release.version} on your PATH, then try again.`,
    },
    { cause: error },
  )
}

/** The body at an address, over redirects; never from https to http. */
async function ask(
  address: string,
  env: Environment,
  signal: AbortSignal,
  silenceMs: number,
): Promise<IncomingMessage> {
  const agent = new Agent({ proxyEnv: { ...env } })
  let url = new URL(address)
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const isSecure = url.protocol === 'https:'
    const at = url
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { signal, timeout: silenceMs, headers: { 'user-agent': 'macula-desktop' } }
      let begun: IncomingMessage | undefined
      const onAnswer = (first: IncomingMessage): void => resolve((begun = first))
      const sent = isSecure ? secureGet(at, { ...options, agent }, onAnswer) : plainGet(at, options, onAnswer)
      // Ending the request alone would tell whoever reads its answer no more than "aborted".
      sent.on('timeout', () => (begun ?? sent).destroy(new Error(`no byte for ${silenceMs / 1000} s`)))
      sent.on('error', reject)
    })
    const { statusCode = 0, headers } = answer
    if (statusCode === 200) return answer
    answer.resume()
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined)
      throw new Error(`HTTP ${statusCode}`)
    url = new URL(headers.location, url)
    if (isSecure && url.protocol !== 'https:')
      throw new Error(`it redirects to ${url.protocol}, not to https`)
  }
  throw new Error(`more than ${MOST_REDIRECTS} redirects`)
}

/** Writes a body into a file and gives its SHA-256; throws when it ends early or is far too large. */
async function keep(
  answer: IncomingMessage,
  path: string,
  onBytes: (done: number, all: number) => void,
): Promise<string> {
  const all = Number(answer.headers['content-length'] ?? 0)
  const hash = createHash('sha256')
  const file = await open(path, 'w', 0o700)
  let done = 0
  let told = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      done += chunk.length
      if (done > MOST_BYTES) throw new Error(`it is larger than ${sayBytes(MOST_BYTES)}`)
      hash.update(chunk)
      await file.write(chunk)
      if (done - told >= TELL_EVERY_BYTES) {
        told = done
        onBytes(done, all)
      }
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(path, 0o755)
  return hash.digest('hex')
}
