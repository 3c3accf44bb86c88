import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { planOf } from '../../../main/system/root/plan.ts'
import { hosts, LEDGER, plantTree, runRaw, shells, undoAll, type Tree } from '../../unit/root/tree.ts'

let tree: Tree
afterEach(() => tree.remove())

/** What keeps a file from being replaced, made in a mount namespace of its own; T is the folder of the machine. */
const obstacles: readonly (readonly [string, string, RegExp])[] = [
  ['bind-mounted', 'mount --bind $T/etc/hosts $T/etc/hosts', /\/etc\/hosts is mounted from elsewhere/],
  [
    'in a read-only /etc',
    'mount --bind $T/etc $T/etc && mount -o remount,bind,ro $T/etc',
    /\/etc is on a read-only disk/,
  ],
  [
    'on a full disk',
    'cp -a $T/etc /mnt/etc && mount -t tmpfs -o mode=755,size=32k tmpfs $T/etc && cp -a /mnt/etc/. $T/etc/ && ! head -c 1M /dev/zero >$T/etc/filler',
    /the disk of \S+\/etc is full/,
  ],
  [
    'immutable',
    'cp -a $T/etc /mnt/etc && mount -t tmpfs -o mode=755 tmpfs $T/etc && cp -a /mnt/etc/. $T/etc/ && chattr +i $T/etc/hosts',
    /\/etc\/hosts is protected from every change/,
  ],
  [
    'in an immutable /etc',
    'cp -a $T/etc /mnt/etc && mount -t tmpfs -o mode=755 tmpfs $T/etc && cp -a /mnt/etc/. $T/etc/ && chattr +i $T/etc',
    /\/etc is protected from every change/,
  ],
  [
    'fine, but nothing can be noted: the ledger is on a full disk',
    `mkdir -p /mnt/l && { [ ! -d $T${LEDGER} ] || cp -a $T${LEDGER}/. /mnt/l/; } && mkdir -p $T${LEDGER} && mount -t tmpfs -o mode=755,size=32k tmpfs $T${LEDGER} && cp -a /mnt/l/. $T${LEDGER}/ && ! head -c 1M /dev/zero >$T${LEDGER}/filler`,
    /the disk of \S+macula-desktop\S* is full/,
  ],
  [
    'fine, but nothing can be noted: the ledger is on a read-only disk',
    `mkdir -p $T${LEDGER} && mount --bind $T${LEDGER} $T${LEDGER} && mount -o remount,bind,ro $T${LEDGER}`,
    /macula-desktop is on a read-only disk/,
  ],
]

/** The shell that runs root's program after `script`, where nothing else sees what it mounts. */
const after = (script: string, shell: readonly string[]): readonly string[] => [
  'unshare',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-c',
  `T=${tree.root}; mount -t tmpfs tmpfs /mnt && { ${script}; } 2>/dev/null || { echo "no such obstacle here" >&2; exit 77; }
   "$@"; code=$?; cat "$T/etc/hosts" >"$T.hosts"; exit $code`,
  'sh',
  ...shell,
]

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('under $name', ({ shell }) => {
  describe.each(obstacles)('a hosts file that is %s', (_, script, says) => {
    const chattr = script.includes('chattr')
    const can = (): boolean => {
      const probe = 'mount -t tmpfs t /mnt && : >/mnt/x && chattr +i /mnt/x'
      return (
        !chattr ||
        spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', probe]).status === 0
      )
    }

    it.skipIf(!can())('is told so when the block is to be written, and stays as it is', () => {
      tree = plantTree()
      const before = tree.read('/etc/hosts')
      const run = runRaw(tree, { plan: planOf([hosts]) }, { shell: after(script, shell) })
      expect(run.stdout + run.stderr).toMatch(says)
      expect(run.stdout).toMatch(/\nend\t(?:failed|refused\t.*)\n$/)
      expect(run.stdout).not.toMatch(/when there is room/)
      expect(readFileSync(`${tree.root}.hosts`, 'utf8')).toBe(before)
    })

    it.skipIf(!can())('is told so when the block is to be taken out, which a later undo does', async () => {
      tree = plantTree()
      const before = tree.picture()
      await tree.apply(hosts)
      const run = runRaw(tree, { plan: undoAll }, { shell: after(script, shell) })
      expect(run.stdout + run.stderr).toMatch(says)
      expect(run.stdout).toMatch(/\nend\t(?:failed|refused\t.*)\n$/)
      expect((await tree.undo()).kind).toBe('done')
      expect(tree.picture()).toEqual(before)
    })
  })
})
