import { createSocket } from 'node:dgram'
import { kubectl } from './tier.ts'

/** What comes and goes by itself, or is of what is no application: told by nobody's removing. */
const restless =
  /^(?:events|events\.events\.k8s\.io|leases\.coordination\.k8s\.io|componentstatuses|bindings)$/
const settled = ['macula', 'kube-system', 'nginx-ingress', 'kube-node-lease']
const made = /^(?:Pod|ReplicaSet|EndpointSlice|Endpoints|ControllerRevision)$/

/** Every object of a cluster, a line each: kind, namespace and name. `without`: what a test made itself. */
export async function everything(without: RegExp): Promise<readonly string[]> {
  const kinds = (await kubectl('api-resources', '--verbs=list', '-o', 'name')).out
    .split('\n')
    .filter((kind) => kind !== '' && !restless.test(kind))
  const { out } = await kubectl(
    'get',
    kinds.join(','),
    '-A',
    '--no-headers',
    '-o',
    'custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name',
  )
  const lines = out.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '))
  return lines
    .filter((line) => {
      const [kind = '', namespace = ''] = line.split(' ')
      return line !== '' && !without.test(line) && !(made.test(kind) && settled.includes(namespace))
    })
    .toSorted()
}

/** What comes back for a datagram, sent again until something does. */
export async function echoed(address: string, port: number, text: string): Promise<string> {
  const client = createSocket('udp4')
  const send = (): void => client.send(text, port, address)
  const again = setInterval(send, 200)
  try {
    return await new Promise((resolve, reject) => {
      client.on('error', reject)
      client.on('message', (data: Buffer) => resolve(data.toString()))
      send()
    })
  } finally {
    clearInterval(again)
    client.close()
  }
}

/** An Ingress of a person's own for the Phoenix-like Service, in one of the ways that they are written. */
export const ingressOf = (name: string, metadata: string, spec: string): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: default
  ${metadata}
spec:
  ${spec}
  rules:
    - host: ${name}.macula.local
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: phoenix, port: { name: http } } } }
          - { path: /live, pathType: Prefix, backend: { service: { name: phoenix, port: { number: 80 } } } }
`
