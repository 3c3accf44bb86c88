import type { Trouble } from './errors.ts'
import { sayDuration } from './say.ts'

/** What helps where Docker hangs on one container; nothing that is asked of Docker about that one does. */
export const SILENT_TODO =
  'Restart Docker: sudo systemctl restart docker (Docker Desktop: Restart in its menu). What runs is stopped by that, and started again with it.'

/** Why it may be so. */
export const SILENT_WHY =
  'It answers about the others: it hangs on this one, as Docker 26.1 does on a container that was paused while its health check was being started.'

/** Docker answers, but not about one container. `name`: of the container; `ms`: for how long. */
export const silentTrouble = (name: string, ms: number): Trouble => ({
  kind: 'outside',
  what: `Docker has not answered about ${name} for ${ms < 60_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : sayDuration(ms)}.`,
  why: SILENT_WHY,
  todo: SILENT_TODO,
})
