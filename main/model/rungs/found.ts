import { inert } from '../atoms.ts'
import type { ClusterSeen } from '../cluster.ts'
import { fluxRung } from '../flux.ts'
import type { Rung } from '../ladder.ts'
import type { Runtime } from '../service.ts'
import { currentPods } from './pod.ts'

type ClusterRuntime = Extract<Runtime, { kind: 'cluster' }>

/** Where a person goes on with what is not ours to repair. */
function lookYourself(namespace: string): string {
  return `kubectl -n ${inert(namespace)} describe pods says more (maculactl cluster kubeconfig prints the line that points kubectl at it).`
}

/** The rung of the pods behind an Ingress that nobody described: nothing is offered that only its maker can do. */
export function foundPods(rung: Rung, runtime: ClusterRuntime, seen: ClusterSeen | undefined): Rung {
  const { app } = runtime
  if (!app?.found || seen?.kind !== 'up') return rung
  const pods = currentPods(seen.apps.get(app.id))
  const { replicas = 0 } = seen.apps.get(app.id) ?? {}
  if (pods.length === 0)
    return replicas === 0
      ? { id: 'container', state: 'unused', says: 'its Services choose no pods' }
      : {
          id: 'container',
          state: 'stop',
          says: 'no pod is behind its Services',
          reason: 'no pod behind its Services',
          why: 'No pod of its namespace has the labels that its Services choose.',
          todo: lookYourself(app.found.namespace),
        }
  if (rung.state === 'ok') return fluxRung(rung, app.found.flux)
  // A push is a person's to make, whoever wrote the manifest.
  if (rung.fix?.label === 'Push an image' || rung.todo === undefined) return rung
  const { fix: _, ...rest } = rung
  return { ...rest, todo: lookYourself(app.found.namespace) }
}

/** The rung of what its URL answers. */
export function foundAnswer(rung: Rung, runtime: ClusterRuntime): Rung {
  const found = runtime.app?.found
  if (!found || rung.state !== 'stop' || rung.cause === 'cluster') return rung
  const { fix: _, ...rest } = rung
  if (found.ignored !== undefined)
    return {
      ...rest,
      reason: `its class ${inert(found.ignored)} is not routed here`,
      why: `The cluster’s ingress controller serves the class nginx; this Ingress has ${inert(found.ignored)}.`,
      todo: 'Give it ingressClassName: nginx, or bring a controller for its class.',
    }
  return {
    ...rest,
    todo: `kubectl -n ${inert(found.namespace)} describe ingress ${inert(found.ingress)} says where it leads (maculactl cluster kubeconfig prints the line that points kubectl at it).`,
  }
}
