import { createHash } from 'node:crypto'
import { isAlias, parseAllDocuments, stringify, visit } from 'yaml'
import { APP_LABEL } from '../../model/cluster.ts'
import { isOurImage } from '../../model/registry.ts'
import { isClusterWide } from './cluster-wide.ts'
import { forKubectl, kubectlYaml } from './kubectl-yaml.ts'
import { placeholderSnippet } from './placeholder.ts'
import type { Manifest } from './manifest.ts'
import { withWebsockets } from './websockets.ts'

export type { Manifest } from './manifest.ts'

/** A manifest file of an application or of the base. */
export interface ManifestFile {
  readonly file: string
  readonly text: string
}

export type Manifests =
  | { readonly kind: 'read'; readonly manifests: readonly Manifest[] }
  | {
      readonly kind: 'refused'
      readonly file: string
      readonly line: number
      readonly column: number
      readonly says: string
    }

/** Aliases multiply nodes; an honest manifest has none or a handful. */
const MAX_ALIASES = 100

const SNIPPET = 'nginx.org/server-snippets'

/** Fills `${MACULA_…}` in a text; a variable that is not known is told with its place. */
export function fill(
  { file, text }: ManifestFile,
  variables: Readonly<Record<string, string>>,
): ManifestFile | Extract<Manifests, { kind: 'refused' }> {
  const unknown = [...text.matchAll(/\$\{(MACULA_[A-Z0-9_]*)\}/g)].find(
    (match) => !Object.hasOwn(variables, match[1] ?? ''),
  )
  if (unknown) {
    const before = text.slice(0, unknown.index).split('\n')
    return {
      kind: 'refused',
      file,
      line: before.length,
      column: (before.at(-1)?.length ?? 0) + 1,
      says: `${unknown[1] ?? ''} is not known; there are ${Object.keys(variables).join(', ')}`,
    }
  }
  return {
    file,
    text: text.replaceAll(/\$\{(MACULA_[A-Z0-9_]*)\}/g, (_, name: string) => variables[name] ?? ''),
  }
}

/** All objects of some files, in the files' order; the first thing wrong is told with its place. */
export function readManifests(files: readonly ManifestFile[]): Manifests {
  const manifests: Manifest[] = []
  for (const { file, text } of files) {
    const lineOf = (offset: number): { readonly line: number; readonly column: number } => {
      const before = text.slice(0, offset).split('\n')
      return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
    }
    const refused = (offset: number, says: string): Manifests => ({
      kind: 'refused',
      file,
      ...lineOf(offset),
      says,
    })
    const documents = parseAllDocuments(text, { ...kubectlYaml, prettyErrors: false })
    for (const document of Array.isArray(documents) ? documents : []) {
      const error = document.errors[0]
      if (error) return refused(error.pos[0], `it is not YAML: ${error.message}`)
      let aliases = 0
      visit(document, { Node: (_, node) => void (aliases += isAlias(node) ? 1 : 0) })
      if (aliases > MAX_ALIASES)
        return refused(0, `it has ${aliases} aliases; at most ${MAX_ALIASES} are followed`)
      const value = ((): unknown => {
        try {
          return document.toJS({ maxAliasCount: MAX_ALIASES })
        } catch {
          return undefined
        }
      })()
      const start = document.contents?.range?.[0] ?? 0
      if (value === null || value === undefined) {
        if (document.contents === null || value === null) continue
        return refused(start, 'its aliases cannot be followed')
      }
      const { apiVersion, kind, metadata } = value as {
        apiVersion?: unknown
        kind?: unknown
        metadata?: { name?: unknown }
      }
      if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string')
        return refused(start, 'it is not a Kubernetes object: apiVersion, kind and metadata.name are needed')
      manifests.push(value as Manifest)
    }
  }
  return { kind: 'read', manifests }
}

const templated = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'])

/** Kinds whose pods a stop scales to none, and kinds that it suspends. */
const scaled = new Set(['Deployment', 'StatefulSet', 'ReplicaSet'])
const suspended = new Set(['Job', 'CronJob'])

type Mutable = Record<string, unknown>

function part(of: Mutable, key: string): Mutable {
  const value = of[key]
  const found = typeof value === 'object' && value !== null ? (value as Mutable) : {}
  of[key] = found
  return found
}

/**
 * The objects of one application as they go into the cluster: in its namespace, known by our label (their pods too), and
 * with the placeholder page where an ingress has no snippet of its own.
 */
