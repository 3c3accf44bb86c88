const BLOCK = 512
/** What stands before an entry and belongs to it: pax' words (x), GNU's long name (L) and long link (K). POSIX.1-2017, pax; GNU tar's manual, "Basic Tar Format". */
const BEFORE = new Set(['x', 'L', 'K'])
/** A head that tells a longer path than Linux has is none (PATH_MAX is 4,096). */
const MOST_BEFORE = 1024 * 1024

/**
 * A tar stream without the entries that `isOut` names, everything else byte for byte. `isOut`: of a path as it stands in the
 * archive, without "/" at its end. What breaks off goes on as it is, for whoever reads it to tell.
 */
export async function* leaveOut(
  source: AsyncIterable<Buffer>,
  isOut: (path: string) => boolean,
): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  /** What stood before the entry that comes, and what it says of it. */
  let before: Buffer[] = []
  let said: { path?: string; size?: number } = {}
  /** Content, with its padding, that is still to come of the entry that is passed on or dropped. */
  let left = 0
  let drops = false
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      if (left > 0) {
        const part = rest.subarray(0, left)
        if (part.length === 0) break
        if (!drops) yield part
        left -= part.length
        rest = rest.subarray(part.length)
        continue
      }
      if (rest.length < BLOCK) break
      const head = rest.subarray(0, BLOCK)
      const size = sizeOf(head)
      if (BEFORE.has(typeOf(head)) && size <= MOST_BEFORE) {
        const whole = BLOCK + padded(size)
        if (rest.length < whole) break
        said = { ...said, ...saidBy(typeOf(head), rest.subarray(BLOCK, BLOCK + size)) }
        before.push(rest.subarray(0, whole))
        rest = rest.subarray(whole)
        continue
      }
      drops = isOut((said.path ?? pathOf(head)).replace(/\/+$/, ''))
      if (!drops) yield Buffer.concat([...before, head])
      left = padded(said.size ?? size)
      before = []
      said = {}
      rest = rest.subarray(BLOCK)
    }
  }
  if (before.length > 0) yield Buffer.concat(before)
  if (rest.length > 0) yield rest
}

const padded = (size: number): number => Math.ceil(size / BLOCK) * BLOCK
const typeOf = (head: Buffer): string => head.toString('latin1', 156, 157)

/** Text up to its zero byte. */
function textOf(head: Buffer, from: number, to: number): string {
  const field = head.subarray(from, to)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? field.length : end)
}

/** Of links and folders no content follows, whatever their size says. */
function sizeOf(head: Buffer): number {
  if (/[1-6]/.test(typeOf(head))) return 0
  // Base 256 for sizes of 8 GB and more (GNU): the first bit says so.
  if (((head[124] ?? 0) & 0x80) !== 0) return Number(BigInt(`0x${head.subarray(125, 136).toString('hex')}`))
  return Number.parseInt(textOf(head, 124, 136).trim(), 8) || 0
}

/** Name and, with POSIX' own mark only, the prefix: GNU has times of access there. */
function pathOf(head: Buffer): string {
  const name = textOf(head, 0, 100)
  const prefix = head.toString('latin1', 257, 263) === 'ustar\0' ? textOf(head, 345, 500) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

/** What stands before an entry says of it: GNU's long name, or pax' words "LENGTH KEY=VALUE\n". */
function saidBy(type: string, content: Buffer): { path?: string; size?: number } {
  if (type === 'L') return { path: textOf(content, 0, content.length) }
  if (type !== 'x') return {}
  const said: { path?: string; size?: number } = {}
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at)
    const length = space < 0 ? 0 : Number.parseInt(content.toString('latin1', at, space), 10)
    if (!(length > space - at)) break
    const [, key, value = ''] =
      /^([^=]*)=([^]*)\n$/.exec(content.toString('utf8', space + 1, at + length)) ?? []
    if (key === 'path') said.path = value
    if (key === 'size') said.size = Number(value)
    at += length
  }
  return said
}
