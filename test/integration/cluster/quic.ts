import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { run } from '../support/actor.ts'

/**
 * QUIC of pods, by a real library (quic-go): the tests' application gives back what comes on `MACULA_QUIC_PORT`, and plain datagrams
 * on the port after it; its `/quic?to=HOST:PORT` asks as a client in a pod.
 */

const build = fileURLToPath(new URL('../../images/quic-peer/build.sh', import.meta.url))

/** What a client on this machine says of a server: "100000 bytes there and back in …"; else why not. */
export async function askQuic(to: string): Promise<string> {
  const made = await run(build, [])
  expect(made).toMatchObject({ code: 0 })
  const asked = await run(made.out.trim(), ['ask', to, '100000'])
  return `${asked.out}${asked.err}`.trim()
}

/** A Deployment whose pod speaks QUIC on the node's own port 4433, as a node of the mesh does, plain UDP on 4434, and HTTP on 8080. */
export const meshNode = (name: string, image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  # The port of the node is taken by the pod before, so that a new one waits for its end.
  strategy: { type: Recreate }
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
          imagePullPolicy: Always
          env: [{ name: PORT, value: '8080' }, { name: MACULA_QUIC_PORT, value: '4433' }, { name: OTEL_SERVICE_NAME, value: ${name} }]
          ports: [{ name: http, containerPort: 8080 }, { name: quic, containerPort: 4433, hostPort: 4433, protocol: UDP }, { name: echo, containerPort: 4434, hostPort: 4434, protocol: UDP }]
          readinessProbe: { httpGet: { path: /, port: http } }
`
