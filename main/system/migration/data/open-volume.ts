import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import type { OpenVolume, PartSeen, TreeEntry } from '../../../engine/adapters.ts'
import { MaculaError } from '../../../model/errors.ts'
import { AT, type openArchives } from '../../docker/archives.ts'
import type { Link } from '../../docker/link.ts'
import { statusOf } from '../../docker/trouble.ts'
import { runOnce } from './once.ts'

type Archives = ReturnType<typeof openArchives>

/** An open volume with the container that it is reached through. */
export interface HeldVolume extends OpenVolume {
  readonly helper: Docker.Container
}

const stat = '%F|%u|%g|%a|%s|%n'
const line = /^([^|]+)\|(\d+)\|(\d+)\|([0-7]+)\|(\d+)\|(.*)$/

/** What `stat` prints of each entry; undefined where a line is none of that, because a name has a line break. */
export function readTree(text: string): readonly TreeEntry[] | undefined {
  const entries: TreeEntry[] = []
  for (const one of text.split('\n')) {
    if (one === '') continue
    const [, kind = '', uid, gid, mode = '', bytes, name = ''] = line.exec(one) ?? []
    if (name !== AT && !name.startsWith(`${AT}/`)) return undefined
    entries.push({
      path: name.slice(AT.length + 1),
      folder: kind === 'directory',
      bytes: Number(bytes),
      uid: Number(uid),
      gid: Number(gid),
      mode: Number.parseInt(mode, 8),
    })
  }
  return entries.sort((one, two) => (one.path < two.path ? -1 : 1))
}

/** Opens a volume through a helper that was made for it. */
export function holdVolume(
  input: {
    readonly link: () => Link
    readonly project: string
    readonly archives: Archives
    readonly image: string
  },
  name: string,
  helper: Docker.Container,
): HeldVolume {
  const { link, project, archives, image } = input
  return {
    name,
    helper,
    async tree(depth, signal) {
      const ran = await runOnce(
        link(),
        project,
        {
          image,
          argv: ['find', AT, '-maxdepth', String(depth), '-exec', 'stat', '-c', stat, '{}', '+'],
          volume: { name, at: AT },
        },
        signal,
      )
      return ran?.code === 0 ? readTree(ran.out) : undefined
    },
    async look(path, signal, wants) {
      try {
        const { manifest, contents } = await archives.look(helper, signal, path, wants)
        return { ...manifest, contents }
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        throw error
      }
    },
    async folders(entries, signal) {
      const packing = pack()
      for (const { path, uid, gid, mode } of entries)
        packing.entry({
          name: path === '' ? './' : path,
          type: 'directory',
          uid,
          gid,
          mode,
          mtime: new Date(),
        })
      packing.finalize()
      await archives.unpack(helper, await whole(packing), signal, '.')
    },
    async write(folder, files, signal) {
      const packing = pack()
      for (const { name: file, content, uid, gid, mode } of files)
        packing.entry({ name: file, uid, gid, mode, mtime: new Date() }, content)
      packing.finalize()
      await archives.unpack(helper, await whole(packing), signal, folder === '' ? '.' : `${folder}/.`)
    },
  }
}

async function whole(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Copies what is below a path and reads back what arrived. */
export async function copyPart(
  archives: Archives,
  from: HeldVolume,
  to: HeldVolume,
  path: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<PartSeen> {
  const passed = await archives.pass(from.helper, to.helper, onBytes, signal, path)
  const arrived = await archives.read(to.helper, signal, path)
  // What was in the target before stays there and is not compared.
  const missing = [...passed.entries].find(([name, about]) => arrived.entries.get(name) !== about)?.[0]
  if (missing !== undefined)
    throw new MaculaError({
      kind: 'failed',
      what: `The copy of ${from.name} is not whole.`,
      why: `${missing} is not in ${to.name} as it is in ${from.name}.`,
      todo: 'Look at Docker’s disk (dmesg shows its errors), then run it again.',
    })
  return { ...passed, contents: new Map() }
}
