import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pack as packer } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { firstDifference, tarReader, type Manifest } from '../../../main/system/docker/tar.ts'

const long = 'x'.repeat(120)
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'macula-tar-'))
  mkdirSync(join(folder, long))
  writeFileSync(join(folder, long, 'y'.repeat(110)), 'deep')
  writeFileSync(join(folder, 'plain'), 'a'.repeat(700))
  writeFileSync(join(folder, 'ümlaut'), '')
  symlinkSync(`/${long}/${long}`, join(folder, 'link'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const pack = (format: string): Buffer =>
  execFileSync('tar', ['-C', folder, `--format=${format}`, '-cf', '-', '.'], { maxBuffer: 1e8 })

async function read(bytes: Buffer, step = bytes.length): Promise<Manifest> {
  const reader = tarReader()
  for (let at = 0; at < bytes.length; at += step) await reader.push(bytes.subarray(at, at + step))
  return await reader.end()
}

describe('a tar stream', () => {
  test.each(['pax', 'gnu'])(
    'of kind %s is read with long names and links, wherever it is cut',
    async (format) => {
      const bytes = pack(format)
      const whole = await read(bytes)
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
      for (const step of [1, 511, 513, 4096]) expect(await read(bytes, step)).toEqual(whole)
    },
  )

  test('both kinds of the same folder hold the same', async () => {
    expect(firstDifference(await read(pack('pax')), await read(pack('gnu')))).toBeUndefined()
  })

  test('a changed byte, mode, or missing entry is a difference', async () => {
    const before = await read(pack('pax'))
    writeFileSync(join(folder, 'plain'), `${'a'.repeat(699)}b`)
    expect(firstDifference(before, await read(pack('pax')))).toBe('./plain')
    writeFileSync(join(folder, 'plain'), 'a'.repeat(700))
    chmodSync(join(folder, 'plain'), 0o600)
    expect(firstDifference(before, await read(pack('pax')))).toBe('./plain')
    chmodSync(join(folder, 'plain'), 0o644)
    writeFileSync(join(folder, 'more'), '')
    expect(firstDifference(before, await read(pack('pax')))).toBe('./more')
  })

  test.each([0.3, 0.9])('that breaks off at %d of its length is not taken for a whole one', async (part) => {
    const bytes = pack('pax')
    const end = bytes.findLastIndex((byte) => byte !== 0)
    await expect(read(bytes.subarray(0, Math.floor(end * part)))).rejects.toThrow('broke off')
  })

  test('that ends between two entries, without its end, is not taken for a whole one', async () => {
    const bytes = pack('gnu')
    const end = bytes.findLastIndex((byte) => byte !== 0)
    const entries = bytes.subarray(0, Math.ceil((end + 1) / 512) * 512)
    await expect(read(entries)).rejects.toThrow('broke off')
    expect((await read(Buffer.concat([entries, Buffer.alloc(1024)]))).entries.size).toBeGreaterThan(5)
  })

  test('what is no archive is refused, not read as an empty one', async () => {
    await expect(read(Buffer.from('no archive at all, '.repeat(200)))).rejects.toThrow()
    await expect(read(Buffer.alloc(0))).rejects.toThrow('broke off')
  })

  test('an attribute of a file that was lost is a difference', async () => {
    const packed = async (pax: Record<string, string> | undefined): Promise<Manifest> => {
      const archive = packer()
      archive.entry({ name: 'ping', mode: 0o755, ...(pax === undefined ? {} : { pax }) }, 'x')
      archive.finalize()
      const reader = tarReader()
      for await (const chunk of archive) await reader.push(Buffer.from(chunk))
      return await reader.end()
    }
    const capable = await packed({ 'SCHILY.xattr.security.capability': 'net_raw' })
    expect(firstDifference(capable, await packed(undefined))).toBe('ping')
    expect(firstDifference(capable, capable)).toBeUndefined()
  })
})
