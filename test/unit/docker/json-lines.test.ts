import { fc } from '../../chance.ts'
import { expect, it } from 'vitest'
import { jsonLines } from '../../../main/system/docker/json-lines.ts'

async function read(chunks: readonly Buffer[]): Promise<readonly unknown[]> {
  async function* stream(): AsyncGenerator<Buffer> {
    yield* chunks
  }
  const values: unknown[] = []
  for await (const value of jsonLines(stream())) values.push(value)
  return values
}

it('reads one value a line, wherever the stream is cut, between the bytes of a letter too', async () => {
  const values = [{ text: 'ä✓🐳' }, { b: [1] }, { c: 'x'.repeat(50) }]
  const whole = Buffer.from(values.map((value) => JSON.stringify(value)).join('\n') + '\n')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: whole.length })), async (places) => {
      const sorted = [0, ...places.sort((one, two) => one - two), whole.length]
      const chunks = sorted.slice(1).map((place, index) => whole.subarray(sorted[index], place))
      expect(await read(chunks)).toEqual(values)
    }),
  )
})

it('leaves out broken lines and goes on', async () => {
  expect(await read([Buffer.from('{"a":1}\n{"b":\n\nnull no\n{"c":3}\n{"d"')])).toEqual([{ a: 1 }, { c: 3 }])
})

it('drops a line without end instead of keeping it', async () => {
  const big = Buffer.alloc(700 * 1024, 'x')
  expect(await read([big, big, big, Buffer.from('"\n{"a":1}\n')])).toEqual([{ a: 1 }])
})