export function labelled(
  manifests: readonly Manifest[],
  app: {
    readonly id: string
    readonly title: string
    readonly image: string
    /** Where objects go that name none; absent: where kubectl puts them. */
    readonly namespace?: string
    /** Of our registry; absent: its image is one of that. */
    readonly suffix?: string
    /** Where its pods show their metrics, for Alloy in the cluster (assets/cluster/base/30-observability.yaml). */
    readonly metrics?: { readonly target: number; readonly path: string }
  },
): readonly Manifest[] {
  return manifests.map((manifest) => {
    const copy: Mutable & Manifest = structuredClone(manifest)
    const metadata = part(copy, 'metadata')
    if (app.namespace !== undefined && !isClusterWide(manifest)) metadata['namespace'] ??= app.namespace
    part(metadata, 'labels')[APP_LABEL] = app.id
    if (templated.has(manifest.kind)) {
      const template = part(part(copy, 'spec'), 'template')
      mark(template, app.id)
      // Jobs end before anybody scrapes them, and their template cannot be changed.
      if (app.metrics && manifest.kind !== 'Job') scraped(template, app.metrics)
    }
    if (manifest.kind === 'CronJob') {
      const jobs = part(part(copy, 'spec'), 'jobTemplate')
      mark(jobs, app.id)
      mark(part(part(jobs, 'spec'), 'template'), app.id)
    }
    // What a stop set is set back by a start: a field that is not named would stay as the stop left it.
    if (scaled.has(manifest.kind)) part(copy, 'spec')['replicas'] ??= 1
    if (suspended.has(manifest.kind)) part(copy, 'spec')['suspend'] ??= false
    if (manifest.kind === 'Ingress')
      part(metadata, 'annotations')[SNIPPET] ??= placeholderSnippet(
        app.title,
        app.id,
        app.image,
        app.suffix === undefined || isOurImage(app.image, app.suffix),
      )
    return withWebsockets(copy)
  })
}

function mark(of: Mutable, app: string): void {
  part(part(of, 'metadata'), 'labels')[APP_LABEL] = app
}

/** Tells where the pods of a template show their metrics; what its manifest says itself stays. */
function scraped(
  template: Mutable,
  { target, path }: { readonly target: number; readonly path: string },
): void {
  const annotations = part(part(template, 'metadata'), 'annotations')
  annotations['prometheus.io/scrape'] ??= 'true'
  annotations['prometheus.io/port'] ??= String(target)
  annotations['prometheus.io/path'] ??= path
}

/** On the pods of a workload: of which configuration they are. */
const CONFIG_SUM = 'dev.macula/config'

/** The names that stand under `key` anywhere in a value: `configMap: { name }`, `configMapRef: { name }`, … */
function namesUnder(value: unknown, keys: ReadonlySet<string>): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => namesUnder(one, keys))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = (inner as { name?: unknown; secretName?: unknown } | null) ?? {}
    const own = keys.has(key) ? [name.name, name.secretName].filter((one) => typeof one === 'string') : []
    return [...own, ...namesUnder(inner, keys)]
  })
}

const configured = {
  ConfigMap: new Set(['configMap', 'configMapRef', 'configMapKeyRef']),
  Secret: new Set(['secret', 'secretRef', 'secretKeyRef']),
} as const

/**
 * The same objects, workloads marked with the sum of the ConfigMaps and Secrets among them that their pods use: when
 * one of those changes, new pods come, which read it.
 */
export function withConfigSums(manifests: readonly Manifest[]): readonly Manifest[] {
  return manifests.map((manifest) => {
    // The template of a Job cannot be changed.
    if (!templated.has(manifest.kind) || manifest.kind === 'Job') return manifest
    const used = (['ConfigMap', 'Secret'] as const).flatMap((kind) => {
      const names = new Set(namesUnder(manifest['spec'], configured[kind]))
      return manifests.filter(
        (one) => one.kind === kind && names.has(String((one['metadata'] as { name?: unknown }).name)),
      )
    })
    if (used.length === 0) return manifest
    const copy: Mutable & Manifest = structuredClone(manifest)
    const sum = createHash('sha256').update(JSON.stringify(used)).digest('hex').slice(0, 16)
    part(part(part(part(copy, 'spec'), 'template'), 'metadata'), 'annotations')[CONFIG_SUM] = sum
    return copy
  })
}

/** Several objects as one YAML stream, which kubectl reads. */
export function streamOf(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => `---\n${stringify(manifest, forKubectl)}`).join('')
}
