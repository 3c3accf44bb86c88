import type { ClusterSeen } from '../../../main/model/cluster.ts'
import type { AnswerSeen, ListenerSeen } from '../../../main/model/observation.ts'
import { answerKey, type World } from '../../../main/model/world.ts'
import { app, node, pod, up } from './world.ts'

/** Clusters and parts of a world by what is wrong with them. */

export const absent: ClusterSeen = { kind: 'absent', wasMade: false }
export const unfinished: ClusterSeen = { kind: 'unfinished', during: 'create', nodes: [] }
export const foreign: ClusterSeen = { kind: 'foreign', says: 'It publishes 9090.', nodes: [node()] }
export const stopped: ClusterSeen = { kind: 'stopped', nodes: [node({ running: false })], adopted: false }
export const down: ClusterSeen = { kind: 'down', says: 'ECONNREFUSED', nodes: [node()], adopted: false }
export const dockerDown: World['docker'] = { kind: 'down', code: 'absent', says: 'Nothing answers.' }
export const nobody = { wanted: new Set<string>() }
export const acts = (what: 'starting' | 'stopping') => ({
  acting: new Map([
    ['cluster/hub', what],
    ['console', what],
  ]),
})
export const listens = (seen: ListenerSeen | undefined) => ({
  listeners: new Map(seen === undefined ? [] : [['127.0.0.2:80', seen]]),
})
export const answers = (front: AnswerSeen | undefined, direct?: AnswerSeen) => ({
  answers: new Map(
    [['front', front] as const, ['direct', direct] as const].flatMap(([access, seen]) =>
      seen === undefined ? [] : [[answerKey('console', 'web', access), seen] as const],
    ),
  ),
})
export const off = 'unreached unreached unreached unreached unreached'
export const fine = up({ console: app() })
export const unpushed = app({ pods: [pod({ ready: false, reason: 'ErrImagePull', pushed: false })] })
