import type { DockerSeen } from '../../model/observation.ts'
import { withEngine, writeJson, type Face, type Session } from '../face.ts'
import { SCHEMA_VERSION } from '../json/shape.ts'
import { labelled } from '../layout.ts'
import { productVersion } from '../../system/product.ts'

/** Docker is only told of when it answers within this time. */
const QUICK_MS = 1500

async function seeDocker({ engine }: Session): Promise<DockerSeen> {
  return await new Promise((resolve) => {
    const seen = (docker: DockerSeen): void => {
      clearTimeout(timer)
      // The first snapshot may come while subscribing, before there is an undo to call.
      queueMicrotask(() => unsubscribe())
      resolve(docker)
    }
    const timer = setTimeout(() => seen({ kind: 'connecting' }), QUICK_MS)
    const unsubscribe = engine.subscribe((snapshot) => {
      if (snapshot.docker.kind !== 'connecting') seen(snapshot.docker)
    })
  })
}

/** Shows the versions of the product, of Node, and of Docker when it answers quickly. */
export async function version(face: Face): Promise<number> {
  return await withEngine(face, async (session) => {
    const docker = await seeDocker(session)
    const macula = productVersion()
    if (face.json) {
      const { versionSchema } = await import('../json/version.ts')
      const value = {
        version: SCHEMA_VERSION,
        macula,
        node: process.versions.node,
        docker: docker.kind === 'up' ? docker.version : null,
      }
      await writeJson(face.out, versionSchema.parse(value), 'whole')
      return 0
    }
    const says = {
      up: () => (docker.kind === 'up' ? `${docker.version} (API ${docker.apiVersion})` : ''),
      connecting: () => 'did not answer within 1.5 s',
      down: () => (docker.kind === 'down' ? `does not answer: ${docker.says}` : ''),
    }[docker.kind]()
    face.out.lines(
      labelled(
        face.out.style(),
        [
          ['Macula Desktop', macula],
          ['Node', process.versions.node],
          ['Docker', session.clean.text(says)],
        ],
        '',
      ),
    )
    return 0
  })
}
