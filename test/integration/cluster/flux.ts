import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run, user } from '../support/actor.ts'
import { kubectl } from './tier.ts'

/**
 * Flux in the tests' cluster: its real CRD, from its Go module. Stood in: its controllers; the test writes what they would
 * write, under their names.
 */

/** Its line is read by kind-app/build.sh --fetch too, which brings it before the suite's room, that has no way out. */
const moduleFile = new URL('../../images/flux-module', import.meta.url)

/** Flux's CRD as its module holds it. Throws where Go cannot fetch the module. */
async function crd(): Promise<string> {
  const module = (await readFile(moduleFile, 'utf8')).trim()
  const fetched = await run('go', ['mod', 'download', '-json', module], { timeout: 300_000 })
  if (fetched.code !== 0) throw new Error(`${module} cannot be fetched: ${fetched.err}${fetched.out}`)
  const { Dir } = JSON.parse(fetched.out) as { Dir: string }
  return await readFile(join(Dir, 'config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml'), 'utf8')
}

const labels =
  '{ kustomize.toolkit.fluxcd.io/name: apps, kustomize.toolkit.fluxcd.io/namespace: flux-system }'
const objects = (host: string, meta: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: fluxed${meta} }
spec:
  selector: { matchLabels: { app: fluxed } }
  template:
    metadata: { labels: { app: fluxed } }
    spec:
      containers:
        - name: fluxed
          image: kind-registry:5000/macula/phoenix:latest
          env: [{ name: PORT, value: '4000' }, { name: OTEL_SERVICE_NAME, value: fluxed }]
          ports: [{ name: http, containerPort: 4000 }]
---
apiVersion: v1
kind: Service
metadata: { name: fluxed${meta} }
spec: { selector: { app: fluxed }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: fluxed${meta} }
spec:
  ingressClassName: nginx
  rules:
    - host: ${host}
      http:
        paths: [{ path: /, pathType: Prefix, backend: { service: { name: fluxed, port: { number: 80 } } } }]
`

async function good(...args: readonly string[]): Promise<string> {
  const ran = await kubectl(...args)
  if (ran.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${ran.err}`)
  return ran.out
}

/** Installs Flux's CRD and a Kustomization; a folder of a person's own holds the same objects. */
export async function fluxInstalled(home: string) {
  const folder = join(home, 'fluxed')
  const file = join(home, 'flux.yaml')
  await mkdir(folder, { recursive: true })
  await writeFile(file, await crd())
  await run('chown', ['-R', `${user}:`, home])
  await good('apply', '--server-side', '-f', file)
  await good('wait', '--for=condition=Established', '--timeout=60s', '-f', file)
  await good('create', 'namespace', 'flux-system')
  await writeFile(
    file,
    `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: { name: apps, namespace: flux-system }
spec: { interval: 10m, path: ./apps, prune: true, sourceRef: { kind: GitRepository, name: flux-system } }
`,
  )
  await good('apply', '-f', file)
  return {
    folder,
    async ready(status: 'True' | 'False', message: string): Promise<void> {
      const condition = {
        type: 'Ready',
        status,
        reason: status === 'True' ? 'ReconciliationSucceeded' : 'ReconciliationFailed',
        message,
        lastTransitionTime: '2026-01-21T10:00:00Z',
      }
      const lastAppliedRevision = 'main@sha1:0123456789abcdef0123456789abcdef01234567'
      const body = JSON.stringify({ status: { conditions: [condition], lastAppliedRevision } })
      // prettier-ignore
      await good('patch', 'kustomizations.kustomize.toolkit.fluxcd.io', 'apps', '-n', 'flux-system',
        '--subresource=status', '--type=merge', '-p', body)
    },
    /** As its controller applies: by its own name, with its labels. */
    async applies(host: string): Promise<void> {
      await writeFile(file, objects(host, `, namespace: default, labels: ${labels}`))
      await good('apply', '--server-side', '--field-manager=kustomize-controller', '-f', file)
      await writeFile(join(folder, 'mine.yaml'), objects(host, ''))
      await run('chown', ['-R', `${user}:`, folder])
    },
    /** Who wrote fields of its objects. */
    async written(): Promise<string> {
      const path = '{range .items[*]}{.kind} {.metadata.managedFields[*].manager}{"\\n"}{end}'
      const all = await good(
        'get',
        'deploy,svc,ingress',
        '-n',
        'default',
        '--show-managed-fields',
        '-o',
        `jsonpath=${path}`,
      )
      return all
        .split('\n')
        .map((line) =>
          [...new Set(line.split(' '))].filter((one) => one !== 'kube-controller-manager').join(' '),
        )
        .join('\n')
    },
  }
}
