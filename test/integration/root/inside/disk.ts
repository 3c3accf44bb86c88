/** Root's program on a disk that is full after N KiB, for every N that matters, and on one that is read-only. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { all, LEDGER, plantTree, SYSCTL, type Tree } from '../../../unit/root/tree.ts'
import { parseLedger } from '../../../../main/system/root/ledger.ts'
import { end } from './story.ts'

mkdirSync('/mnt/small')
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=755', 'small', '/mnt/small'])

const theirs = `# theirs\n${'# a long line of somebody else\n'.repeat(300)}`
const ours = 'net.ipv4.ip_unprivileged_port_start = 80\n'

function plant(): { readonly tree: Tree; readonly before: string } {
  const tree = plantTree({}, '/mnt/small')
  tree.write(SYSCTL, theirs, 0o640)
  return { tree, before: JSON.stringify(tree.picture()) }
}

/** Leaves exactly `pages` free pages of 4 KiB. */
function fill(pages: number): void {
  const { bavail, bsize } = statfsSync('/mnt/small')
  writeFileSync('/mnt/small/ballast', Buffer.alloc((bavail - pages) * bsize))
}

const wrong: string[] = []
let failed = 0
let fine = 0
for (let pages = 0; fine < 3 && pages < 40; pages++) {
  const { tree, before } = plant()
  fill(pages)
  const outcome = await tree
    .apply(...all)
    .catch((error: unknown) => ({ kind: 'failed', says: String(error) }))
  if (outcome.kind === 'done') fine++
  else failed++
  const file = tree.read(SYSCTL)
  if (file !== theirs && file !== ours) wrong.push(`${pages}: a part of a file`)
  if (
    tree.has(`${LEDGER}/ledger`) &&
    parseLedger(readFileSync(tree.at(`${LEDGER}/ledger`), 'utf8')).problems.length > 0
  )
    wrong.push(`${pages}: a damaged ledger`)
  rmSync('/mnt/small/ballast')
  const again = await tree.apply(...all)
  if (again.kind !== 'done') wrong.push(`${pages}: not finished: ${JSON.stringify(again)}`)
  const undone = await tree.undo()
  if (undone.kind !== 'done') wrong.push(`${pages}: not undone: ${JSON.stringify(undone)}`)
  if (JSON.stringify(tree.picture()) !== before) wrong.push(`${pages}: not as before`)
  tree.remove()
}

const { tree, before } = plant()
const state = `${tree.root}-state`
mkdirSync(state)
execFileSync('mount', ['--bind', tree.root, tree.root])
execFileSync('mount', ['-o', 'remount,bind,ro', tree.root])
const readOnly = await tree.apply(...all)
const sameReadOnly = JSON.stringify(tree.picture()) === before
execFileSync('umount', [tree.root])
end({ failed, fine, wrong, readOnly, sameReadOnly })
