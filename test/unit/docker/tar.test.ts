import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { firstDifference, tarReader, type Manifest } from '../../../main/system/docker/tar.ts'

const long = 'x'.repeat(120)
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-tar-'))
  mkdirSync(join(folder, long))
  writeFileSync(join(folder, long, 'y'.repeat(110)), 'deep')
  writeFileSync(join(folder, 'plain'), 'a'.repeat(700))
  writeFileSync(join(folder, 'ümlaut'), '')
  symlinkSync(`/${long}/${long}`, join(folder, 'link'))
})

const pack = (format: string): Buffer =>
  execFileSync('tar', ['-C', folder, `--format=${format}`, '-cf', '-', '.'], { maxBuffer: 1e8 })

function read(bytes: Buffer, step = bytes.length): Manifest {
  const reader = tarReader()
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step))
  return reader.end()
}

describe('a tar stream', () => {
  test.each(['pax', 'gnu'])('of kind %s is read with long names and links, wherever it is cut', (format) => {
    const bytes = pack(format)
    const whole = read(bytes)
    expect([...whole.entries.keys()].sort()).toEqual([
      './',
      './link',
      './plain',
      `./${long}/`,
      `./${long}/${'y'.repeat(110)}`,
      './ümlaut',
    ])
    expect(whole.bytes).toBe(704)
    expect(whole.entries.get('./link')).toContain(`/${long}/${long}`)
    for (const step of [1, 511, 513, 4096]) expect(read(bytes, step)).toEqual(whole)
  })

  test('both kinds of the same folder hold the same', () => {
    expect(firstDifference(read(pack('pax')), read(pack('gnu')))).toBeUndefined()
  })

  test('a changed byte, mode, or missing entry is a difference', () => {
    const before = read(pack('pax'))
    writeFileSync(join(folder, 'plain'), `${'a'.repeat(699)}b`)
    expect(firstDifference(before, read(pack('pax')))).toBe('./plain')
    writeFileSync(join(folder, 'plain'), 'a'.repeat(700))
    chmodSync(join(folder, 'plain'), 0o600)
    expect(firstDifference(before, read(pack('pax')))).toBe('./plain')
    chmodSync(join(folder, 'plain'), 0o644)
    writeFileSync(join(folder, 'more'), '')
    expect(firstDifference(before, read(pack('pax')))).toBe('./more')
  })

  test.each([0.3, 0.9])('that breaks off at %d of its length is not taken for a whole one', (part) => {
    const bytes = pack('pax')
    const end = bytes.findLastIndex((byte) => byte !== 0)
    expect(() => read(bytes.subarray(0, Math.floor(end * part)))).toThrow('broke off')
  })
})
