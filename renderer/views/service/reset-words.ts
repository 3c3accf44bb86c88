import { clusterOfRow } from '../../../main/model/cluster-id.ts'
import type { StepEvent } from '../../../main/model/run.ts'
import { sayElapsed } from '../../../main/model/say.ts'
import type { ServiceView } from '../../../main/model/snapshot.ts'
import { sayService } from '../../words/service.ts'

/** Whether what was typed names the service, as the engine reads it. */
export function isNamed(view: Pick<ServiceView, 'id' | 'title'>, typed: string): boolean {
  const word = typed.trim().toLowerCase()
  return [view.id, clusterOfRow(view.id), view.title].some((one) => one?.toLowerCase() === word)
}

/** A step of moving data aside, in a few words with its time. */
export function sayStep(step: StepEvent, title: string): string {
  return `${words(step, title)} (${sayElapsed(step.ms)})`
}

function words(step: StepEvent, title: string): string {
  switch (step.kind) {
    case 'phase':
    case 'waiting':
    case 'note':
    case 'forward':
      return step.says
    case 'stopping':
      return sayService.stopping(title)
    case 'stopped':
      return sayService.stopped(title)
    case 'failed':
      return step.trouble.what
    case 'pull':
    case 'pulled':
    case 'starting':
    case 'answers':
    case 'removed':
    case 'skipped':
      return sayService.resetRuns
  }
}
