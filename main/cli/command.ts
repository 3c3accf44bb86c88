import { complain, createFace } from './face.ts'
import type { Host } from './host.ts'
import { run } from './run.ts'
import { closedOutput, isClosed, watchStreams } from './streams.ts'

/**
 * One command of this process, whatever becomes of its streams: resolves with its exit code once all that could be written
 * is out. 0 only when what was asked is done and its result was taken or nobody wanted it.
 */
export async function command(argv: readonly string[], host: Host): Promise<number> {
  const face = createFace(host, argv.includes('--json'))
  const streams = watchStreams(host.out, host.err)
  const code = isClosed(1) ? complain(face, closedOutput) : await run(argv, host)
  await streams.flushed()
  const lost = streams.trouble()
  if (!lost) return code
  if (lost.on === host.err) complain(face, lost.trouble)
  // Not into a result that a program reads.
  else if (!face.json) complain({ ...face, err: face.out }, lost.trouble)
  await streams.flushed()
  return code === 0 ? 1 : code
}
