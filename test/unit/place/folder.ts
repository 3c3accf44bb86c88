import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A folder of a person's own with files in it. */
export async function folderWith(files: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(tmpdir(), 'macula-place-'))
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) await put(path, text)
  return { root, put, end: async () => await rm(root, { recursive: true, force: true }) }
}

export const deployment = (
  name: string,
  more = '',
  image = `registry.macula.local/me/${name}:dev`,
): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
          ${more}
`

export const service = (name: string, spec = 'ports: [{ port: 80, targetPort: 4000 }]'): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { app: ${name} }
  ${spec}
`

export const ingress = (name: string, host: string): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  annotations: { kubernetes.io/ingress.class: nginx, nginx.ingress.kubernetes.io/backend-protocol: HTTP }
spec:
  rules:
    - host: '${host}'
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${name}, port: { number: 80 } } } }] }
`
