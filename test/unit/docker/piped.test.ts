import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import type { Link } from '../../../main/system/docker/link.ts'
import { openPiped } from '../../../main/system/docker/piped.ts'

/** A program's streams over a stand-in for Docker, which sends what it is given. */

function frame(stream: number, text: string): Buffer {
  const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([head, Buffer.from(text)])
}

async function told(chunks: readonly Buffer[]): Promise<Record<'out' | 'err', string>> {
  const stream = new Duplex({ read: () => undefined, write: (_, __, done) => done() })
  const exec = {
    start: async () => await Promise.resolve(stream),
    inspect: async () => await Promise.resolve({ Running: false, ExitCode: 7 }),
  }
  const long = { getContainer: () => ({ exec: async () => await Promise.resolve(exec) }) }
  const program = await openPiped({ long } as unknown as Link, 'c1', ['cat'])
  for (const chunk of chunks) stream.push(chunk)
  stream.push(null)
  const texts = { out: '', err: '' }
  for await (const { from, data } of program.output) texts[from] += Buffer.from(data).toString()
  expect(await program.code()).toBe(7)
  await program.close()
  return texts
}

const whole = Buffer.concat([
  frame(1, 'rows '),
  frame(2, 'notice '),
  frame(1, ''),
  frame(2, 'late'),
  frame(1, 'end'),
])

test('what goes to stdout and to stderr stays apart', async () => {
  expect(await told([whole])).toEqual({ out: 'rows end', err: 'notice late' })
})

test('wherever the pieces are cut', async () => {
  for (let at = 1; at < whole.length; at += 1)
    expect(await told([whole.subarray(0, at), whole.subarray(at)])).toEqual({
      out: 'rows end',
      err: 'notice late',
    })
})
