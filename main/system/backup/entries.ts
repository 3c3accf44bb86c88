import type { Headers } from 'tar-stream'
import type { BackupPart } from '../../model/backup.ts'
import { AT } from '../docker/archives.ts'
import { passingTar } from '../passing-tar.ts'
import { FILES_ROOT } from './files-part.ts'

/** More entries than a store of a laptop has; each is remembered while it is read. */
const MOST_ENTRIES = 4_000_000

/** What may be in a tar within a snapshot. */
export interface EntryRules {
  /** The only folder that entries may lie in. */
  readonly root: string
  /** Volumes hold links; folders of a person's are taken without. */
  readonly links: boolean
}

/** What may be in the tars within. */
export function rulesOf({ kind }: Pick<BackupPart, 'kind'>): EntryRules | undefined {
  if (kind === 'volume') return { root: AT.slice(1), links: true }
  return kind === 'files' ? { root: FILES_ROOT, links: false } : undefined
}

/** The path below the root; undefined: it leads elsewhere. */
function withinRoot(name: string, root: string): string | undefined {
  const path = name.replace(/\/$/, '')
  if (path === root) return ''
  if (!path.startsWith(`${root}/`) || path.includes('\0')) return undefined
  const rest = path.slice(root.length + 1)
  return rest.split('/').some((one) => one === '' || one === '.' || one === '..') ? undefined : rest
}

/** Looks at headers in turn; returns why one is refused. */
export function entryJudge({ root, links }: EntryRules): (header: Headers) => string | undefined {
  const seen = new Set<string>()
  const symbolic = new Set<string>()
  return ({ name, type = 'file', linkname }) => {
    const path = withinRoot(name, root)
    const said = JSON.stringify(name.slice(0, 200))
    if (path === undefined) return `${said} leads out of its folder`
    if (seen.has(path)) return `${said} is in it twice`
    if (seen.size >= MOST_ENTRIES) return `it has more than ${MOST_ENTRIES} entries`
    const parts = path.split('/')
    // What lies "in" a link would be written to where that leads.
    if (parts.some((_, at) => symbolic.has(parts.slice(0, at).join('/')) && at > 0))
      return `${said} lies behind a link`
    seen.add(path)
    if (type === 'file' || type === 'contiguous-file' || type === 'directory') return undefined
    if (!links) return `${said} is no file and no folder`
    // A FIFO is only a name; devices are not a volume's to bring.
    if (type === 'fifo') return undefined
    if (type === 'symlink') {
      symbolic.add(path)
      return undefined
    }
    if (type !== 'link') return `${said} is a ${type}`
    const to = withinRoot(linkname ?? '', root)
    return to !== undefined && seen.has(to) && !symbolic.has(to)
      ? undefined
      : `${said} is a link out of its folder`
  }
}

/** Reads a tar as it passes by (`passingTar`) and judges its entries: `push` rejects at the first that is refused. */
export function entryReader(rules: EntryRules): ReturnType<typeof passingTar> {
  const judge = entryJudge(rules)
  return passingTar((header, content, next, refuse) => {
    const refused = judge(header)
    if (refused !== undefined) return refuse(new Error(refused))
    content.on('end', next)
    content.resume()
  })
}
