import { createHash, type Hash } from 'node:crypto'

/** What a tar stream holds: enough to tell whether two hold the same. */
export interface Manifest {
  /** By path: kind, mode, owner, size, where a link leads, and the SHA-256 of the content. */
  readonly entries: ReadonlyMap<string, string>
  /** Content bytes. */
  readonly bytes: number
}

const BLOCK = 512

/** A path or a set of PAX records; longer is none of Docker's. */
const MAX_META = 1024 * 1024

interface Header {
  readonly path: string
  readonly type: string
  readonly size: number
  readonly about: string
}

function text(block: Buffer, from: number, length: number): string {
  const end = block.indexOf(0, from)
  return block.toString('utf8', from, end < 0 || end > from + length ? from + length : end)
}

/** Octal, or base 256 when the first bit is set (POSIX pax, GNU tar). */
function number(block: Buffer, from: number, length: number): number {
  if (((block[from] ?? 0) & 0x80) === 0) return Number.parseInt(text(block, from, length).trim() || '0', 8)
  let value = BigInt((block[from] ?? 0) & 0x7f)
  for (const byte of block.subarray(from + 1, from + length)) value = value * 256n + BigInt(byte)
  return Number(value)
}

/** "27 path=a/b\n" records. */
function paxRecords(body: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>()
  let at = 0
  while (at < body.length) {
    const space = body.indexOf(32, at)
    const length = Number(body.toString('latin1', at, space))
    if (space < 0 || !(length > 0)) break
    const record = body.toString('utf8', space + 1, at + length - 1)
    const equals = record.indexOf('=')
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return records
}

function isBlank(block: Buffer): boolean {
  return block.every((byte) => byte === 0)
}

/** Reads a tar stream as it passes by, in bounded memory. `end` throws when it broke off in the middle. */
export function tarReader() {
  const entries = new Map<string, string>()
  let bytes = 0
  let held = Buffer.alloc(0)
  let header: Header | undefined
  let left = 0
  let padding = 0
  let hash: Hash | undefined
  let meta: Buffer[] | undefined
  let pax: ReadonlyMap<string, string> = new Map()
  let long: { path?: string; link?: string } = {}
  let isOver = false

  function open(block: Buffer): void {
    if (isBlank(block)) {
      isOver = true
      return
    }
    const prefix = text(block, 345, 155)
    const isUstar = block.toString('latin1', 257, 262) === 'ustar'
    const name = text(block, 0, 100)
    const type = String.fromCharCode(block[156] ?? 0)
    const size = Number(pax.get('size') ?? number(block, 124, 12))
    const path = pax.get('path') ?? long.path ?? (isUstar && prefix !== '' ? `${prefix}/${name}` : name)
    const link = pax.get('linkpath') ?? long.link ?? text(block, 157, 100)
    const owner = `${pax.get('uid') ?? number(block, 108, 8)}:${pax.get('gid') ?? number(block, 116, 8)}`
    const mode = (number(block, 100, 8) & 0o7777).toString(8)
    header = { path, type, size, about: [type === '\0' ? '0' : type, mode, owner, size, link].join(' ') }
    left = size
    padding = (BLOCK - (size % BLOCK)) % BLOCK
    const isMeta = type === 'x' || type === 'g' || type === 'L' || type === 'K'
    if (isMeta && size > MAX_META) throw new Error(`a header of ${size} bytes`)
    meta = isMeta ? [] : undefined
    hash = isMeta ? undefined : createHash('sha256')
    if (left === 0) close()
  }

  function close(): void {
    if (!header) return
    if (meta) {
      const body = Buffer.concat(meta)
      if (header.type === 'x') pax = paxRecords(body)
      if (header.type === 'L') long = { ...long, path: text(body, 0, body.length) }
      if (header.type === 'K') long = { ...long, link: text(body, 0, body.length) }
    } else {
      entries.set(header.path, `${header.about} ${hash?.digest('hex') ?? ''}`)
      bytes += header.size
      pax = new Map()
      long = {}
    }
    header = undefined
    meta = undefined
  }

  function push(chunk: Buffer): void {
    let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    held = Buffer.alloc(0)
    while (rest.length > 0 && !isOver) {
      if (left > 0) {
        const part = rest.subarray(0, left)
        if (meta) meta.push(Buffer.from(part))
        else hash?.update(part)
        left -= part.length
        rest = rest.subarray(part.length)
        if (left === 0) close()
      } else if (padding > 0) {
        const skipped = Math.min(padding, rest.length)
        padding -= skipped
        rest = rest.subarray(skipped)
      } else if (rest.length >= BLOCK) {
        open(rest.subarray(0, BLOCK))
        rest = rest.subarray(BLOCK)
      } else {
        held = Buffer.from(rest)
        return
      }
    }
  }

  return {
    push,
    bytes: () => bytes,
    end(): Manifest {
      if (!isOver || header) throw new Error('the stream broke off')
      return { entries, bytes }
    },
  }
}

/** The first path at which two manifests differ; undefined when they hold the same. */
export function firstDifference(one: Manifest, two: Manifest): string | undefined {
  for (const [path, about] of one.entries) if (two.entries.get(path) !== about) return path
  for (const path of two.entries.keys()) if (!one.entries.has(path)) return path
  return undefined
}
