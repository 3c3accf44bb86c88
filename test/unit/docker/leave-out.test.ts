import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leaveOut } from '../../../main/system/docker/leave-out.ts'

/** Archives by GNU tar itself, in all of its formats; Docker's own are pax. */

const long = `${'deep-folder-with-a-long-name/'.repeat(8)}${'n'.repeat(150)}.txt`
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-leave-out-'))
  for (const [path, content] of [
    ['at/.sys/config/iam/users/app.json', 'the-password'],
    [`at/.sys/config/iam/${long}`, 'the-password too'],
    ['at/.sys/config/iam-not/kept', 'kept'],
    ['at/.sys/config/other', 'x'.repeat(5000)],
    [`at/objects/${long}`, 'y'.repeat(513)],
    ['at/objects/empty', ''],
    ['at/objects/ünïcode', 'z'.repeat(512)],
  ] as const) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  execFileSync('ln', ['-s', long, join(folder, 'at/objects/link')])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const isOut = (path: string): boolean =>
  path === 'at/.sys/config/iam' || path.startsWith('at/.sys/config/iam/')

async function* inPieces(whole: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < whole.length; at += size) yield await Promise.resolve(whole.subarray(at, at + size))
}
async function through(whole: Buffer, size: number): Promise<Buffer> {
  const got: Buffer[] = []
  for await (const part of leaveOut(inPieces(whole, size), isOut)) got.push(part)
  return Buffer.concat(got)
}
const list = (tar: Buffer): readonly string[] =>
  execFileSync('tar', ['-tvf', '-'], { input: tar, encoding: 'utf8' }).trim().split('\n')

test.each(['pax', 'gnu', 'oldgnu', 'posix'])(
  'what tar itself leaves out of an archive in its format %s is left out, and nothing else',
  async (format) => {
    const tar = (...more: readonly string[]): Buffer =>
      execFileSync('tar', ['-C', folder, `--format=${format}`, '--sort=name', ...more, '-cf', '-', 'at'])
    const whole = tar()
    expect(whole.includes('the-password')).toBe(true)
    const wanted = list(tar('--exclude=at/.sys/config/iam'))
    expect(wanted.length).toBeGreaterThan(10)
    for (const size of [1, 511, 512, 1000, 65_536]) {
      const without = await through(whole, size)
      expect(without.includes('the-password'), `in pieces of ${size} bytes`).toBe(false)
      expect(list(without)).toEqual(wanted)
    }
    const out = join(folder, `out-${format}`)
    mkdirSync(out)
    execFileSync('tar', ['-C', out, '-xf', '-'], { input: await through(whole, 777) })
    expect(readFileSync(join(out, 'at/objects', long), 'utf8')).toBe('y'.repeat(513))
    rmSync(out, { recursive: true })
  },
)

test('an archive without such entries stays as it is, and one that breaks off breaks off as it did', async () => {
  const whole = execFileSync('tar', ['-C', folder, '-cf', '-', 'at/objects'])
  expect((await through(whole, 700)).equals(whole)).toBe(true)
  const cut = whole.subarray(0, 1300)
  expect((await through(cut, 700)).equals(cut)).toBe(true)
})
