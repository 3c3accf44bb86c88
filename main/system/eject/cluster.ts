import { join } from 'node:path'
import { stringify } from 'yaml'
import type { EjectWish, PodNames } from '../../engine/adapters.ts'
import { isLabel } from '../../model/atoms.ts'
import { imageOf, pushCommand, type ClusterSpec } from '../../model/cluster.ts'
import { nodeImageOf } from '../../model/node-image.ts'
import { NODE } from '../../model/eject.ts'
import { MaculaError } from '../../model/errors.ts'
import type { Settings } from '../../model/service.ts'
import { wholeFile } from '../files.ts'
import { corefileWith } from '../kind/corefile.ts'
import { fill } from '../kind/manifests.ts'
import { hostsFile, hostsToml, registryHosting } from '../kind/registries.ts'
import { readTree } from '../stack/tree.ts'
import type { PlacedFile } from './place.ts'

/** Files beside the manifests that say something to Macula only. */
const NOT_THEIRS = new Set(['app.yaml', 'cluster.yaml', 'kind.yaml'])
const MANAGED_BY = /(app\.kubernetes\.io\/managed-by: )macula-desktop\b/g

function refused(what: string, why: string): MaculaError {
  return new MaculaError({ kind: 'invalid', what, why, todo: 'Repair it, then try again.' })
}

/** The manifests of a folder, variables filled in, by their paths below `to`. */
async function manifests(
  folder: string,
  to: string,
  variables: Readonly<Record<string, string>>,
  project: string,
): Promise<ReadonlyMap<string, PlacedFile>> {
  const files = new Map<string, PlacedFile>()
  for (const [path, { data, mode }] of await readTree(folder, { within: true })) {
    if (NOT_THEIRS.has(path)) continue
    if (!/\.(?:ya?ml|json)$/.test(path)) {
      files.set(`${to}/${path}`, { data, mode })
      continue
    }
    const filled = fill({ file: join(folder, path), text: data.toString('utf8') }, variables)
    if ('kind' in filled)
      throw refused(`${filled.file}, line ${filled.line}, column ${filled.column}: ${filled.says}.`, '')
    files.set(`${to}/${path}`, { data: filled.text.replaceAll(MANAGED_BY, `$1${project}`), mode })
  }
  return files
}

/** kind's configuration, with the node image that the settings name. */
async function kindText(cluster: ClusterSpec, settings: Settings): Promise<string> {
  const text = (await wholeFile(cluster.config)).toString('utf8')
  const image = nodeImageOf(cluster, settings.clusters.nodes)
  return image === cluster.image ? text : text.replaceAll(cluster.image, image)
}

/** One word of a script; what is none is refused, so that nothing needs a quote. */
function word(text: string): string {
  if (/^[A-Za-z0-9_.:/-]+$/.test(text)) return text
  throw refused(
    `${JSON.stringify(text)} cannot be written into a script.`,
    'Only letters, digits and . : / _ - can.',
  )
}

/** Stands for the node's address, which the script puts in; no address of anything. */
const UNKNOWN = '0.0.0.0'

/** What CoreDNS of a cluster is told, as a start tells it; `node` stands where the script knows the address only. */
function corefileText(told: PodNames, suffix: string): string {
  const names = new Map([...told.names].map(([name, at]) => [name, at === NODE ? UNKNOWN : at]))
  return corefileWith('', suffix, { ...told, names }).replaceAll(`${UNKNOWN} `, `${NODE} `)
}

/** Everything of the clusters: kind's configuration, manifests, names, variables, and the head of their script. */
export async function clusterFiles(
  wish: EjectWish,
  settings: Settings,
): Promise<{ readonly files: ReadonlyMap<string, PlacedFile>; readonly head: string }> {
  const { plan, catalog, registry } = wish
  const files = new Map<string, PlacedFile>()
  const clusters: string[] = []
  const apps: string[] = []
  for (const { id, runtime } of catalog.services) {
    if (runtime.kind !== 'cluster') continue
    const { cluster, app } = runtime
    if (!isLabel(cluster.id) || !isLabel(app?.id ?? cluster.id))
      throw refused(`${JSON.stringify(id)} is not a label.`, '')
    const shared = {
      MACULA_SUFFIX: settings.suffix,
      MACULA_NAMESPACE: cluster.namespace,
      MACULA_CLUSTER: cluster.id,
    }
    const to = `cluster/${cluster.id}`
    // What lies where its people have it works without us as it is: kubectl apply -k of that folder.
    if (app?.place) continue
    if (app) {
      const image = imageOf(app, settings.clusters.images, settings.suffix)
      const variables = {
        ...shared,
        MACULA_APP: app.id,
        MACULA_IMAGE: image,
        MACULA_PUSH: pushCommand(image),
      }
      for (const [path, file] of await manifests(app.folder, `${to}/apps/${id}`, variables, plan.project))
        files.set(path, file)
      apps.push(`  "$1" ${cluster.id} ${id}`)
      continue
    }
    files.set(`${to}/kind.yaml`, { data: await kindText(cluster, settings), mode: 0o644 })
    for (const [path, file] of await manifests(cluster.base, `${to}/base`, shared, plan.project))
      files.set(path, file)
    const inside = wish.inside.get(cluster.id)
    files.set(`${to}/Corefile.names`, {
      data: corefileText(
        inside?.told ?? { names: new Map(), zones: settings.zones, asks: undefined },
        settings.suffix,
      ),
      mode: 0o644,
    })
    const variables = (inside?.variables ?? []).filter(({ value }) => !/[\r\n]/.test(value))
    files.set(`${to}/variables`, {
      data: variables.map(({ name, value }) => `${name}=${value}\n`).join(''),
      mode: 0o644,
    })
    const { name, address, namespace, ingress } = cluster
    clusters.push(
      `  "$1" ${[cluster.id, name, address, namespace, ingress.namespace, ingress.app].map(word).join(' ')}`,
    )
  }
  if (registry !== undefined) {
    // Nodes are led to the registry by every name that images have it by.
    for (const reference of registry.references.map(word))
      files.set(`cluster/certs.d/${hostsFile(reference)}`, { data: hostsToml(registry), mode: 0o644 })
    const hosting = registryHosting(registry.references[0] ?? '', plan.project)
    files.set('cluster/registry-hosting.yaml', { data: stringify(hosting), mode: 0o644 })
  }
  const head = [
    '#!/bin/sh',
    '# Makes the KinD clusters of the applications, leads them to the stack, and puts the applications in.',
    '# Usage: ./setup-cluster.sh [create|stop|delete|status]. Run again it goes on where it was.',
    '# Functions are called by their names, which shellcheck does not follow.',
    '# shellcheck disable=SC2317',
    'set -eu',
    '',
    `project=${word(plan.project)}`,
    `suffix=${word(settings.suffix)}`,
    '',
    '# COMMAND for each: id, name, address, namespace, and where its ingress controller is.',
    'each_cluster() {',
    ...(clusters.length === 0 ? ['  : "$1"'] : clusters),
    '}',
    '',
    '# COMMAND for each application: its cluster and its folder.',
    'each_app() {',
    ...(apps.length === 0 ? ['  : "$1"'] : apps),
    '}',
    '',
  ].join('\n')
  return { files, head }
}
