import { createHash } from 'node:crypto'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { structuredPatch } from 'diff'
import type { LedgerEntry } from '../../model/change.ts'
import { inert } from '../../model/atoms.ts'
import { readBytes, readIfThere } from '../files.ts'
import { bodyOf, readBlock, type Block } from './block.ts'
import { forwarderRuns, unitState } from './drift-live.ts'
import type { LedgerRecord } from './ledger.ts'

type Drift = Pick<LedgerEntry, 'drift' | 'diff'>
interface Where {
  readonly ledger: string
  readonly below: string
}
/** More than a person reads; the whole file is on their disk. */
const MAX_LINES = 200
const NONE: Drift = { drift: 'none' }

/**
 * Whether the machine still has what a record wrote, with the difference as lines of a unified diff. `all`: the records
 * that it is one of, because later lines are taken out of what earlier ones left.
 */
export async function driftOf(
  record: LedgerRecord,
  where: Where,
  all: readonly LedgerRecord[] = [],
): Promise<Drift> {
  switch (record.verb) {
    case 'packages':
    case 'reload':
    case 'start':
    case 'install':
    case 'stop':
      return NONE
    case 'group': {
      const now = await readNow(join(where.below, '/etc/group'))
      if (now.kind !== 'text') return { drift: now.kind }
      const members = now.text
        .split('\n')
        .find((line) => line.startsWith(`${record.target}:`))
        ?.split(':')[3]
      return members?.split(',').includes(record.wrote) === true ? NONE : { drift: 'missing' }
    }
    case 'enable': {
      const state = await unitState(record.target, where.below)
      return state === undefined || state === 'enabled,active'
        ? NONE
        : changed(['-enabled,active', `+${state}`])
    }
    case 'sysctl': {
      const now = await readNow(join(where.below, '/proc/sys', record.target.replaceAll('.', '/')))
      if (now.kind !== 'text') return { drift: now.kind }
      const value = now.text.trim()
      return value === record.wrote ? NONE : changed([`-${record.wrote}`, `+${inert(value)}`])
    }
    case 'file':
    case 'block': {
      const now = await readNow(join(where.below, record.target))
      if (now.kind !== 'text') return { drift: now.kind }
      const block: Block =
        record.verb === 'file' ? { kind: 'block', text: now.text, first: 1 } : readBlock(now.text)
      if (block.kind === 'none') return { drift: 'missing' }
      if (block.kind === 'torn') return torn(record)
      return await compared(record, where, block.text, sha256(block.text))
    }
    case 'remove':
      return (await isThere(join(where.below, record.target)))
        ? changed([`+ ${record.target} is there again`])
        : NONE
    case 'lines':
      return await linesDrift(record, where, all)
    case 'unit-off': {
      const state = await unitState(record.target, where.below)
      return state === undefined || state === 'disabled,inactive'
        ? NONE
        : changed(['-disabled,inactive', `+${state}`])
    }
    case 'end':
      return (await forwarderRuns(join(where.ledger, `${record.id}.before`)))
        ? changed(['+ the same was started again'])
        : NONE
  }
}

/** What is left of a file is compared without our block, which has a record of its own. */
async function linesDrift(record: LedgerRecord, where: Where, all: readonly LedgerRecord[]): Promise<Drift> {
  let bytes: Buffer | undefined
  try {
    bytes = await readBytes(join(where.below, record.target))
  } catch {
    return { drift: 'unreadable' }
  }
  if (bytes === undefined) return { drift: 'missing' }
  // One character a byte: a hosts file may hold any.
  const body = bodyOf(bytes.toString('latin1'))
  if (body === undefined) return torn(record)
  const next = all.find(
    (one) =>
      one.verb === 'lines' &&
      one.state === 'applied' &&
      one.target === record.target &&
      one.was === record.wrote,
  )
  if (next && next.id !== record.id) return NONE
  const hash = createHash('sha256').update(body, 'latin1').digest('hex')
  return await compared(record, where, Buffer.from(body, 'latin1').toString('utf8'), hash)
}

async function compared(record: LedgerRecord, where: Where, now: string, hash: string): Promise<Drift> {
  if (hash === record.wrote) return NONE
  const wrote = await readNow(join(where.ledger, `${record.id}.wrote`))
  return wrote.kind === 'text' ? changed(unified(record.target, wrote.text, now)) : { drift: 'changed' }
}

const changed = (diff: readonly string[]): Drift => ({ drift: 'changed', diff })

const torn = ({ target }: LedgerRecord): Drift =>
  changed([`+ the marker lines of Macula in ${target} are torn`])

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A link that leads nowhere is there too. */
async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  )
}

function unified(path: string, wrote: string, now: string): readonly string[] {
  const lines = [`--- ${path} (as Macula wrote it)`, `+++ ${path} (now)`]
  for (const hunk of structuredPatch(path, path, wrote, now).hunks) {
    lines.push(`@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`, ...hunk.lines)
  }
  const shown = lines.slice(0, MAX_LINES).map(inert)
  return lines.length > MAX_LINES ? [...shown, `… ${lines.length - MAX_LINES} more lines`] : shown
}

/** Decoding is safe to compare by: what we write is ASCII, so other bytes never decode to it. */
async function readNow(
  path: string,
): Promise<{ readonly kind: 'text'; readonly text: string } | { readonly kind: 'missing' | 'unreadable' }> {
  try {
    const text = await readIfThere(path)
    return text === undefined ? { kind: 'missing' } : { kind: 'text', text }
  } catch {
    return { kind: 'unreadable' }
  }
}
