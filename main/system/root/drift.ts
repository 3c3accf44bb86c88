import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { structuredPatch } from 'diff'
import type { LedgerEntry } from '../../model/change.ts'
import { inert } from '../../model/atoms.ts'
import { readIfThere } from '../files.ts'
import { readBlock, type Block } from './block.ts'
import type { LedgerRecord } from './ledger.ts'

type Drift = Pick<LedgerEntry, 'drift' | 'diff'>
/** More than a person reads; the whole file is on their disk. */
const MAX_LINES = 200

/** Whether the machine still has what a record wrote, with the difference as lines of a unified diff. */
export async function driftOf(
  record: LedgerRecord,
  where: { readonly ledger: string; readonly below: string },
): Promise<Drift> {
  switch (record.verb) {
    case 'packages':
    case 'reload':
      return { drift: 'none' }
    case 'sysctl': {
      const now = await readNow(join(where.below, '/proc/sys', record.target.replaceAll('.', '/')))
      if (now.kind !== 'text') return { drift: now.kind }
      const value = now.text.trim()
      return value === record.wrote
        ? { drift: 'none' }
        : { drift: 'changed', diff: [`-${record.wrote}`, `+${inert(value)}`] }
    }
    case 'file':
    case 'block': {
      const now = await readNow(join(where.below, record.target))
      if (now.kind !== 'text') return { drift: now.kind }
      const block: Block =
        record.verb === 'file' ? { kind: 'block', text: now.text, first: 1 } : readBlock(now.text)
      if (block.kind === 'none') return { drift: 'missing' }
      if (block.kind === 'torn')
        return { drift: 'changed', diff: [`+ the marker lines of Macula in ${record.target} are torn`] }
      const { text } = block
      if (createHash('sha256').update(text).digest('hex') === record.wrote) return { drift: 'none' }
      const wrote = await readNow(join(where.ledger, `${record.id}.wrote`))
      return wrote.kind === 'text'
        ? { drift: 'changed', diff: unified(record.target, wrote.text, text) }
        : { drift: 'changed' }
    }
  }
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
