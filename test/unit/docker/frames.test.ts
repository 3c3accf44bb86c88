import { fc } from '../../chance.ts'
import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../main/model/log-line.ts'
import { lineReader, MAX_LINE_BYTES } from '../../../main/system/docker/frames.ts'

const when = '2026-11-23T20:24:53.123456789Z'
const at = Date.parse('2026-11-23T20:24:53.123Z') + 456 / 1000

function frame(stream: 1 | 2, text: string): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}

function read(chunks: readonly Buffer[], tty = false): readonly LogLine[] {
  const reader = lineReader('grafana', tty)
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()]
}

function cut(whole: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = []
  let from = 0
  for (const size of sizes) {
    chunks.push(whole.subarray(from, from + size))
    from += size
  }
  return [...chunks, whole.subarray(from)]
}

describe('lines of a multiplexed log', () => {
  it('reads stream, time and text', () => {
    expect(read([frame(1, `${when} hello\n`), frame(2, `${when} bad\r\n`)])).toEqual([
      { service: 'grafana', at, stream: 'out', text: 'hello' },
      { service: 'grafana', at, stream: 'err', text: 'bad' },
    ])
  })

  it('keeps an empty line and one without its end', () => {
    expect(read([frame(1, `${when} \n`), frame(1, `${when} last`)]).map(({ text }) => text)).toEqual([
      '',
      'last',
    ])
  })

  it('gives the same lines wherever the stream is cut', () => {
    const whole = Buffer.concat([
      frame(1, `${when} änderung ✓\n`),
      frame(2, `${when} one\n`),
      frame(1, `${when} ${'x'.repeat(300)}\n`),
      frame(2, `${when} \n`),
    ])
    const expected = read([whole])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), (sizes) => {
        expect(read(cut(whole, sizes))).toEqual(expected)
      }),
    )
  })

  it('joins the pieces of a long line without the time stamps between them', () => {
    const piece = 'a'.repeat(16 * 1024)
    const lines = read([
      frame(1, `${when} ${piece}`),
      frame(1, `${when} ${piece}`),
      frame(1, `${when} end\n`),
    ])
    expect(lines).toEqual([{ service: 'grafana', at, stream: 'out', text: `${piece}${piece}end` }])
  })

  it('does not mix two streams that write at the same time', () => {
    const lines = read([frame(1, `${when} one `), frame(2, `${when} other\n`), frame(1, `${when} line\n`)])
    expect(lines.map(({ stream, text }) => `${stream} ${text}`)).toEqual(['err other', 'out one line'])
  })

  it('cuts a line of 200 MB in bounded memory', () => {
    const reader = lineReader('x', false)
    const before = process.memoryUsage().rss
    const piece = frame(1, `${when} ${'a'.repeat(16 * 1024)}`)
    for (let index = 0; index < 12_800; index += 1) expect(reader.push(piece)).toEqual([])
    const [line] = reader.push(frame(1, `${when} \n`))
    expect(line?.text.endsWith(`… (cut, ${12_800 * 16 * 1024} bytes)`)).toBe(true)
    expect(line?.text.length).toBeLessThan(MAX_LINE_BYTES + 40)
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  })

  it('survives bytes that are no frames at all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), fc.boolean(), (chunks, tty) => {
        for (const line of read(
          chunks.map((chunk) => Buffer.from(chunk)),
          tty,
        ))
          expect(line.text).not.toContain('\n')
      }),
    )
  })
})

describe('lines of a terminal log', () => {
  it('gives the same lines wherever the stream is cut, also over pieces', () => {
    const piece = 'b'.repeat(16 * 1024)
    const whole = Buffer.from(
      `${when} one\r\n${when} \r\n${when} ${piece}${when} ${piece}${when} \r\n${when} tail`,
    )
    const expected = ['one', '', piece + piece, 'tail']
    expect(read([whole], true).map(({ text }) => text)).toEqual(expected)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 6000 }), { maxLength: 20 }), (sizes) => {
        expect(read(cut(whole, sizes), true).map(({ text }) => text)).toEqual(expected)
      }),
    )
    expect(read([whole], true).every((line) => line.at === at)).toBe(true)
  })
})
